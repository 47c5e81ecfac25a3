import { describe, expect, it } from '@jest/globals';
import { Duals } from '../../../../src/gradcheck/exact/dual.ts';
import { carry, faithful, type Given, kernel, mod, over, P, Q, rootOf, signed } from '../carried.ts';
import { subjectOf, tf } from '../support.ts';

describe('powers', () => {
  const x: Given = { real: [4, 9], p: [4, 9], t: [5, 6], q: [3, 20], about: { taint: new Set(['A']) } };
  const power = (exponent: number | number[], given: Given = x) =>
    carry({ x: given }, (tf, { x }) => tf.pow(x!, exponent));

  it('whole', () => {
    expect(power(3).out).toMatchObject({
      ...{ p: [64 % P, mod(729)], t: [mod(3 * 16 * 5), mod(3 * 81 * 6)], q: [27 % Q, mod(20 ** 3, Q)] },
      ...{ sign: null, lost: false, taint: ['A'], tangentTaint: ['A'], faithful: false, degree: [3, 0] },
    });
    expect(power(-2).out).toMatchObject({
      p: [over(1, 16), over(1, 81)],
      t: [over(-10, 64), over(-12, 729)],
    });
    expect(power(0).out).toMatchObject({ p: [1, 1], t: [0, 0], q: [1, 1] });
    expect(power(0, { real: [0], p: [0], t: [5], q: [0] }).out).toMatchObject({ p: [1], t: [0] });
    expect(power(2, signed(x, 1, 0)).out.lost).toBe(true);
    expect(power(2, faithful(x)).out.faithful).toBe(true);
    expect(power(3).world.roots).toBe(0);
  });

  it('of several exponents, each where it is', () => {
    expect(power([2, -1]).out).toMatchObject({
      ...{ p: [16, over(1, 9)], t: [40, over(-6, 81)], q: [9, over(1, 20, Q)] },
      // x^2 + 1 / x
      degree: [3, 1],
    });
    const half = power([2, 0.5]);
    expect(half.out).toMatchObject({ p: [16, rootOf(9)], q: null, taint: ['A', 'the sign of a root'] });
    expect(half.world.roots).toBe(2);
    expect(power([0.5, 0.25]).out.taint).toEqual(['A', 'the sign of a power']);
  });

  it('in double precision', () => {
    const slope = (exponent: number): number => {
      const spec = subjectOf({ inputs: { x: [4] }, forward: (tf, { x }) => tf.pow(x, exponent) });
      return new Duals(tf, spec, [1]).element('x', 0, [1]);
    };
    // b x^(b - 1)
    expect([slope(3), slope(0), slope(-1), slope(1.5), slope(0.5)]).toEqual([48, 0, -1 / 16, 3, 0.25]);
    expect(slope(1.25)).toBeCloseTo(1.25 * Math.SQRT2, 14);
  });

  it('half', () => {
    const root = rootOf(4);
    const { out, world } = power(1.5);
    expect(out).toMatchObject({
      ...{ p: [mod(root ** 3), mod(rootOf(9) ** 3)], random: false, q: null },
      ...{ t: [over(3 * root * 5, 2), over(3 * rootOf(9) * 6, 2)], degree: [3, 0] },
      ...{ taint: ['A', 'the sign of a root'], tangentTaint: ['A', 'the sign of a root'] },
    });
    expect(world.roots).toBe(2);
    expect(power(-0.5, faithful(x)).out).toMatchObject({
      ...{ p: [over(1, root), over(1, rootOf(9))], taint: ['A'], degree: [0, 2] },
    });
    // 5 is no square: i^3 is -i.
    expect(power(1.5, { real: [5], p: [5], q: [1] }).out).toMatchObject({
      p: [0],
      im: [mod(-(rootOf(-5) ** 3))],
    });
  });

  it('any other, of a square', () => {
    const { out } = power(4 / 3);
    expect(out.p.map((y) => mod(y ** 3))).toEqual([mod(4 ** 4), mod(9 ** 4)]);
    expect(out.t).toEqual(out.p.map((y, k) => over(4 * y * x.t![k]!, 3 * x.p[k]!)));
    expect(out.taint).toEqual(['A', 'the sign of a power']);
    // Of minus a square, floor(b) decides the sign: (-3)^(4/3) is -3 times the third root of 3.
    const third = carry({ x: { real: [3], p: [P - 3], q: [1] } }, (tf, { x }) => tf.pow(x!, 4 / 3)).out.p[0]!;
    expect(mod(third ** 3)).toBe(mod(-27 * 3));
    expect(power(4 / 3, faithful(x)).out.taint).toEqual(['A']);
    const quarter = power(0.25).out;
    expect(quarter.p.map((y) => mod(y ** 4))).toEqual([4, 9]);
    expect(quarter.taint).toEqual(['A', 'the sign of a power']);
    const minus: Given = { real: [4], p: [P - 4], t: [5], q: [3] };
    expect(() => carry({ x: minus }, (tf, { x }) => tf.pow(x!, 4 / 3), { squares: true })).toThrow(
      'a radicand is not a square in the field',
    );
    expect(
      carry({ x: { ...minus, p: [4] } }, (tf, { x }) => tf.pow(x!, 4 / 3), { squares: true }).out.p,
    ).toHaveLength(1);
  });

  it('that are whole only in double precision: those of the field, with the sign of the real exponent', () => {
    const minusThree: Given = { real: [3], p: [P - 3], q: [1] };
    const by = (real: number) =>
      carry({ a: minusThree, b: { real: [real], p: [5], q: [5], about: { constant: true } } }, kernel('Pow'))
        .out.p;
    expect([by(3), by(0.25)]).toEqual([[mod(-(3 ** 5))], [mod(3 ** 5)]]);
  });

  it('with an exponent that moves', () => {
    // 3 is a square modulo 47, 44 is minus one.
    const base: Given = { real: [3, 3], p: [3, 44], t: [1, 2] };
    const exponent = (real: number[], q: number[]): Given => ({ real, p: [5, 6], t: [3, 4], q });
    const by = (real: number[], q: number[]) =>
      carry({ a: { ...base, q: [1, 1] }, b: exponent(real, q) }, kernel('Pow'));
    const { out, world, lane } = by([2, 3], [2, 3]);
    expect(out.p).toEqual([9, mod(44 ** 3)]);
    expect(by([2.5, 2.5], [2, 2]).out.p).toEqual([9, mod(44 ** 2)]);
    const [log] = carry({ x: { real: [3, 3], p: [3, 44], q: [1, 1] } }, kernel('Log')).out.p;
    // y (b da / a + log(a) db)
    expect(out.t![0]).toBe(mod(9 * (over(5 * 1, 3) + log! * 3)));
    expect(world.exponentials).toBe('unbounded');
    expect(out).toMatchObject({
      ...{ taint: ['the sign of a power'], faithful: true },
      tangentTaint: ['the sign of a power', 'the value of a logarithm'],
    });
    expect(lane.p.modulus).toBe(P);
  });
});
