import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../src/system/lock.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { withLock } from '../../src/tfjs/native/setup/lock.ts';
import { temporaryFolder } from '../notebook/data/fixtures.ts';

const scratch = temporaryFolder();
const folder = join(scratch, 'locked');
mkdirSync(folder);
const module = JSON.stringify(join(packageRoot(), 'src', 'system', 'lock.ts'));

/** A process that tries to lock the folder, reports whether it has, and then waits to be killed. */
async function rival(then = 'setInterval(() => {}, 1000)'): Promise<{
  has: boolean;
  ended: Promise<void>;
  kill(): Promise<void>;
}> {
  const code = `const { lockFolder } = await import(${module});
    const release = await lockFolder(${JSON.stringify(folder)});
    console.log(release === null ? 'refused' : 'taken');
    ${then};`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: packageRoot(),
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const word = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(`${text}`)),
  );
  return {
    has: word.trim() === 'taken',
    ended,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

describe('the lock of a folder', () => {
  it('is had by one at a time, by whatever path, and leaves no file', async () => {
    const link = join(scratch, 'link');
    symlinkSync(folder, link);
    const release = await lockFolder(folder);
    expect(await lockFolder(link)).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    await release!();
    const again = await lockFolder(link);
    expect(again).not.toBeNull();
    await again!();
  });

  it('is of that folder only', async () => {
    const other = join(scratch, 'other');
    mkdirSync(other);
    const [one, two] = [await lockFolder(folder), await lockFolder(other)];
    expect([one, two]).not.toContain(null);
    await Promise.all([one!(), two!()]);
  });

  it('is of no folder that comes after one that was removed', async () => {
    const removed = join(scratch, 'removed');
    mkdirSync(removed);
    const release = await lockFolder(removed);
    rmdirSync(removed);
    // Some file systems give the number of the one that is gone to the next.
    const later = Array.from({ length: 20 }, (_, i) => join(scratch, `later${i}`));
    for (const path of later) mkdirSync(path);
    const locks = await Promise.all(later.map(lockFolder));
    expect(locks).not.toContain(null);
    await Promise.all([release, ...locks].map((give) => give!()));
  });

  it('goes with its process, killed at any time, and is never had by two', async () => {
    const first = await rival();
    expect(first.has).toBe(true);
    expect(await lockFolder(folder)).toBeNull();
    await first.kill();
    // All at once after a killed holder: this is where file locks can be taken twice.
    const rivals = await Promise.all(Array.from({ length: 3 }, () => rival()));
    expect(rivals.filter(({ has }) => has)).toHaveLength(1);
    await Promise.all(rivals.map(({ kill }) => kill()));
  });
});

describe('a lock', () => {
  it('keeps no process alive, and no folder open that it has not got', async () => {
    const holder = await rival('');
    expect(holder.has).toBe(true);
    await holder.ended;
    const release = await lockFolder(folder);
    const before = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
    expect(await lockFolder(folder)).toBeNull();
    if (before > 0) expect(readdirSync('/proc/self/fd')).toHaveLength(before);
    await release!();
    if (before > 0) expect(readdirSync('/proc/self/fd').length).toBeLessThan(before);
    await expect(lockFolder(join(scratch, 'none'))).rejects.toThrow('ENOENT');
  });
});

describe('the lock of macOS', () => {
  const { platform } = process;
  const become = (value: NodeJS.Platform) => {
    Object.defineProperty(process, 'platform', { value });
  };
  beforeAll(() => become('darwin'));
  afterAll(() => become(platform));

  // Only macOS can tell whether another process holds the file: O_EXLOCK means nothing to Linux.
  it('is a file for its user only, beside all others', async () => {
    if (platform !== 'linux') return;
    const { dev, ino } = statSync(folder, { bigint: true });
    const file = join(tmpdir(), `backproof-${dev}-${ino}.lock`);
    const before = readdirSync('/proc/self/fd').length;
    try {
      const release = await lockFolder(folder);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      await release!();
      rmSync(file);
      mkdirSync(file);
      await expect(lockFolder(folder)).rejects.toThrow('EISDIR');
    } finally {
      rmSync(file, { recursive: true, force: true });
    }
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

describe('setup-native', () => {
  it('refuses the second of two at once, and gives the folder back, also after a failure', async () => {
    await expect(withLock(folder, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await withLock(folder, async () => {
      await expect(withLock(folder, async () => 'worked')).rejects.toMatchObject({
        exitCode: 5,
        message: `setup-native: expected to be the only one at work in ${folder}, got another backproof; when that has ended: backproof setup-native`,
      });
    });
    expect(await withLock(folder, async () => 'worked')).toBe('worked');
  });
});
