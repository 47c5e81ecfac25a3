import { accumulatedRounding } from '../../../numerics/ieee.ts';
import { IMAGE_PIXELS, type Samples } from '../../data/images.ts';
import { type Parameters, sideOf } from '../../model/parameters.ts';
import { referenceBuffers, referenceForward } from '../reference.ts';
import type { FusedKernel } from './kernel.ts';

/**
 * Computes the accuracy of networks on samples, the same as `evaluate` does in float64. float64 is only used if the
 * float32 logit is within its rounding error of 0.
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
   * @param parameters float32 values
   */
  accuracy(parameters: Parameters): number | null {
    const { count, labels, pixels } = this.#samples;
    if (count === 0) return null;
    // With a learning rate of 0, steps change nothing and return the logits.
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
   * Bound on the error of a float32 logit summed in any order: with R = max |x| sum |K|, the largest possible
   * pre-activation, gamma_n (R sum |w| + |b|) for the n roundings of both sums, one after the other.
   */
  #roundingOfLogit({ kernel, weight, bias }: Parameters): number {
    const magnitude = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + Math.abs(value), 0);
    const roundings = accumulatedRounding(kernel.length + weight.length + 16, 'float32');
    // float32 underflows; and where the logit is less than 2^-53, the prediction in float64 is 1/2 on either side.
    const tiny = 1e-15;
    const largest = this.#largestPixel * magnitude(kernel) * magnitude(weight) + Math.abs(bias);
    return roundings * largest + tiny;
  }
}
