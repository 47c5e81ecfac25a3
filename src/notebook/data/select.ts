import { usageFailure } from '../../system/errors.ts';
import { IMAGE_PIXELS, type Images, type Samples } from './images.ts';

/** The two digits of a problem: `positive` is labelled 1, `negative` 0. */
export interface DigitPair {
  readonly positive: number;
  readonly negative: number;
}

/**
 * The training samples of the notebook's cell 1: walks the images in file order and takes the first `perClass` of each
 * digit, in the order in which they appear.
 *
 * @throws Failure (usage) if both digits are the same or the file has fewer than `perClass` of one
 */
export function select(images: Images, options: DigitPair & { readonly perClass: number }): Samples {
  const { positive, negative, perClass } = options;
  requireTwoDigits(options);
  const wanted = { [positive]: perClass, [negative]: perClass };
  const indices: number[] = [];
  for (let index = 0; index < images.count && indices.length < 2 * perClass; index++) {
    const left = wanted[images.digits[index]!] ?? 0;
    if (left === 0) continue;
    wanted[images.digits[index]!] = left - 1;
    indices.push(index);
  }
  for (const digit of [positive, negative]) {
    const found = perClass - (wanted[digit] ?? 0);
    if (found < perClass) {
      throw usageFailure(
        `--per-class: expected at most ${found}, the training images of digit ${digit}, got ${perClass}; ask for fewer or give other --data`,
      );
    }
  }
  return samplesAt(images, indices, positive);
}

/**
 * All images of both digits in file order: the test set.
 *
 * @throws Failure (usage) if both digits are the same
 */
export function selectAll(images: Images, pair: DigitPair): Samples {
  requireTwoDigits(pair);
  const indices: number[] = [];
  for (let index = 0; index < images.count; index++) {
    const digit = images.digits[index];
    if (digit === pair.positive || digit === pair.negative) indices.push(index);
  }
  return samplesAt(images, indices, pair.positive);
}

function requireTwoDigits({ positive, negative }: DigitPair): void {
  if (positive === negative) {
    throw usageFailure(
      `--negative: expected a digit other than --positive (${positive}), got ${negative}; choose two different digits`,
    );
  }
}

function samplesAt(images: Images, indices: readonly number[], positive: number): Samples {
  const pixels = new Float32Array(indices.length * IMAGE_PIXELS);
  const labels = new Uint8Array(indices.length);
  for (const [sample, index] of indices.entries()) {
    const from = index * IMAGE_PIXELS;
    pixels.set(images.pixels.subarray(from, from + IMAGE_PIXELS), sample * IMAGE_PIXELS);
    labels[sample] = images.digits[index] === positive ? 1 : 0;
  }
  return { count: indices.length, pixels, labels, indices };
}
