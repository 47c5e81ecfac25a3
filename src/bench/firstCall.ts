import type { BenchResult } from '../results/bench.ts';
import { runProgram } from '../system/runProgram.ts';
import { type ExpectedLoss, relativeDifference } from './expectedLoss.ts';
import { processOf } from './ours.ts';
import { firstCallTarget } from './ratios.ts';
import { spreadOf } from './statistics.ts';

/**
 * The fused engine's whole training, the first in a fresh process: loading its code, compiling it and laying the images
 * out, and the steps. Node's own start is left out.
 *
 * @throws Error where it ends, or trains otherwise
 */
export async function firstCalls(
  problem: string,
  expected: ExpectedLoss,
  repetitions: number,
): Promise<NonNullable<BenchResult['firstCall']>> {
  const { command, args } = processOf('first', 'none', 5);
  const parts: Record<'all' | 'load' | 'prepare' | 'train', number[]> = {
    all: [],
    load: [],
    prepare: [],
    train: [],
  };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { code, stdout, stderr } = await runProgram(command, [...args, problem]);
    const [all, loss = Number.NaN, load, prepare, train] = stdout.trim().split(' ').map(Number);
    if (code !== 0 || train === undefined)
      throw new Error(`the first call of fused failed: ${stderr.trim()}`);
    if (relativeDifference(loss, expected.loss) > expected.allowed)
      throw new Error(`the first call of fused: expected loss ${expected.loss}, got ${loss}`);
    parts.all.push(all!);
    parts.load.push(load!);
    parts.prepare.push(prepare!);
    parts.train.push(train);
  }
  const { all, load, prepare, train } = parts;
  return {
    all: spreadOf(all),
    load: spreadOf(load),
    prepare: spreadOf(prepare),
    train: spreadOf(train),
    ...firstCallTarget,
  };
}
