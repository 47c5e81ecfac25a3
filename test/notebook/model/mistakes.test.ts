import { describe, expect, it } from '@jest/globals';
import {
  backwardMistakes,
  mistakesFor,
  wrongOutput,
  wrongTap,
} from '../../../src/notebook/model/mistakes.ts';
import { outputSide, rowsOf } from '../../../src/notebook/model/parameters.ts';

describe('a mistake in words, by the side of the kernel', () => {
  // The window has 16 - side + 1 places per side: 12 for side 5, 16 for side 1.
  it.each([
    [5, 'dKernel is averaged over the 144 places of the window, not summed'],
    [1, 'dKernel is averaged over the 256 places of the window, not summed'],
  ])('side %d: factor 1/N', (side, what) => {
    expect(outputSide(side) ** 2).toBe(Number(/\d+/.exec(what)![0]));
    expect(backwardMistakes.averaged.what(side)).toBe(what);
  });

  it.each([
    ['flippedKernel', 'dKernel[4-a,4-b]: convolution in place of correlation'],
    ['missingRow', 'the loop over the kernel ends one row early: dKernel[4,b] = 0'],
    // The tap after the middle one, 12.
    ['kernelElement', 'kernel[2,3,0,0] is 1.0005 times what it should be'],
    ['weightElement', 'weight[100,0] is 1.0005 times what it should be'],
  ] as const)('side 5: %s', (mistake, what) => {
    expect(backwardMistakes[mistake].what(5)).toBe(what);
  });

  it('the wrong elements exist at every side', () => {
    expect([1, 3, 5].map(wrongTap)).toEqual([0, 5, 13]);
    // 25/36 of 256, 196 and 144 outputs, rounded down.
    expect([1, 3, 5].map(wrongOutput)).toEqual([177, 136, 100]);
  });

  it('a kernel of one tap has no transposed, flipped or just opened one', () => {
    const all = Object.keys(backwardMistakes);
    expect(mistakesFor(5)).toEqual(all);
    const none = ['transposedKernel', 'flippedKernel', 'openAtZero'];
    expect(mistakesFor(1)).toEqual(all.filter((name) => !none.includes(name)));
  });
});

it('a square that is held row by row has its rows', () => {
  expect(rowsOf(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
});
