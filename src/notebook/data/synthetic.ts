import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type Dataset, IMAGE_PIXELS, type Images } from './images.ts';
import { toPixels } from './pixels.ts';
import { draw, type Hand } from './syntheticDraw.ts';
import { GLYPHS, type Glyph } from './syntheticGlyphs.ts';

/** The seeds of the built-in digits; they do not depend on --seed, so that runs are comparable. */
const SEEDS = { train: 1991, test: 1992 } as const;
const COUNTS = { train: 2000, test: 600 } as const;

/**
 * The built-in digits: 2,000 training and 600 test images, drawn from strokes with the slant, thickness, jitter and
 * blur of handwriting, the digits equally frequent and shuffled. They resemble USPS in size and greys, but are no
 * substitute for it. They are the same on every machine: the generator works on integers, and drawing uses only
 * correctly rounded operations.
 */
export function syntheticDataset(): Dataset {
  return {
    source: 'synthetic',
    files: [],
    train: syntheticImages(COUNTS.train, SEEDS.train),
    test: syntheticImages(COUNTS.test, SEEDS.test),
  };
}

/** Draws `count` digits, equally frequent (as far as count allows) and shuffled, determined by the seed. */
export function syntheticImages(count: number, seed: number): Images {
  const random = xoroshiro128plus(seed);
  const digits = Uint8Array.from({ length: count }, (_, index) => index % 10);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [digits[i], digits[j]] = [digits[j]!, digits[i]!];
  }
  const bytes = new Uint8Array(count * IMAGE_PIXELS);
  for (let i = 0; i < count; i++) {
    const ways = GLYPHS[digits[i]!]!;
    const glyph = ways[uniformInt(random, 0, ways.length - 1)]!;
    draw(glyph, newHand(random, glyph), bytes.subarray(i * IMAGE_PIXELS, (i + 1) * IMAGE_PIXELS));
  }
  return { count, pixels: toPixels(bytes), digits };
}

function newHand(random: RandomGenerator, glyph: Glyph): Hand {
  const between = (low: number, high: number): number => low + (high - low) * uniformFloat64(random);
  const wobble = between(0.01, 0.045);
  return {
    width: glyph.width * between(0.65, 1.4),
    slant: 0.12 * nearlyNormal(random),
    tilt: 0.08 * nearlyNormal(random),
    thickness: between(1, 3.1),
    blur: between(0.9, 2),
    ink: between(0.85, 1.3),
    shift: [between(-0.7, 0.7), between(-0.4, 0.4)],
    jitter: () => wobble * nearlyNormal(random),
  };
}

/** Mean 0, variance 1, within +-3.5: a sum of four uniform numbers, which needs no logarithm. */
function nearlyNormal(random: RandomGenerator): number {
  let sum = -2;
  for (let i = 0; i < 4; i++) sum += uniformFloat64(random);
  return sum * Math.sqrt(3);
}
