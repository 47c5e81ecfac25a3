// Measurements of the fused engine only: its work for each seed, its growth with each size, its first call.
import { FusedKernel } from '../../src/notebook/engines/fused/kernel.ts';
import { outputSide } from '../../src/notebook/model/parameters.ts';
import { runProgram } from '../../src/system/runProgram.ts';
import { type ExpectedLoss, relativeDifference } from './expectedLoss.ts';
import { type JobSizes, type Jobs, NOTEBOOK, WHOLE_TRAINING } from './jobs.ts';
import type { Contender, Taken } from './measure.ts';
import { fusedContender, measuredSeeds } from './ours.ts';
import { processOf } from './processes.ts';
import type { ContenderResult, FirstCallResult, GrowthResult, SeedResult } from './result.ts';
import { fitLine, type Spread, spreadOf } from './statistics.ts';

/** The work of the fused engine for each measured seed: how much of a step can be skipped depends on the seed. */
export function seedRows(jobs: Jobs, results: readonly ContenderResult[]): SeedResult[] {
  const resultOf = (seed: number) => results.find(({ id }) => id === fusedContender(seed).id);
  const timeOf = (seed: number): Spread | null => {
    const found = resultOf(seed);
    return found?.verdict === 'same training' ? found.microsecondsPerStep : null;
  };
  const seed1 = timeOf(1);
  return measuredSeeds.filter(resultOf).map((seed) => {
    const job = jobs.job({ ...NOTEBOOK, seeds: [seed] });
    const kernel = new FusedKernel(job.samples, job.kernelSize);
    kernel.begin({ parameters: job.starts[0]!, learningRate: job.learningRate });
    kernel.advance(0, WHOLE_TRAINING);
    const { listsMade, outputsEvaluated, outputsGoneBack } = kernel.work();
    const time = timeOf(seed);
    return {
      seed,
      microsecondsPerStep: time,
      ofSeed1: time === null || seed1 === null ? null : time.median / seed1.median,
      outputsEvaluated: outputsEvaluated / WHOLE_TRAINING,
      outputsGoneBack: outputsGoneBack / WHOLE_TRAINING,
      listsMade: listsMade / WHOLE_TRAINING,
    };
  });
}

/** One size at which the fused engine is measured, skipping and dense. */
export interface GrowthPoint {
  readonly by: GrowthResult['by'];
  readonly value: number;
  readonly perClass: number;
  readonly epochs: number;
  readonly kernelSize: number;
  /** The count to which the time should be proportional. */
  readonly units: number;
  readonly contenders: { readonly skipping: Contender; readonly dense: Contender };
}

const perClasses = [25, 50, 100, 200, 400];
const epochs = [10, 20, 40, 80, 160, 320];
const kernelSizes = [1, 3, 5, 7, 9, 11, 13, 15];

/**
 * The points of the growth with one size, while the others stay those of the notebook; at most as many samples as the
 * data has.
 */
export function growthPoints(by: GrowthResult['by'], imagesPerClass: number): GrowthPoint[] {
  const point = (value: number, units: number, sizes: Partial<Omit<JobSizes, 'seeds'>>): GrowthPoint => {
    const all = { ...NOTEBOOK, ...sizes };
    const contender = (dense: boolean): Contender => {
      const fused = fusedContender(1, { ...all, dense });
      return { ...fused, id: `${fused.id} ${by} ${value}`, jobsInTurn: 3, warmUps: 6 };
    };
    return {
      by,
      value,
      units,
      ...all,
      contenders: { skipping: contender(false), dense: contender(true) },
    };
  };
  if (by === 'samples')
    return perClasses
      .filter((perClass) => perClass <= imagesPerClass)
      .map((perClass) => point(2 * perClass, 2 * perClass * NOTEBOOK.epochs, { perClass }));
  if (by === 'epochs')
    return epochs.map((value) => point(value, value * 2 * NOTEBOOK.perClass, { epochs: value }));
  // A convolution has a product for each tap of the kernel and each output.
  return kernelSizes.map((value) =>
    point(value, WHOLE_TRAINING * value ** 2 * outputSide(value) ** 2, { kernelSize: value }),
  );
}

/** The growth computed from the measurements; null if a point is missing. */
export function growthOf(points: readonly GrowthPoint[], taken: readonly Taken[]): GrowthResult | null {
  const medianOf = ({ id }: Contender): number | null => {
    const jobs = taken.find(({ contender }) => contender.id === id)?.jobs ?? [];
    return jobs.length === 0 ? null : spreadOf(jobs.map(({ milliseconds }) => milliseconds)).median;
  };
  const rows: GrowthResult['points'][number][] = [];
  for (const { value, units, contenders } of points) {
    const [skipping, dense] = [medianOf(contenders.skipping), medianOf(contenders.dense)];
    if (skipping === null || dense === null) return null;
    rows.push({ value, units, skipping, dense });
  }
  const by = points[0]?.by;
  if (by === undefined || rows.length < 2) return null;
  const line = (which: 'skipping' | 'dense') => fitLine(rows.map((row) => ({ x: row.units, y: row[which] })));
  return {
    by,
    points: rows,
    lines: by === 'kernelSize' ? null : { skipping: line('skipping'), dense: line('dense') },
  };
}

/**
 * The fused engine's whole training, as the first call in a fresh process: loading and compiling its code, laying out
 * the images, and the steps. Node's own start is not included.
 *
 * @throws Error if the process ends, or trains differently
 */
export async function firstCalls(
  problem: string,
  expected: ExpectedLoss,
  repetitions: number,
): Promise<FirstCallResult> {
  const { command, args } = processOf('first', 'none', NOTEBOOK.kernelSize);
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
  };
}
