import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadDataset } from '../../../src/notebook/data/dataset.ts';
import type { Images } from '../../../src/notebook/data/images.ts';
import { syntheticDataset, syntheticImages } from '../../../src/notebook/data/synthetic.ts';

const dataset = syntheticDataset();
const test = dataset.test!;

const share = (images: Images, wanted: (pixel: number) => boolean): number =>
  images.pixels.filter(wanted).length / images.pixels.length;

/** The mean image of each digit, [10][256]. */
function meanImages(images: Images): Float64Array[] {
  const means = Array.from({ length: 10 }, () => new Float64Array(256));
  for (let i = 0; i < images.count; i++) {
    const mean = means[images.digits[i]!]!;
    for (let p = 0; p < 256; p++) mean[p]! += (images.pixels[i * 256 + p]! * 10) / images.count;
  }
  return means;
}

/** The share of images that are nearest to the mean image of their own digit. */
function nearestMeanAccuracy(train: Images, images: Images): number {
  const means = meanImages(train);
  let right = 0;
  for (let i = 0; i < images.count; i++) {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, p) => sum + (value - images.pixels[i * 256 + p]!) ** 2, 0),
    );
    if (distances.indexOf(Math.min(...distances)) === images.digits[i]) right++;
  }
  return right / images.count;
}

describe('the synthetic digits', () => {
  it('are never presented as USPS', async () => {
    expect(dataset.source).toBe('synthetic');
    expect(dataset.files).toEqual([]);
    expect((await loadDataset('synthetic', { offline: true })).source).toBe('synthetic');
  });

  it('are 2,000 and 600 images, every digit equally often, shuffled', () => {
    for (const [images, count] of [
      [dataset.train, 2000],
      [test, 600],
    ] as const) {
      expect(images.count).toBe(count);
      for (let digit = 0; digit < 10; digit++) {
        expect(images.digits.filter((other) => other === digit)).toHaveLength(count / 10);
      }
    }
    expect(new Set(dataset.train.digits.subarray(0, 40)).size).toBeGreaterThan(7);
  });

  it('have greys k/255 in [0, 1], with the background of USPS: 59 % black, 10 % white', () => {
    expect(dataset.train.pixels.every((p) => p === Math.fround(Math.round(p * 255) / 255))).toBe(true);
    expect(share(dataset.train, (pixel) => pixel < 0 || pixel > 1)).toBe(0);
    expect(share(dataset.train, (pixel) => pixel === 0)).toBeCloseTo(0.59, 1);
    expect(share(dataset.train, (pixel) => pixel === 1)).toBeCloseTo(0.1, 1);
  });

  it('are the same on every machine', () => {
    const greys = Uint8Array.from(dataset.train.pixels, (pixel) => Math.round(pixel * 255));
    const hash = createHash('sha256').update(dataset.train.digits).update(greys).digest('hex');
    expect(hash).toBe('c9a99e7a27e0abc23f1b7005b1885dd35cf3acacc5571a546b1677181eaa864d');
  });

  it('follow from the seed: the same seed the same images, another seed others', () => {
    expect(syntheticImages(30, 1)).toEqual(syntheticImages(30, 1));
    expect(syntheticImages(30, 1).pixels).not.toEqual(syntheticImages(30, 2).pixels);
  });

  it('have no image twice, nor one in both splits', () => {
    const seen = new Set<string>();
    for (const images of [dataset.train, test]) {
      for (let i = 0; i < images.count; i++) seen.add(images.pixels.subarray(i * 256, i * 256 + 256).join());
    }
    expect(seen.size).toBe(2600);
  });

  it('can be told apart, but not just by their mean images', () => {
    const accuracy = nearestMeanAccuracy(dataset.train, test);
    expect(accuracy).toBeGreaterThan(0.6);
    expect(accuracy).toBeLessThan(0.95);
  });
});
