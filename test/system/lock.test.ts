import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { withLock } from '../../src/tfjs/native/setup/lock.ts';
import { temporaryFolder } from '../notebook/data/fixtures.ts';

const folder = temporaryFolder();
const lock = join(folder, 'lock');
const holds = (pid: number, host = hostname()) => writeFileSync(lock, JSON.stringify({ pid, host }));
const endedPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of setup-native', () => {
  afterEach(() => expect(readdirSync(folder)).toEqual([]));

  it('lets one work and gives way when it has ended', async () => {
    expect(await withLock(folder, async () => existsSync(lock))).toBe(true);
    await expect(withLock(folder, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('refuses the second of two at once', async () => {
    await withLock(folder, async () => {
      const second = withLock(folder, async () => 'worked');
      await expect(second).rejects.toMatchObject({
        exitCode: 5,
        message: `setup-native: expected to be the only one at work in ${folder}, got process ${process.pid} on ${hostname()}; when that has ended: backproof setup-native`,
      });
    });
  });

  it('is taken over from a process that has ended', async () => {
    holds(endedPid());
    expect(await withLock(folder, async () => 'worked')).toBe('worked');
  });

  it('is taken over after an hour, whoever held it', async () => {
    holds(1, 'elsewhere');
    await expect(withLock(folder, async () => 'worked')).rejects.toThrow('process 1 on elsewhere');
    const before = Date.now() / 1000 - 3601;
    utimesSync(lock, before, before);
    expect(await withLock(folder, async () => 'worked')).toBe('worked');
  });
});
