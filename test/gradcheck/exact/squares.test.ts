import { describe, expect, it } from '@jest/globals';
import { PrimeField } from '../../../src/gradcheck/exact/field.ts';
import { safePrimes } from '../../../src/gradcheck/exact/lane.ts';
import { Squares } from '../../../src/gradcheck/exact/squares.ts';

const primes = [...safePrimes(2 ** 20)];
// A field with fewer squares than baby steps, one with one more than a whole list of powers, and the largest.
const chosen = [23, primes.findLast((p) => p > 2 ** 12)!, primes[0]!];

describe.each(chosen)('the squares modulo %d', (modulus) => {
  const field = new PrimeField(modulus);
  const squares = new Squares(field);
  const order = (modulus - 1) / 2;

  it('are the powers of 4, each once, and every number has the exponent of itself or of its negative', () => {
    let power = 1;
    let wrong = 0;
    for (let e = 0; e < order; e++) {
      const right =
        squares.power(e) === power &&
        squares.exponent(power) === e &&
        squares.exponent(modulus - power) === e;
      if (!right) wrong++;
      power = (power * 4) % modulus;
    }
    expect({ wrong, power }).toEqual({ wrong: 0, power: 1 });
  });

  it('are those that have a root, which is a square itself', () => {
    const isSquare = new Uint8Array(modulus);
    for (let x = 0; x < modulus; x++) isSquare[(x * x) % modulus] = 1;
    for (let x = 0; x < modulus; x += Math.ceil(modulus / 5000)) {
      const root = squares.root(x);
      expect([x, squares.has(x), isSquare[root]]).toEqual([x, isSquare[x] === 1, 1]);
      expect((root * root) % modulus).toBe(isSquare[x] === 1 ? x : modulus - x);
    }
  });

  it('have no logarithm of 0', () => {
    expect(() => squares.exponent(0)).toThrow(RangeError);
  });
});
