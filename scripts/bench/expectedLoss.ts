import { FusedKernel } from '../../src/notebook/engines/fused/kernel.ts';
import { startReference } from '../../src/notebook/engines/reference.ts';
import type { Parameters } from '../../src/notebook/model/parameters.ts';
import { asWritten, type Job, meanLoggedLoss } from './problem.ts';

/** The loss that a contender reports for its last epoch if it does the same training, and the tolerance. */
export interface ExpectedLoss {
  readonly loss: number;
  /** The relative tolerance. */
  readonly allowed: number;
}

/**
 * The tolerance for a run in single precision compared with the reference in double precision, relative to the loss.
 * Contenders round differently (order of sums, fused multiply-add, their exp), and training amplifies that, so no
 * closed-form bound is useful. Instead the reference is run again with its parameters rounded to float32 after each
 * step, the minimum of rounding in float32; ten times the resulting change of the loss is allowed. Since that one
 * rounding may happen to change little, 1e-3 is always allowed: of the fused engine, PyTorch, JAX, TensorFlow, jax-js
 * and plain C none was off by more than 4.4e-4 after 80 epochs of seeds 1, 2, 3 and 42. A learning rate that is off by
 * one percent changes the loss by about one percent.
 */
const LEAST_ALLOWED = 1e-3;
const TIMES_ONE_ROUNDING = 10;

/** The expected last losses for runs of the given lengths, in double precision from the job's first start. */
export function expectedLosses(job: Job, epochs: readonly number[]): Map<number, ExpectedLoss> {
  const exact = lossesOf(job, Math.max(...epochs), false);
  const rounded = lossesOf(job, Math.max(...epochs), true);
  return new Map(
    epochs.map((length) => {
      const loss = exact[length - 1]!;
      const moved = relativeDifference(rounded[length - 1]!, loss);
      return [length, { loss, allowed: Math.max(LEAST_ALLOWED, TIMES_ONE_ROUNDING * moved) }];
    }),
  );
}

/**
 * The expected last losses of a job with many runs, computed by the fused engine, which is itself compared with the
 * reference: the reference would take a minute for them.
 */
export function expectedOfRuns(job: Job): ExpectedLoss[] {
  const { samples, starts, learningRate, kernelSize, epochs } = job;
  const kernel = new FusedKernel(samples, kernelSize);
  return starts.map((parameters) => {
    kernel.begin({ parameters, learningRate });
    const logits = kernel.advance(0, epochs * samples.count).slice(-samples.count);
    return { loss: meanLoggedLoss(logits, samples.labels), allowed: LEAST_ALLOWED };
  });
}

/** |came - right| / |right|; infinite if the loss is not finite. */
export const relativeDifference = (came: number, right: number): number =>
  Number.isFinite(came) ? Math.abs(came - right) / Math.abs(right) : Number.POSITIVE_INFINITY;

/** The reference's loss in every epoch. With `rounding` its parameters are rounded to float32 after every step. */
function lossesOf(job: Job, epochs: number, rounding: boolean): number[] {
  const { samples, learningRate, starts } = asWritten(job);
  let engine = startReference({ samples, learningRate, parameters: starts[0]! });
  return Array.from({ length: epochs }, () => {
    if (!rounding) return meanLoggedLoss(engine.advance(0, samples.count), samples.labels);
    const logits = new Float64Array(samples.count);
    for (let sample = 0; sample < samples.count; sample++) {
      logits.set(engine.advance(sample, 1), sample);
      engine = startReference({ samples, learningRate, parameters: toSingle(engine.parameters()) });
    }
    return meanLoggedLoss(logits, samples.labels);
  });
}

const toSingle = ({ kernel, weight, bias }: Parameters): Parameters => ({
  kernel: kernel.map(Math.fround),
  weight: weight.map(Math.fround),
  bias: Math.fround(bias),
});
