import { expect, test } from '@jest/globals';
import { correlate, imageBuffer, loadImage, Windows } from '../../../src/notebook/engines/correlate.ts';

// Small integers, whose sums are exact in any order.
const pixels = Float32Array.from({ length: 512 }, (_, at) => ((at * 7) % 13) - 6);
const kernelOf = (size: number) => Float64Array.from({ length: size ** 2 }, (_, at) => ((at * 5) % 11) - 4);
const pixel = (i: number, j: number): number => pixels[256 + i * 16 + j]!;
const image = imageBuffer();
loadImage(image, pixels, 256);

test.each([1, 2, 3, 5, 7, 15, 16])('correlate: every sum of a kernel of side %i, and no more', (size) => {
  const side = 17 - size;
  const kernel = kernelOf(size);
  const sums = new Float64Array(side ** 2 + 8).fill(99);
  correlate(image, kernel, size, sums);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      let sum = 0;
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) sum += pixel(i + a, j + b) * kernel[a * size + b]!;
      }
      expect({ i, j, sum: sums[i * side + j] }).toEqual({ i, j, sum });
    }
  }
  expect([...sums.slice(side ** 2)]).toEqual(new Array(8).fill(99));
});

test.each([1, 2, 3, 5, 6, 15])(
  'Windows: the sum at every element of a window of side %i, and no more',
  (size) => {
    const last = 16 - size;
    const taken: [i: number, j: number, factor: number][] = [
      [0, 0, 2],
      [last, 0, -3],
      [0, last, 5],
      [last, last, 7],
    ];
    const windows = new Windows();
    windows.add(0, 0, 1000);
    windows.clear();
    for (const window of taken) windows.add(...window);
    const sums = new Float64Array(size ** 2 + 8).fill(99);
    windows.sum(image, size, sums);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let sum = 0;
        for (const [i, j, factor] of taken) sum += pixel(i + a, j + b) * factor;
        expect({ a, b, sum: sums[a * size + b] }).toEqual({ a, b, sum });
      }
    }
    expect([...sums.slice(size ** 2)]).toEqual(new Array(8).fill(99));
  },
);

test('Windows: without windows every sum is 0', () => {
  const sums = new Float64Array(9).fill(99);
  new Windows().sum(image, 3, sums);
  expect([...sums]).toEqual(new Array(9).fill(0));
});

test('terms are added in the order of the kernel and of the windows', () => {
  // 2^53 + 1 rounds to 2^53, so the order shows.
  const big = 2 ** 53;
  const steps = new Float32Array(256);
  steps.set([1, 1, 1]);
  const row = imageBuffer();
  loadImage(row, steps, 0);
  const sums = new Float64Array(15 ** 2);
  correlate(row, Float64Array.of(big, 1, 0, 0), 2, sums);
  expect(sums[0]).toBe(big);
  const windows = new Windows();
  for (const [j, factor] of [big, 1, -big].entries()) windows.add(0, j, factor);
  const one = new Float64Array(1);
  windows.sum(row, 1, one);
  expect(one[0]).toBe(0);
});
