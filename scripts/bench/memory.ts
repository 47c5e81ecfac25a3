import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Progress } from '../../src/commands/progress.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';
import type { MemoryResult } from './result.ts';
import { spreadOf } from './statistics.ts';

/** The number of fresh processes for each measurement of memory. */
const REPETITIONS = 3;
const measuredCommands = [
  ['train', '--engine', 'fused', '--epochs', '80'],
  ['train', '--engine', 'fused', '--epochs', '2000'],
  ['sweep', '--seeds', '0-199'],
  ['sweep', '--seeds', '0-1999'],
] as const;

/** The peak memory of commands of the built program. @param folder the folder for the commands' output */
export async function measureMemory(
  folder: string,
  {
    data,
    signal,
    progress,
  }: {
    readonly data: string;
    readonly signal?: AbortSignal | undefined;
    readonly progress: (title: string) => Progress;
  },
): Promise<MemoryResult[]> {
  const shown = progress('memory');
  const rows: MemoryResult[] = [];
  for (const args of measuredCommands) {
    const command = `backproof ${args.join(' ')}`;
    const peaks: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS && !signal?.aborted; repetition++) {
      shown.update(rows.length * REPETITIONS + repetition, measuredCommands.length * REPETITIONS, command);
      peaks.push(await peakOf([...args, '--data', data, '--offline', '--out', folder, '--quiet']));
    }
    if (peaks.length > 0) rows.push({ command, peakBytes: spreadOf(peaks) });
  }
  shown.done();
  return rows;
}

/**
 * Runs in the measured process before anything else and reports its peak on file descriptor 3 when it ends. On Linux
 * VmHWM is the peak of this program only; the one from getrusage includes the process that started it.
 */
const probe = `
import { readFileSync, writeSync } from 'node:fs';
process.on('exit', () => {
  let kilobytes = process.resourceUsage().maxRSS;
  try { kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
  writeSync(3, String(kilobytes));
});`;

/**
 * The peak resident set, in bytes, of a command of this program in a fresh process.
 *
 * @throws Error if the command fails
 */
export function peakOf(args: readonly string[]): Promise<number> {
  const preload = `data:text/javascript,${encodeURIComponent(probe)}`;
  const cli = join(packageRoot(), 'dist', 'cli.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, cli, ...args], {
      // Ctrl-C goes only to the bench.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    let told = '';
    let said = '';
    child.stdio[3]?.on('data', (text) => {
      told += text;
    });
    child.stderr!.on('data', (text) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && Number(told) > 0) resolve(1024 * Number(told));
      else reject(new Error(`backproof ${args.join(' ')} ended with ${code}: ${said.trim()}`));
    });
  });
}
