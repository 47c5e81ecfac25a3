import { describe, expect, it } from '@jest/globals';
import type { Images } from '../../../src/notebook/data/images.ts';
import { select, selectAll } from '../../../src/notebook/data/select.ts';
import { EXIT, Failure } from '../../../src/system/errors.ts';

/** Images whose pixels all hold their index. */
function imagesOf(...digits: number[]): Images {
  const pixels = new Float32Array(digits.length * 256).map((_, i) => Math.floor(i / 256));
  return { count: digits.length, pixels, digits: Uint8Array.from(digits) };
}

function failureOf(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a Failure, got none');
}

const images = imagesOf(8, 3, 1, 8, 8, 1, 0, 8, 1, 1);

describe('select', () => {
  it('takes the first of each digit, interleaved as they come', () => {
    const samples = select(images, { positive: 1, negative: 8, perClass: 2 });
    expect(samples.indices).toEqual([0, 2, 3, 5]);
    expect([...samples.labels]).toEqual([0, 1, 0, 1]);
    expect(samples.count).toBe(4);
    expect([0, 256, 512, 768].map((at) => samples.pixels[at])).toEqual([0, 2, 3, 5]);
  });

  it('labels the positive digit 1, whichever it is', () => {
    const samples = select(images, { positive: 8, negative: 1, perClass: 2 });
    expect([...samples.labels]).toEqual([1, 0, 1, 0]);
  });

  it('takes all there are, and names the digit that has fewer', () => {
    expect(select(images, { positive: 1, negative: 8, perClass: 4 }).count).toBe(8);
    const failure = failureOf(() => select(images, { positive: 3, negative: 8, perClass: 2 }));
    expect(failure.exitCode).toBe(EXIT.usage);
    expect(failure.message).toBe(
      '--per-class: expected at most 1, the training images of digit 3, got 2; ask for fewer or give other --data',
    );
    const none = failureOf(() => select(images, { positive: 1, negative: 9, perClass: 1 }));
    expect(none.message).toContain('at most 0, the training images of digit 9, got 1');
  });

  it('refuses the same digit twice', () => {
    for (const action of [
      () => select(images, { positive: 8, negative: 8, perClass: 1 }),
      () => selectAll(images, { positive: 8, negative: 8 }),
    ]) {
      const failure = failureOf(action);
      expect(failure.exitCode).toBe(EXIT.usage);
      expect(failure.message).toMatch(/^--negative: expected a digit other than --positive \(8\), got 8/);
    }
  });
});

describe('selectAll', () => {
  it('takes every image of both digits in file order', () => {
    const samples = selectAll(images, { positive: 1, negative: 8 });
    expect(samples.indices).toEqual([0, 2, 3, 4, 5, 7, 8, 9]);
    expect([...samples.labels]).toEqual([0, 1, 0, 0, 1, 0, 1, 1]);
  });

  it('is empty where there are none', () => {
    expect(selectAll(images, { positive: 4, negative: 5 }).count).toBe(0);
  });
});
