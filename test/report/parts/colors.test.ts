import { describe, expect, it } from '@jest/globals';
import { colorAt, inkOn, scaleOf } from '../../../src/report/parts/colors.ts';

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
