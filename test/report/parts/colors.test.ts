import { describe, expect, it } from '@jest/globals';
import { colorAt, inkOn, scaleOf, shapesOf } from '../../../src/report/parts/colors.ts';

describe('a colour scale', () => {
  it('reaches as far to either side of zero where values have signs, and from zero up where they are sizes', () => {
    expect(scaleOf('signed', Float64Array.of(1, -3, 2))).toEqual({ name: 'signed', low: -3, high: 3 });
    expect(scaleOf('size', Float64Array.of(1, -3, 2))).toEqual({ name: 'size', low: 0, high: 3 });
    expect(scaleOf('size', Float64Array.of(0.25, -0.5))).toEqual({ name: 'size', low: 0, high: 0.5 });
    expect(scaleOf('ink', Float64Array.of(5, -7))).toEqual({ name: 'ink', low: 0, high: 1 });
  });

  it('has the colours that matplotlib gives viridis at its ends and in its middle', () => {
    const scale = { name: 'size', low: 10, high: 20 } as const;
    expect([10, 15, 20].map((value) => colorAt(scale, value))).toEqual(['#440154', '#21918c', '#fde725']);
  });

  it('mixes the two colours that it lies between', () => {
    // Halfway from #440154 to #48186a, and the first of the two steps of 64.
    const scale = { name: 'size', low: 0, high: 1 } as const;
    expect([1 / 32, 1 / 16].map((value) => colorAt(scale, value))).toEqual(['#460d5f', '#48186a']);
  });

  it('is blue below 0, nearly white at 0 and red above', () => {
    const scale = { name: 'signed', low: -2, high: 2 } as const;
    expect([-2, -1, 0, 1, 2].map((value) => colorAt(scale, value))).toEqual([
      ...['#2166ac', '#92c5de', '#f7f7f7', '#f4a582', '#b2182b'],
    ]);
  });

  it('has 64 steps', () => {
    // 1/128 is nearest to the first of them, which is 251 of 255 white.
    const scale = { name: 'ink', low: 0, high: 1 } as const;
    expect([1 / 129, 1 / 128].map((value) => colorAt(scale, value))).toEqual(['#ffffff', '#fbfbfb']);
    expect(shapesOf(Float32Array.of(0, 0, 0, 1 / 128), 2, scale).paths[0]!.color).toBe('#fbfbfb');
  });

  it('keeps values beyond its ends at the ends', () => {
    const scale = { name: 'ink', low: 0, high: 1 } as const;
    expect([-1, 0, 1, 2].map((value) => colorAt(scale, value))).toEqual([
      '#ffffff',
      '#ffffff',
      '#000000',
      '#000000',
    ]);
  });

  it('is in even steps: with two of them there are three colours', () => {
    const scale = { name: 'ink', low: 0, high: 1 } as const;
    expect([0.2, 0.3, 0.7, 0.8].map((value) => colorAt(scale, value, 2))).toEqual([
      '#ffffff',
      '#808080',
      '#808080',
      '#000000',
    ]);
  });

  it('without a width is in the middle of signed values, and at the start of sizes', () => {
    const middle = colorAt({ name: 'signed', low: -1, high: 1 }, 0);
    expect(colorAt({ name: 'signed', low: 0, high: 0 }, 0)).toBe(middle);
    expect(colorAt({ name: 'size', low: 0, high: 0 }, 0)).toBe('#440154');
  });
});

describe('ink on a colour', () => {
  it('is white on dark and black on light, where #767676 is the first grey on which black stands out more', () => {
    expect(['#000000', '#757575', '#767676', '#ffffff'].map(inkOn)).toEqual(['#fff', '#fff', '#000', '#000']);
  });

  it('weighs green above red above blue', () => {
    expect(['#00ff00', '#ff0000', '#0000ff'].map(inkOn)).toEqual(['#000', '#000', '#fff']);
  });
});

describe('a map of few shapes', () => {
  const ink = { name: 'ink', low: 0, high: 1 } as const;

  it('has a path for each colour but the most frequent, which is the ground; cells in a row are one', () => {
    const map = Float64Array.of(...[0, 0, 1], ...[1, 1, 0.5], ...[0, 1, 1]);
    expect(shapesOf(map, 3, ink, 2)).toEqual({
      ground: '#000000',
      paths: [
        { color: '#ffffff', path: 'M0 0h2v1h-2zM0 2h1v1h-1z' },
        { color: '#808080', path: 'M2 1h1v1h-1z' },
      ],
    });
  });

  it('joins no cells of different rows, and has the first of two colours as its ground', () => {
    expect(shapesOf(Float64Array.of(...[0, 1], ...[1, 0]), 2, ink)).toEqual({
      ground: '#ffffff',
      paths: [{ color: '#000000', path: 'M1 0h1v1h-1zM0 1h1v1h-1z' }],
    });
  });
});
