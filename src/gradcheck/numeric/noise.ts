import { accumulatedRounding, type Precision, UNIT_ROUNDOFF } from '../../numerics/ieee.ts';
import { uniformNumbers } from '../../numerics/random.ts';
import type { Replacement, Subject, Values } from '../spec/subject.ts';
import type { BranchTape } from './kernels/branches.ts';
import { KernelInterceptor, recordValues, replayDisturbed } from './kernels/perturb.ts';
import type { NumberArray } from './kernels/rule.ts';
import { NOISE, OWN_ROUNDING } from './precision.ts';

/** A run on the inputs, or with the values of some of them replaced. */
type Run<Result> = (...moved: Replacement[]) => Result;

/** How far rounding may move results, and whether single precision is the reason. */
export interface Noise<Result> {
  /** Not finite where unknown. */
  readonly noise: Result;
  /** The number of arrays made in JavaScript that depend on the inputs and carry only 24 bits. */
  readonly narrow: number;
}

/**
 * How uncertain each output is through rounding: its largest change when the last places of every kernel's result are
 * changed at random (stochastic arithmetic; J. Vignes, Mathematics and Computers in Simulation 35, 1993), plus a few
 * roundings of the output itself. Branches are held.
 */
export function outputNoise(
  subject: Subject,
  tape: BranchTape,
  output: Float64Array,
  seed: number,
): Noise<Float64Array> {
  const held: Run<Float64Array> = (...moved) =>
    subject.observer.replay(tape, true, () => subject.forward(...moved)).result;
  const { runs, narrow } = disturbedRuns(subject, held, 'float64', seed);
  const noise = largestChanges(output, runs).map((change, i) =>
    Math.max(change, OWN_ROUNDING * Math.abs(output[i]!)),
  );
  return { noise, narrow };
}

/** The same for gradients: how far rounding may move each element, by input. */
export function gradientNoise(
  subject: Subject,
  run: Run<Map<string, Values>>,
  seed: number,
): Noise<ReadonlyMap<string, Float64Array>> {
  const { result: gradients, tape } = subject.observer.record(() => run());
  const held: typeof run = (...moved) => subject.observer.replay(tape, true, () => run(...moved)).result;
  const { runs, narrow } = disturbedRuns(subject, held, 'float64', seed);
  const noise = new Map(
    [...gradients].map(([name, { values }]): [string, Float64Array] => [
      name,
      largestChanges(
        values,
        runs.map((result) => result?.get(name)?.values),
      ),
    ]),
  );
  return { noise, narrow };
}

/** Results of runs with the last places of every kernel's results changed at random; null for a run that threw. */
export function disturbedRuns<Result>(
  subject: Subject,
  run: Run<Result>,
  precision: Precision,
  seed: number,
): { runs: (Result | null)[]; narrow: number } {
  const interceptor = new KernelInterceptor(subject.tf);
  const { tape } = recordValues(interceptor, () => run());
  const uploads = narrowUploads(subject, interceptor, tape.uploads, run);
  const uniform = uniformNumbers(seed);
  const disturbance = {
    random: () => 2 * uniform() - 1,
    rounding: accumulatedRounding(NOISE.roundings, precision),
    uploads,
    uploadRounding: UNIT_ROUNDOFF.float32,
  };
  const runs = Array.from({ length: NOISE.runs }, () => {
    try {
      return replayDisturbed(interceptor, tape, disturbance, () => run());
    } catch {
      return null;
    }
  });
  return { runs, narrow: uploads.size };
}

/** The largest change of each value over the runs in which it is finite; infinite if there are none. */
export function largestChanges(
  base: Float64Array,
  runs: readonly (Float64Array | null | undefined)[],
): Float64Array {
  return base.map((value, i) => {
    const changes = runs.flatMap((run) => (Number.isFinite(run?.[i]) ? [Math.abs(run![i]! - value)] : []));
    return changes.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...changes);
  });
}

/**
 * Positions of the arrays made in JavaScript that depend on the inputs but carry only 24 bits, because they went
 * through a Float32Array. Data that does not depend on the inputs is exact, however few bits it has.
 */
function narrowUploads<Result>(
  subject: Subject,
  interceptor: KernelInterceptor,
  uploads: readonly NumberArray[],
  run: Run<Result>,
): ReadonlySet<number> {
  const found = new Set<number>();
  if (!uploads.some(isNarrow)) return found;
  for (const { name, values } of subject.checked.differentiable) {
    const moved = Float64Array.from(values, (x, i) => x + (Math.abs(x) + 1) * 1e-3 * Math.sin(i + 1));
    let again: readonly NumberArray[];
    try {
      again = recordValues(interceptor, () => run({ name, values: moved })).tape.uploads;
    } catch {
      continue;
    }
    for (const [at, array] of again.entries()) {
      const before = uploads[at];
      if (before?.length !== array.length || !isNarrow(before) || !isNarrow(array)) continue;
      if (array.some((x, i) => x !== before[i])) found.add(at);
    }
  }
  return found;
}

/** Whether all numbers fit into single precision and some need more than half of its bits, unlike counts and masks. */
function isNarrow(values: NumberArray): boolean {
  let long = false;
  for (const x of values) {
    if (Math.fround(x) !== x) return false;
    if (!fitsInto12Bits(x)) long = true;
  }
  return long;
}

function fitsInto12Bits(x: number): boolean {
  if (x === 0) return true;
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  return Number.isInteger(x * 2 ** (12 - exponent));
}
