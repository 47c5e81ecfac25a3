import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../src/system/lock.ts';
import { backproof, scratchFolders, withoutProgress } from '../support/cli.ts';
import { describeUnless } from '../support/skip.ts';

const scratch = scratchFolders();
const quick = ['train', '--data', 'synthetic', '--per-class', '5', '--epochs', '1', '--engine', 'fused'];
/** The files that a killed writeWhole and a killed download leave behind. */
const left = '.report.html.0f8fad5b-d9cb-469f-a165-70867728950e.tmp';
let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

/** Runs a command that must end with a single line, and returns that line with the exit code. */
async function refusal(...args: string[]): Promise<{ code: number | null; line: string }> {
  const { code, stdout, stderr } = await backproof(args, { cwd: folder });
  const said = withoutProgress(stderr, 'train');
  expect(stdout.replace(/^(data|engine) .*\n/gm, '')).toBe('');
  expect(said.trim().split('\n')).toHaveLength(1);
  return { code, line: said.trim() };
}

describe('a folder of outputs', () => {
  it('is one process’s at a time: the second is refused, by whatever path, and nothing of the first is touched', async () => {
    const out = join(folder, 'taken');
    await mkdir(out);
    await symlink(out, join(folder, 'link'));
    await writeFile(join(out, left), 'half a page');
    const release = await lockFolder(out);
    for (const path of ['taken', 'link']) {
      expect(await refusal(...quick, '--out', path)).toEqual({
        code: 5,
        line: `backproof: --out ${path}: expected to be the only one that writes there, got another backproof at work; wait for its end or choose another folder`,
      });
    }
    expect(await readdir(out)).toEqual([left]);
    await release!();
    expect((await backproof([...quick, '--out', 'taken'], { cwd: folder })).code).toBe(0);
    expect(await readdir(out)).toEqual(['train.json']);
  });

  it('is free again after a run that was killed, which leaves nothing torn', async () => {
    const long = [...quick, '--epochs', '100000', '--out', 'killed'];
    const killed = await backproof(long, {
      cwd: folder,
      onStderr: (soFar, kill) => {
        if (soFar.includes('train: ')) kill('SIGKILL');
      },
    });
    expect(killed.code).toBeNull();
    expect((await backproof([...quick, '--out', 'killed'], { cwd: folder })).code).toBe(0);
    expect(await readdir(join(folder, 'killed'))).toEqual(['train.json']);
  });

  it('keeps the files of others', async () => {
    const mine = ['.hidden.tmp', 'notes.tmp', `${left}.txt`];
    await mkdir(join(folder, 'kept'));
    for (const name of mine) await writeFile(join(folder, 'kept', name), 'mine');
    expect((await backproof([...quick, '--out', 'kept'], { cwd: folder })).code).toBe(0);
    expect((await readdir(join(folder, 'kept'))).sort()).toEqual([...mine, 'train.json'].sort());
  });
});

const linux = process.platform === 'linux' ? null : 'devices that fail by design are those of Linux';
describeUnless(linux, 'what the disk refuses ends with 5, and a line with the path', () => {
  it('an output folder that cannot be made', async () => {
    const { code, line } = await refusal(...quick, '--out', '/sys/backproof/out');
    expect(code).toBe(5);
    expect(line).toMatch(
      /^backproof: --out \/sys\/backproof\/out: expected a folder that can be written, got E(PERM|ROFS|ACCES): /,
    );
  });

  it('an example in a folder that cannot be written', async () => {
    const { code, line } = await refusal('check', '--init', '/sys/example.mjs');
    expect(code).toBe(5);
    expect(line).toMatch(
      /^backproof: --init \/sys\/example\.mjs: expected a new file in an existing folder, got E/,
    );
  });

  it.each([
    ['images', '--data', '--data: expected a readable file at /proc/self/mem'],
    ['a configuration', '--config', '--config /proc/self/mem: expected a file that can be read'],
  ])('%s on a device that is broken', async (_what, option, expected) => {
    const { code, line } = await refusal('train', option, '/proc/self/mem');
    expect(code).toBe(5);
    expect(line).toBe(
      `backproof: ${expected}, got EIO: i/o error, read; see to that disk, or name another place`,
    );
  });

  it('an stdout that is full', async () => {
    const full = openSync('/dev/full', 'w');
    const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
    const { status, stderr } = spawnSync(process.execPath, [program, ...quick, '--json'], {
      cwd: folder,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(5);
    expect(withoutProgress(stderr, 'train')).toBe(
      'backproof: stdout: expected to be written, got ENOSPC: no space left on device, write; make room on that disk\n',
    );
  });
});

describeUnless(
  process.platform === 'win32' ? 'Windows has no mkfifo' : null,
  'a FIFO is not waited for',
  () => {
    it.each([
      ['as images', ['train', '--data', 'fifo'], 'expected a folder or a file, got a FIFO at fifo'],
      ['as a configuration', ['train', '--config', 'fifo'], 'expected a file, got a FIFO of that name'],
      ['as results', ['report', '--from', 'results'], 'train.json: expected a file, got a FIFO of that name'],
      ['as a module', ['check', 'fifo'], 'expected a module'],
      ['as a module by its name', ['check', 'fifo.mjs'], 'expected a file, got something else of that name'],
    ])('%s', async (_what, args, expected) => {
      await mkdir(join(folder, 'results'), { recursive: true });
      spawnSync('mkfifo', ['fifo', 'fifo.mjs', join('results', 'train.json')], { cwd: folder });
      const { code, line } = await refusal(...args);
      expect(code).toBe(2);
      expect(line).toContain(expected);
    });
  },
);

describe('a configuration', () => {
  it('may begin with a byte order mark', async () => {
    await writeFile(join(folder, 'marked.json'), '\uFEFF{"seed": 3}');
    const { stdout } = await backproof(['train', '--config', 'marked.json', '--print-config'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout).seed).toBe(3);
  });

  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  it.each([
    ['that is null', 'null', 'expected a JSON object, got null'],
    ['that is lists, 20,000 deep', deep, 'expected a JSON object, got a list'],
    ['with a value that is', `{"seed": ${deep}}`, 'seed: expected an integer 0..4294967295, got a list'],
    ['with a folder that cannot be', '{"out": "a\\u0000b"}', 'expected a folder that can be written, got '],
    ['with control characters', '{"\\u001b[2J\\n": 1}', 'got \\u{1b}[2J\\n ('],
  ])('%s', async (_what, text, expected) => {
    await writeFile(join(folder, 'odd.json'), text);
    const { code, line } = await refusal('train', '--config', 'odd.json');
    expect(code).toBe(2);
    expect(line).toContain(expected);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
    expect(line).not.toMatch(/[\x00-\x1f]/);
  });
});

describe('report', () => {
  it('obeys the first SIGTERM also while it reads', async () => {
    await mkdir(join(folder, 'large'));
    const zeros = '0,'.repeat(20e6);
    await writeFile(
      join(folder, 'large', 'train.json'),
      `{"schema": "backproof/train/1", "losses": [${zeros}0]}`,
    );
    const ended = await backproof(['report', '--from', 'large'], {
      cwd: folder,
      onStart: (kill) => setTimeout(() => kill('SIGTERM'), 500),
    });
    expect(ended).toEqual({ code: null, stdout: '', stderr: '' });
  });
});
