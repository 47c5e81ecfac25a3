import { IMAGE_PIXELS, type Samples } from '../../data/images.ts';
import { accumulatedRounding } from '../../gradcheck/precision.ts';
import type { Parameters } from '../../model/parameters.ts';
import { referenceBuffers, referenceForward } from '../reference.ts';
import type { FusedKernel } from './kernel.ts';

/**
 * Share of samples on the right side of 0.5, the same as that of `evaluate`, which computes in float64: only where the
 * float32 logit is within its rounding of 0 does this do so too. Ends the kernel's run.
 *
 * @param kernel with the samples as its images
 * @param parameters each a float32
 * @returns null without samples
 */
export function accuracyOf(kernel: FusedKernel, samples: Samples, parameters: Parameters): number | null {
  if (samples.count === 0) return null;
  // With a learning rate of 0 steps change nothing, and tell the logits.
  kernel.begin({ parameters, learningRate: 0 });
  const logits = kernel.advance(0, samples.count);
  const room = roundingOfLogit(parameters, samples);
  const { activations } = referenceBuffers(Math.sqrt(parameters.kernel.length));
  let right = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    let isPositive = logits[sample]! > 0;
    if (!(Math.abs(logits[sample]!) > room)) {
      referenceForward(parameters, samples.pixels, sample * IMAGE_PIXELS, activations);
      isPositive = activations.prediction > 0.5;
    }
    if (isPositive === (samples.labels[sample] === 1)) right++;
  }
  return right / samples.count;
}

/**
 * What a float32 logit may be away from the exact one, in whatever order it is summed: with R = max |x| sum |K|, the
 * largest that a pre-activation can be, gamma_n (R sum |w| + |b|) for the n roundings of both sums, one after the other.
 */
function roundingOfLogit({ kernel, weight, bias }: Parameters, samples: Samples): number {
  const magnitude = (values: Float64Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0);
  const largest = samples.pixels.reduce((most, pixel) => Math.max(most, Math.abs(pixel)), 0);
  const roundings = accumulatedRounding(kernel.length + weight.length + 16, 'float32');
  const underflow = 1e-30;
  return roundings * (largest * magnitude(kernel) * magnitude(weight) + Math.abs(bias)) + underflow;
}
