import type { BranchTape } from './kernels/branches.ts';
import { withPerturbedKernels } from './kernels/perturb.ts';
import { accumulatedRounding, NOISE } from './precision.ts';
import { uniformNumbers } from './random.ts';
import type { Subject } from './subject.ts';

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
  const own = accumulatedRounding(NOISE.roundings, 'float64');
  const noise = output.map((y) => own * Math.abs(y));
  const random = uniformNumbers(seed);
  const perturb = (x: number): number => x * (1 + own * (2 * random() - 1));
  for (let run = 0; run < NOISE.runs; run++) {
    const { result } = subject.observer.replay(tape, true, () =>
      withPerturbedKernels(subject.tf, perturb, () => subject.forward()),
    );
    for (let i = 0; i < noise.length; i++) noise[i] = Math.max(noise[i]!, Math.abs(result[i]! - output[i]!));
  }
  return noise;
}
