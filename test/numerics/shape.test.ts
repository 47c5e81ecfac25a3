import { describe, expect, it } from '@jest/globals';
import { sizeOf } from '../../src/numerics/shape.ts';

describe('sizeOf', () => {
  it.each([
    [[], 1],
    [[7], 7],
    [[2, 3, 5], 30],
    [[4, 0, 3], 0],
  ])('of %j is %d', (shape, size) => {
    expect(sizeOf(shape)).toBe(size);
  });
});
