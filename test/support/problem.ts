import { IMAGE_PIXELS, type Samples } from '../../src/notebook/data/images.ts';
import type { Problem } from '../../src/notebook/engines/engine.ts';
import { NumpyRandom } from '../../src/notebook/model/numpyRandom.ts';
import { initialParameters } from '../../src/notebook/model/parameters.ts';

/** Small images with strokes of both classes on a background of zeros, deterministic. */
export function smallSamples(count: number, seed = 5): Samples {
  const random = new NumpyRandom(seed);
  const pixels = new Float32Array(count * IMAGE_PIXELS);
  const labels = Uint8Array.from({ length: count }, (_, sample) => sample % 2);
  for (let sample = 0; sample < count; sample++) {
    const across = labels[sample] === 1;
    const line = 4 + Math.floor(random.random() * 8);
    for (let along = 2; along < 14; along++) {
      const at = across ? line * 16 + along : along * 16 + line;
      pixels[sample * IMAGE_PIXELS + at] = Math.floor(128 + random.random() * 128) / 255;
    }
  }
  return { count, pixels, labels, indices: Array.from(labels.keys()) };
}

/** A problem that trains in a second. */
export const smallProblem = (count = 20, kernelSize = 5): Problem => ({
  samples: smallSamples(count),
  parameters: initialParameters(1, kernelSize),
  learningRate: 0.1,
});

/** Largest |a - b| over the larger of |b| and 1, element by element. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!) / Math.max(1, Math.abs(b[i]!))));
