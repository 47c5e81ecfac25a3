import { describe, expect, it } from '@jest/globals';
import { Duals } from '../../../../src/gradcheck/exact/index.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';
import { uniformNumbers } from '../../../../src/numerics/random.ts';
import { carry, type Given, mod, Q } from '../carried.ts';
import { subjectOf, tf } from '../support.ts';

const LARGE = 1048343;

describe('kernels that are linear in each of two inputs', () => {
  const a: Given = {
    ...{ real: [1, 2], shape: [1, 2], p: [3, 40], t: [5, 6], q: [4, 20], degree: [2, 1], tDegree: [1, 0] },
    about: { taint: new Set(['A']), tangentTaint: new Set(['dA']) },
  };
  const b: Given = {
    ...{ real: [3, 4], shape: [2, 1], p: [10, 46], t: [7, 1], q: [9, 5], degree: [1, 0], tDegree: [3, 2] },
  };
  const dot = (tf: TF, { a, b }: Record<string, Tensor>): Tensor => tf.matMul(a!, b!);

  it('product: values, exponents, derivative, degrees', () => {
    expect(carry({ a, b }, dot).out).toMatchObject({
      ...{ p: [mod(30 - 40)], t: [mod(3 * 7 + 40 * 1 + 5 * 10 - 6)], q: [mod(136, Q)], im: null },
      // (2,1)(1,0) = (3,1), twice: (4,2)
      ...{ degree: [4, 2], taint: ['A'], tangentTaint: ['dA', 'A'], lost: false, random: false, sign: null },
      // da b: (1,0)(1,0) = (2,0), twice the same; a db: (2,1)(3,2) = (5,3), twice (8,6); the sum: (8,6)
      tDegree: [8, 6],
    });
    expect(carry({ a, b }, dot, { backward: true }).out.t).toBeNull();
    expect(carry({ a, b: { real: b.real, p: b.p, shape: [2, 1] } }, dot).out.t).toEqual([mod(50 - 6)]);
  });

  it('in double precision: (5, 6) (3, 4) + (1, 2) (7, 9)', () => {
    const inputs = { a: { values: [1, 2], shape: [1, 2] }, b: { values: [3, 4], shape: [2, 1] } };
    const duals = new Duals(tf, subjectOf({ inputs, forward: dot }), [1, 1]);
    expect([...duals.derivative({ a: Float64Array.of(5, 6), b: Float64Array.of(7, 9) })]).toEqual([39 + 25]);
  });

  it('has as many terms as the smaller input has elements, at most', () => {
    const square = {
      ...a,
      real: [1, 2, 3, 4],
      shape: [2, 2],
      p: [3, 40, 1, 2],
      t: [1, 1, 1, 1],
      q: [1, 2, 3, 4],
    };
    expect(carry({ a: square, b }, dot).out).toMatchObject({ p: [mod(-10), mod(10 - 2)], degree: [4, 2] });
  });

  it('of complex planes', () => {
    const [ai, bi] = [
      { ...a, im: [1, 2] },
      { ...b, im: [3, 4] },
    ];
    expect(carry({ a: ai, b: bi }, dot).out).toMatchObject({
      ...{ p: [mod(30 - 40 - (3 + 8))], im: [mod(3 * 3 + 40 * 4 + 10 - 2)] },
    });
    expect(carry({ a: ai, b }, dot).out).toMatchObject({ p: [mod(-10)], im: [8] });
    expect(carry({ a, b: bi }, dot).out).toMatchObject({ p: [mod(-10)], im: [mod(169)] });
  });

  it('loses signs, and stays random', () => {
    expect(carry({ a: { ...a, sign: [1, 0] }, b }, dot).out.lost).toBe(true);
    expect(carry({ a, b: { ...b, sign: [1, 0] } }, dot).out.lost).toBe(true);
    expect(carry({ a: { ...a, lost: true }, b }, dot).out.lost).toBe(true);
    expect(carry({ a, b: { ...b, lost: true } }, dot).out.lost).toBe(true);
    expect(carry({ a: { ...a, random: true }, b }, dot).out.random).toBe(true);
    expect(carry({ a, b: { ...b, random: true } }, dot).out.random).toBe(true);
    expect(carry({ a, b }, dot, { exponents: false }).out.q).toBeNull();
  });

  it.each([2 ** 15, 2 ** 15 + 1, 2 ** 17])('sums of %d products are exact', (count) => {
    const random = uniformNumbers(count);
    // Centred, they are all near half of the prime, and of one sign.
    const draw = () => Array.from({ length: count }, () => (LARGE - 1) / 2 - Math.floor(random() * 1000));
    const [u, v] = [draw(), draw()];
    const given = (p: number[], shape: number[]): Given => ({ real: p.map(() => 1), p, q: p, shape });
    const wanted = u.reduce((sum, each, k) => sum + BigInt(each) * BigInt(v[k]!), 0n);
    const { out } = carry({ a: given(u, [1, count]), b: given(v, [count, 1]) }, dot, { prime: LARGE });
    expect(out.p).toEqual([Number(wanted % BigInt(LARGE))]);
  });
});
