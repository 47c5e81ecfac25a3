import { accumulatedRounding } from '../../../numerics/ieee.ts';
import { IMAGE_PIXELS, type Samples } from '../../data/images.ts';
import { type Parameters, sideOf } from '../../model/parameters.ts';
import { referenceBuffers, referenceForward } from '../reference.ts';
import type { FusedKernel } from './kernel.ts';

/**
 * Tells how networks do on samples: the same accuracy as that of `evaluate`, which computes in float64. Only where the
 * float32 logit is within its rounding of 0 does this do so too.
 */
export class AccuracyMeter {
  readonly #kernel: FusedKernel;
  readonly #samples: Samples;
  readonly #largestPixel: number;

  /** @param kernel with the samples as its images */
  constructor(kernel: FusedKernel, samples: Samples) {
    this.#kernel = kernel;
    this.#samples = samples;
    this.#largestPixel = samples.pixels.reduce((most, pixel) => Math.max(most, Math.abs(pixel)), 0);
  }

  /**
   * Share of samples on the right side of 0.5; null without samples. Ends the kernel's run.
   *
   * @param parameters each a float32
   */
  accuracy(parameters: Parameters): number | null {
    const { count, labels, pixels } = this.#samples;
    if (count === 0) return null;
    // With a learning rate of 0 steps change nothing, and tell the logits.
    this.#kernel.begin({ parameters, learningRate: 0 });
    const logits = this.#kernel.advance(0, count);
    const room = this.#roundingOfLogit(parameters);
    const { activations } = referenceBuffers(sideOf(parameters.kernel));
    let right = 0;
    for (let sample = 0; sample < count; sample++) {
      let isPositive = logits[sample]! > 0;
      if (!(Math.abs(logits[sample]!) > room)) {
        referenceForward(parameters, pixels, sample * IMAGE_PIXELS, activations);
        isPositive = activations.prediction > 0.5;
      }
      if (isPositive === (labels[sample] === 1)) right++;
    }
    return right / count;
  }

  /**
   * The distance of a float32 logit from the exact one, summed in any order: with R = max |x| sum |K|, the
   * largest that a pre-activation can be, gamma_n (R sum |w| + |b|) for the n roundings of both sums, one after the other.
   */
  #roundingOfLogit({ kernel, weight, bias }: Parameters): number {
    const magnitude = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + Math.abs(value), 0);
    const roundings = accumulatedRounding(kernel.length + weight.length + 16, 'float32');
    const underflow = 1e-30;
    const largest = this.#largestPixel * magnitude(kernel) * magnitude(weight) + Math.abs(bias);
    return roundings * largest + underflow;
  }
}
