import { describe, expect, it } from '@jest/globals';
import { Constants, constantsOf, meantBy } from '../../../src/gradcheck/exact/constants.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import { mod, over, P, Q, rootOf } from './carried.ts';

const zero = { ten: 0, two: 0, root2: 0, rootPi: 0, bottom: 1 };
const { SQRT2, PI } = Math;
const lane = new Lane(P, 3);

describe('the number that a double stands for', () => {
  it.each<[number, object | null]>([
    [0, { top: 0 }],
    [-7, { top: -7 }],
    [2 ** 53 - 1, { top: 2 ** 53 - 1 }],
    [1 / 3, { top: 1, bottom: 3 }],
    [-2 / 7, { top: -2, bottom: 7 }],
    [0.1 + 0.2 - 2 ** -54, { top: 3, bottom: 10 }],
    // Half a unit in the last place beside 3 / 10, and more
    [0.1 + 0.2, null],
    // Products of top and bottom just below 2^40 = 1.0995116e12, and just above
    [1099508 / 1000003, { top: 1099508, bottom: 1000003 }],
    [1099509 / 1000003, null],
    // 12 significant digits, and 13
    [1.23456789012, { top: 123456789012, ten: -11 }],
    [-1.23456789012, { top: -123456789012, ten: -11 }],
    [1.234567890123, null],
    [1.23456789012e-40, { top: 123456789012, ten: -51 }],
    [1e300, { top: 1, ten: 300 }],
    [-5e-324, { top: -5, ten: -324 }],
    [2.5e-30, { top: 25, ten: -31 }],
    // Odd mantissas below 2^40, and above
    [1 + 2 ** -9 + 2 ** -39, { top: 2 ** 39 + 2 ** 30 + 1, two: -39 }],
    [1 + 2 ** -9 + 2 ** -40, null],
    [3 * 2 ** -60, { top: 3, two: -60 }],
    [-(2 ** 700), { top: -1, two: 700 }],
    [2 ** -1030, { top: 1, two: -1030 }],
    // Simple multiples of roots, up to 2^16
    [3 * SQRT2, { top: 3, root2: 1 }],
    [-SQRT2 / 2, { top: -1, bottom: 2, root2: 1 }],
    [Math.sqrt(PI) / 2, { top: 1, bottom: 2, rootPi: 1 }],
    [2 / Math.sqrt(PI), { top: 2, rootPi: -1 }],
    [Math.sqrt(2 * PI), { top: 1, root2: 1, rootPi: 1 }],
    [Math.sqrt(2 / PI), { top: 1, root2: 1, rootPi: -1 }],
    [PI / 180, { top: 1, bottom: 180, rootPi: 2 }],
    [180 / PI, { top: 180, rootPi: -2 }],
    [2 ** 16 * SQRT2, { top: 2 ** 16, root2: 1 }],
    [(2 ** 16 + 1) * SQRT2, null],
    [Math.E, null],
    [Math.sqrt(3), null],
  ])('%d', (x, meant) => {
    expect(meantBy(x)).toEqual(meant === null ? null : { ...zero, ...meant });
  });
});

describe('its residues', () => {
  const of = (x: number) => new Constants(lane).of(x);
  const power = (base: number, n: number, p: number): number => Number(BigInt(base) ** BigInt(n) % BigInt(p));

  it.each<[number, (p: number) => number]>([
    [-7, (p) => p - 7],
    [-2 / 7, (p) => over(-2, 7, p)],
    [1.23456789012, (p) => over(123456789012 % p, power(10, 11, p), p)],
    [1e300, (p) => power(10, 300, p)],
    [-5e-324, (p) => over(-5, power(10, 324, p), p)],
    [3 * 2 ** -60, (p) => over(3, power(2, 60, p), p)],
    [2 ** 700, (p) => power(2, 700, p)],
    [3 * SQRT2, (p) => mod(3 * rootOf(2, p), p)],
    [SQRT2 / 2, (p) => over(1, rootOf(2, p), p)],
  ])('%d, modulo both primes', (x, residue) => {
    expect(of(x)).toEqual([residue(P), residue(Q), true]);
  });

  it('of pi are one unknown: roots, products and quotients fit together', () => {
    const at = (x: number, plane: 0 | 1): number => of(x)[plane];
    for (const [plane, p] of [
      [0, P],
      [1, Q],
    ] as const) {
      const root = at(Math.sqrt(PI), plane);
      expect([0, 1, p - 1]).not.toContain(root);
      expect(at(PI, plane)).toBe(mod(root ** 2, p));
      expect(at(1 / Math.sqrt(PI), plane)).toBe(over(1, root, p));
      expect(at(1 / PI, plane)).toBe(over(1, root ** 2, p));
      expect(at(Math.sqrt(2 * PI), plane)).toBe(mod(root * rootOf(2, p), p));
      expect(at(Math.sqrt(2 / PI), plane)).toBe(over(rootOf(2, p), root, p));
      expect(at(5 * PI, plane)).toBe(mod(5 * root ** 2, p));
    }
  });

  it('of other doubles are squares, different ones modulo both primes, and their negatives', () => {
    const doubles = Array.from({ length: 60 }, (_, k) => Math.sqrt(3 + k / 7) * Math.E);
    const made = doubles.map(of);
    expect(made.every(([, , simple]) => !simple)).toBe(true);
    for (const [k, [p, q]] of made.entries()) {
      expect([rootOf(p) > 0, rootOf(q, Q) > 0]).toEqual([true, true]);
      expect(of(-doubles[k]!)).toEqual([P - p, Q - q, false]);
    }
    expect(new Set(made.map(([p]) => p)).size).toBeGreaterThan(15);
    expect(new Set(made.map(([, q]) => q)).size).toBeGreaterThan(8);
    const large = new Constants(new Lane(1048343, 1));
    const distinct = new Set(doubles.flatMap((x) => large.of(x).slice(0, 2)));
    expect(distinct.size).toBeGreaterThan(118);
    // Doubles of which one half of the bits is the same
    const [e] = large.of(Math.E);
    for (const beside of [Math.E + 2 ** -50, Math.E + 2 ** -22, 4 * Math.E])
      expect(large.of(beside)[0]).not.toBe(e);
    expect(large.of(doubles[0]!)).not.toEqual(new Constants(new Lane(1048343, 2)).of(doubles[0]!));
    expect(new Constants(new Lane(1048343, 1)).of(doubles[0]!)).toEqual(large.of(doubles[0]!));
  });

  it('are kept with their lane', () => {
    expect(constantsOf(lane)).toBe(constantsOf(lane));
    expect(constantsOf(new Lane(P, 3))).not.toBe(constantsOf(lane));
  });
});
