import { uniformNumbers } from '../../numerics/random.ts';
import type { Subject, Values } from '../spec/subject.ts';
import type { BranchTape } from './kernels/branches.ts';
import { withPerturbedKernels } from './kernels/perturb.ts';
import { accumulatedRounding, NOISE, type Precision } from './precision.ts';

const LAST_PLACES = accumulatedRounding(NOISE.roundings, 'float64');

/** Changes a value at random by a few roundings of the precision. */
export function perturbation(seed: number, precision: Precision = 'float64'): (x: number) => number {
  const random = uniformNumbers(seed);
  const places = accumulatedRounding(NOISE.roundings, precision);
  return (x) => x * (1 + places * (2 * random() - 1));
}

/**
 * How uncertain each output is through rounding: the largest change it shows when the result of every kernel is
 * changed in its last places at random (stochastic arithmetic; J. Vignes, Mathematics and Computers in Simulation 35,
 * 1993), and a few roundings of its own. Branches are held.
 */
export function outputNoise(
  subject: Subject,
  tape: BranchTape,
  output: Float64Array,
  seed: number,
): Float64Array {
  const noise = output.map((y) => LAST_PLACES * Math.abs(y));
  const perturb = perturbation(seed);
  for (let run = 0; run < NOISE.runs; run++) {
    const { result } = subject.observer.replay(tape, true, () =>
      withPerturbedKernels(subject.tf, perturb, () => subject.forward()),
    );
    for (let i = 0; i < noise.length; i++) noise[i] = Math.max(noise[i]!, Math.abs(result[i]! - output[i]!));
  }
  return noise;
}

/** The same for gradients: how far rounding alone may move each element, by input. */
export function gradientNoise(
  subject: Subject,
  run: () => Map<string, Values>,
  seed: number,
): ReadonlyMap<string, Float64Array> {
  const { result: gradients, tape } = subject.observer.record(run);
  const perturb = perturbation(seed);
  const noise = new Map([...gradients].map(([name, { values }]) => [name, new Float64Array(values.length)]));
  for (let repeat = 0; repeat < NOISE.runs; repeat++) {
    const perturbed = () => withPerturbedKernels(subject.tf, perturb, run);
    const { result } = subject.observer.replay(tape, true, perturbed);
    for (const [name, largest] of noise) {
      const { values } = gradients.get(name)!;
      const changed = result.get(name)!.values;
      for (let i = 0; i < largest.length; i++)
        largest[i] = Math.max(largest[i]!, Math.abs(changed[i]! - values[i]!));
    }
  }
  return noise;
}
