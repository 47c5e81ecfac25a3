import { execFileSync } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  type Stats,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../src/system/errors.ts';
import { fileFailure, isLack, lackFailure } from '../../src/system/fileFailure.ts';
import { makeFolder } from '../../src/system/makeFolder.ts';
import { kindOf, readText } from '../../src/system/readText.ts';
import { runProgram } from '../../src/system/runProgram.ts';
import { failureOf, temporaryFolder } from '../notebook/data/fixtures.ts';

const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: no`), { code, syscall: 'open', path });

it('the exit codes are those of the documentation', () => {
  expect(EXIT).toEqual({
    ...{ done: 0, fault: 1, usage: 2, disagreement: 3, inconclusive: 4, environment: 5 },
    ...{ interrupted: 130, terminated: 143 },
  });
});

describe('an error of the file system', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE'])(
    '%s is a lack of the surroundings, with its own next step',
    (code) => {
      const failure = fileFailure('--out X: expected a folder', systemError(code), 'choose another');
      expect(failure.exitCode).toBe(5);
      expect(failure.message).toMatch(new RegExp(`^--out X: expected a folder, got ${code}: no; .+`));
      expect(failure.message).not.toContain('choose another');
      expect(isLack(systemError(code))).toBe(true);
    },
  );

  it.each<[string, unknown, string]>([
    ['of the path', systemError('ENOTDIR'), 'ENOTDIR: no'],
    ['without a code', new Error('other'), 'other'],
    ['that is no call to the system', Object.assign(new Error('other'), { code: 'EACCES' }), 'other'],
    ['that is text', 'text', 'text'],
    ['that is nothing', undefined, 'undefined'],
    ['that is null', null, 'null'],
  ])('%s is a wrong use', (_name, error, got) => {
    expect(fileFailure('expected a file', error, 'choose another')).toMatchObject({
      exitCode: 2,
      message: `expected a file, got ${got}; choose another`,
    });
    expect([isLack(error), lackFailure(error)]).toEqual([false, null]);
  });

  it('that nobody has foreseen names the call and the path', () => {
    expect(lackFailure(systemError('ENOSPC', '/x'))).toMatchObject({
      ...{ exitCode: 5, message: 'expected to open /x, got ENOSPC: no; make room on that disk' },
    });
    expect(lackFailure(systemError('ENOSPC'))!.message).toMatch(/^expected to open a file, /);
  });
});

describe('the text of a file', () => {
  const folder = temporaryFolder();
  it('comes without a byte order mark, and undefined where there is no file', async () => {
    writeFileSync(join(folder, 'a'), '\uFEFFa\uFEFFb');
    expect(await readText(join(folder, 'a'), 'a')).toBe('a\uFEFFb');
    expect(await readText(join(folder, 'none'), 'none')).toBeUndefined();
  });

  it('is not that of a folder, or of a FIFO that nobody writes to', async () => {
    mkdirSync(join(folder, 'sub'));
    const refused = await failureOf(readText(join(folder, 'sub'), '--config sub'));
    expect(refused).toMatchObject({
      exitCode: 2,
      message: '--config sub: expected a file, got a folder of that name',
    });
    const below = await failureOf(readText(join(folder, 'a', 'b'), 'b'));
    expect(below).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^b: expected a file that can be read, got ENOTDIR/),
    });
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    expect((await failureOf(readText(join(folder, 'fifo'), 'x'))).message).toBe(
      'x: expected a file, got a FIFO of that name',
    );
  });
});

describe('what is no text', () => {
  const folder = temporaryFolder();
  const refusal = async (path: string) => (await failureOf(readText(path, 'x'))).message;

  it('is refused by what it is', async () => {
    if (process.platform === 'win32') return;
    expect(await refusal('/dev/null')).toBe('x: expected a file, got a device of that name');
    const server = createServer().listen(join(folder, 'socket'));
    await once(server, 'listening');
    // A socket cannot be opened: the system's own error.
    expect(await refusal(join(folder, 'socket'))).toMatch(/^x: expected a file that can be read, got ENXIO/);
    await new Promise((closed) => server.close(closed));
  });

  it('is longer than a string of JavaScript can be', async () => {
    writeFileSync(join(folder, 'long'), '');
    truncateSync(join(folder, 'long'), 536_870_889); // takes no room on the disk
    expect(await refusal(join(folder, 'long'))).toBe(
      'x: expected a file of at most 536870888 bytes, got 536870889; make it anew with a smaller run',
    );
  });

  it('is closed again, as all that is read', async () => {
    if (!existsSync('/proc/self/fd')) return;
    writeFileSync(join(folder, 'text'), 'text');
    const before = readdirSync('/proc/self/fd').length;
    for (const path of [folder, join(folder, 'text'), '/dev/null']) await readText(path, 'x').catch(() => {});
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

it.each([
  [{ isFile: true }, 'a file'],
  [{ isDirectory: true }, 'a folder'],
  [{ isFIFO: true }, 'a FIFO'],
  [{ isSocket: true }, 'a socket'],
  [{}, 'a device'],
])('%j is %s', (is, kind) => {
  const answers: Record<string, boolean> = {
    isFile: false,
    isDirectory: false,
    isFIFO: false,
    isSocket: false,
    ...is,
  };
  const stats = Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, () => answer]));
  expect(kindOf(stats as unknown as Stats)).toBe(kind);
});

describe('a folder', () => {
  const folder = temporaryFolder();

  it('is made with its parents, or is there already', async () => {
    const deep = join(folder, 'a', 'b');
    for (let again = 0; again < 2; again++) await makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
  });

  it('that cannot be made fails with the system’s own error', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file', 'sub', 'deep'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    symlinkSync(join(folder, 'gone'), join(folder, 'link'));
    await expect(makeFolder(join(folder, 'link', 'sub'))).rejects.toMatchObject({ code: 'EEXIST' });
    if (process.platform !== 'linux') return;
    const first = { code: 'ENOENT', path: '/proc/backproof' };
    await expect(makeFolder('/proc/backproof/a/b')).rejects.toMatchObject(first);
  });
});

describe('a program', () => {
  const node = (code: string, options = {}) => runProgram(process.execPath, ['-e', code], options);

  it('is run to its end, and what it printed kept', async () => {
    expect(await node('console.log("out"); console.error("err"); process.exit(3)')).toEqual({
      ...{ code: 3, signal: null, found: true, stdout: 'out\n', stderr: 'err\n' },
    });
    const killed = await node('process.kill(process.pid, "SIGKILL")');
    expect(killed).toMatchObject({ code: null, signal: 'SIGKILL', found: true });
  });

  it('that is not there was not found', async () => {
    const none = { code: null, signal: null, found: false, stdout: '', stderr: '' };
    expect(await runProgram(join('no', 'such', 'program'), [])).toEqual(none);
  });

  it('gets the environment and folder it is given', async () => {
    const { stdout } = await node('process.stdout.write(process.env.WORD + process.cwd())', {
      env: { WORD: 'here:' },
      cwd: '/',
    });
    expect(stdout).toBe('here:/');
  });

  it('ends when it is aborted, with all that it started, and is not started after that', async () => {
    const stop = new AbortController();
    const child =
      'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" })';
    const running = node(child, { signal: stop.signal });
    const before = process.listenerCount('exit');
    stop.abort(new Error('enough'));
    // Its output is closed only once the other has ended too.
    await expect(running).rejects.toThrow('enough');
    expect(process.listenerCount('exit')).toBe(before - 1);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    await expect(node('1', { signal: stop.signal })).rejects.toThrow('enough');
  });
});
