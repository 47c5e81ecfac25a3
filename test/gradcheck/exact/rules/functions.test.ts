import { describe, expect, it } from '@jest/globals';
import { constantsOf } from '../../../../src/gradcheck/exact/constants.ts';
import { Duals } from '../../../../src/gradcheck/exact/index.ts';
import {
  type Carried,
  carry,
  faithful,
  type Given,
  kernel,
  mod,
  over,
  P,
  Q,
  rootOf,
  signed,
} from '../carried.ts';
import { subjectOf, tf } from '../support.ts';

describe('exp and logarithm', () => {
  const x: Given = { real: [0.5, -1, 0.25], p: [3, 40, 9], t: [5, 6, 7], q: [4, 20, 1] };
  const one = (name: string, given: Given = x) => carry({ x: given }, kernel(name));
  /** e^q of every element, and its inverse. */
  const e = (...q: number[]): number[] =>
    one('Exp', { real: q.map(() => 0.5), p: q.map(() => 1), q }).out.p as number[];
  const times = (values: readonly number[], t = x.t!): number[] => values.map((y, k) => mod(y * t[k]!));

  it('the only exponential has a bound, unless it is the one in the slope of erf', () => {
    const argument = (name: string) => one(name, { real: [0.5], p: [3], q: [4] }).world.exponentials;
    expect(['Exp', 'Sigmoid', 'Softplus', 'Erf'].map(argument)).toEqual([4, 4, 4, 'unbounded']);
  });

  it('exp turns sums of exponents into products, of squares', () => {
    const [zero, e4, e20, e1] = e(0, 4, 20, 1) as [number, number, number, number];
    expect(zero).toBe(1);
    expect([e4, mod(e20 * e4)]).toEqual([mod(e1 ** 4), e1]);
    expect(e1).not.toBe(1);
    const { out, world } = one('Exp');
    expect(out).toMatchObject({
      p: [e4, e20, e1],
      t: times([e4, e20, e1]),
      faithful: true,
      taint: [],
      q: null,
    });
    expect([world.exponentials, world.exponentDegree]).toEqual(['unbounded', 1]);
    expect(one('Exp', signed(x, 1, 0, 0)).out.p[0]).toBe(P - e4);
  });

  it.each<[string, (e: number) => number, (e: number, y: number) => number]>([
    ['Expm1', (e) => e - 1, (e) => e],
    ['Sigmoid', (e) => over(e, 1 + e), (_e, y) => y * (1 - y)],
    ['Cosh', (e) => over(e * e + 1, 2 * e), (e) => over(e * e - 1, 2 * e)],
    ['Sinh', (e) => over(e * e - 1, 2 * e), (e) => over(e * e + 1, 2 * e)],
    ['Tanh', (e) => over(e * e - 1, e * e + 1), (_e, y) => 1 - y * y],
  ])('%s is made of e^x', (name, value, slope) => {
    const { out, world } = one(name);
    const es = e(4, 20, 1);
    const ys = es.map((each) => mod(value(each)));
    expect([out.p, out.t]).toEqual([ys, times(ys.map((y, k) => mod(slope(es[k]!, y))))]);
    expect(out).toMatchObject({ faithful: false, taint: [], tangentTaint: [], q: null, pure: false });
    expect(world.exponentials).toBe('unbounded');
  });

  it('logarithms are exponents whose exp is the number itself', () => {
    for (const [name, argument] of [
      ['Log', [3, 40, 9]],
      ['Log1p', [4, 41, 10]],
      ['Softplus', e(4, 20, 1).map((each) => mod(each + 1))],
    ] as const) {
      const { out, lane } = one(name, { ...x, real: [0.5, 1, 0.25] });
      const exponent = { q: Float64Array.from(out.q!), sign: Float64Array.from(out.sign ?? [0, 0, 0]) };
      expect([name, [...lane.exp(exponent).re]]).toEqual([name, [...argument]]);
      expect(out).toMatchObject({
        lost: false,
        random: false,
        taint: ['the value of a logarithm'],
        tangentTaint: [],
      });
      const slopes = name === 'Softplus' ? one('Sigmoid').out.p : argument.map((y) => over(1, y));
      expect([name, out.t]).toEqual([name, times(slopes)]);
    }
  });

  it('the exponent of an exponential is a random function of it, the same for the same value', () => {
    const twice = (sameValue: boolean) =>
      carry({ x: { real: [1, 1], p: [3, 3], q: [4, sameValue ? 4 : 5] } }, (tf, { x }) => tf.exp(tf.exp(x!)));
    const { out, world } = twice(true);
    expect(out.p[0]).toBe(out.p[1]);
    expect(out.taint).toEqual([
      'the exponential of a value that has itself an exponential, a root or a logarithm',
    ]);
    expect(world.exponentials).toBe('unbounded');
    expect(twice(false).out.p[0]).not.toBe(twice(false).out.p[1]);
  });

  it('softmax divides by the sums of rows', () => {
    const rows = { ...x, shape: [1, 3], about: { taint: new Set(['A']), tangentTaint: new Set(['dA']) } };
    const { out } = carry({ logits: rows }, (tf, { logits }) => tf.softmax(logits!));
    const es = e(4, 20, 1);
    const sum = es.reduce((total, each) => total + each, 0);
    const y = es.map((each) => over(each, sum));
    const mean = y.reduce((total, each, k) => total + each * x.t![k]!, 0);
    expect(out.p).toEqual(y);
    expect(out.t).toEqual(y.map((each, k) => mod(each * (x.t![k]! - mean))));
    // e^x has degree (2, 2) and the sum of three (6, 6); y (dx - y dx) has (8, 8) + (24, 24).
    expect(out).toMatchObject({
      taint: ['A'],
      tangentTaint: ['dA', 'A'],
      ...{ degree: [8, 8], tDegree: [32, 32] },
    });
    const even = subjectOf({ inputs: { x: [1, 1] }, forward: (tf, { x }) => tf.softmax(x!) });
    const duals = new Duals(tf, even, [2]);
    expect([...duals.derivative({ x: Float64Array.of(4, 0) })]).toEqual([1, -1]);
    const apart = carry({ x: { ...x, shape: [3, 1] } }, (tf, { x }) => tf.softmax(x!)).out;
    expect([apart.p, apart.t]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });
});

describe('roots', () => {
  // 4, 9 and 25 are squares modulo 47, 5 is none.
  const x: Given = { real: [4, 9, 25], p: [4, 9, 25], t: [5, 6, 7], q: [4, 20, 1] };
  const one = (name: string, given: Given = x) => carry({ x: given }, kernel(name));

  it('are squares themselves', () => {
    const roots = [4, 9, 25].map((each) => rootOf(each));
    expect(one('Sqrt').out).toMatchObject({
      ...{ p: roots, im: null, t: roots.map((y, k) => over(x.t![k]!, 2 * y)) },
      ...{ random: true, lost: false, taint: ['the sign of a root'], tangentTaint: ['the sign of a root'] },
    });
    expect(one('Rsqrt').out).toMatchObject({
      p: roots.map((y) => over(1, y)),
      t: roots.map((y, k) => over(-x.t![k]!, 2 * y ** 3)),
      taint: ['the sign of a root'],
    });
    const [root, inverse] = [one('Sqrt').out.q!, one('Rsqrt').out.q!];
    expect(root.map((y, k) => mod(y * inverse[k]!, Q))).toEqual([1, 1, 1]);
    expect(one('Sqrt').world.roots).toBe(3);
  });

  it('of faithful numbers have their sign', () => {
    for (const name of ['Sqrt', 'Rsqrt'])
      expect(one(name, faithful(x)).out).toMatchObject({ faithful: true, taint: [], tangentTaint: [] });
    expect(one('Sqrt').out.faithful).toBe(false);
  });

  it('of a number that is no square: i times the root of its negative', () => {
    const { out } = one('Sqrt', { real: [5], p: [5], t: [1], q: [1] });
    expect([out.p, out.im]).toEqual([[0], [rootOf(-5)]]);
    // 1 / 2y = -i / 2 root
    expect([out.t, out.tIm]).toEqual([[0], [over(-1, 2 * rootOf(-5))]]);
    expect(() => carry({ x: { real: [5], p: [5], q: [1] } }, kernel('Sqrt'), { squares: true })).toThrow(
      'a radicand is not a square in the field',
    );
  });

  it('of simple constants are simple', () => {
    const root = (real: number[], p = real, name = 'Sqrt') =>
      one(name, { real, p, q: real, about: { constant: true } }).out;
    expect(root([9])).toMatchObject({ p: [3], taint: [], q: [3] });
    expect(root([25], [25], 'Rsqrt')).toMatchObject({ p: [over(1, 5)], taint: [] });
    // Of the last real number there is another one in the field.
    expect(root([9, 9], [9, 4])).toMatchObject({ p: [rootOf(9), rootOf(4)], taint: ['the sign of a root'] });
  });

  it.each<[string, (x: number) => number, string, boolean]>([
    ['Acos', (x) => over(-1, rootOf(1 - x * x)), 'the value of acos', false],
    ['Asin', (x) => over(1, rootOf(1 - x * x)), 'the value of asin', true],
    ['Acosh', (x) => over(1, rootOf(x * x - 1)), 'the value of acosh', false],
    ['Asinh', (x) => over(1, rootOf(1 + x * x)), 'the value of asinh', true],
    ['Atan', (x) => over(1, 1 + x * x), 'the value of atan', true],
    ['Atanh', (x) => over(1, 1 - x * x), 'the value of atanh', true],
  ])('%s: a random function with the slope that it has', (name, slope, taint, odd) => {
    const found: number[] = [];
    for (let p = 2; p < P / 2 && found.length < 2; p++)
      try {
        slope(p);
        found.push(p);
      } catch {}
    const real = name === 'Acosh' ? 1.5 : 0.5;
    const given: Given = {
      ...{ real: [real, real, real], p: [...found, P - found[0]!], t: [1, 1, 1], q: [1, 2, 3] },
      about: { faithful: true },
    };
    const { out, world } = one(name, given);
    expect(out.t).toEqual([...found, P - found[0]!].map((p) => mod(slope(p))));
    const rooted = !name.startsWith('Atan');
    expect(out).toMatchObject({ taint: [taint], tangentTaint: rooted ? ['the sign of a root'] : [] });
    expect(world.roots).toBe(rooted ? 3 : 0);
    expect(mod(out.p[0]! + out.p[2]!) === 0).toBe(odd);
  });
});

describe('sines, the error function and angles', () => {
  const x: Given = { real: [0.5, -0.5, 0.25], p: [3, 44, 9], t: [5, 6, 7], q: [4, 19, 1] };
  // A draw in which no cosine is 0.
  const one = (name: string): Carried => carry({ x }, kernel(name), { seed: 2 }).out;

  it('are points of the circle, the same for the same angle, mirrored for its negative', () => {
    const [sin, cos, tan] = ['Sin', 'Cos', 'Tan'].map(one) as [Carried, Carried, Carried];
    expect(sin.p.map((y, k) => mod(y * y + cos.p[k]! ** 2))).toEqual([1, 1, 1]);
    expect([mod(sin.p[0]! + sin.p[1]!), cos.p[0]]).toEqual([0, cos.p[1]]);
    expect(sin.p[2]).not.toBe(sin.p[0]);
    expect(tan.p).toEqual(sin.p.map((y, k) => over(y, cos.p[k]!)));
    expect(sin.t).toEqual(cos.p.map((y, k) => mod(y * x.t![k]!)));
    expect(cos.t).toEqual(sin.p.map((y, k) => mod(-y * x.t![k]!)));
    expect(tan.t).toEqual(cos.p.map((y, k) => over(x.t![k]!, y * y)));
    const [ofSin, ofCos] = [['the value of sin'], ['the value of cos']];
    expect(sin).toMatchObject({ taint: ofSin, tangentTaint: ofCos, degree: [2, 2] });
    expect(cos).toMatchObject({ taint: ofCos, tangentTaint: ofSin, degree: [2, 2] });
  });

  it('erf is odd, its slope 2 / sqrt(pi) e^(-x^2)', () => {
    const { out, world, lane } = carry({ x }, kernel('Erf'));
    expect(mod(out.p[0]! + out.p[1]!)).toBe(0);
    expect(out).toMatchObject({ taint: ['the value of erf'], tangentTaint: [] });
    expect(world.exponentials).toBe('unbounded');
    // The slopes at x and -x are the same, and their ratio is that of e^(-x^2).
    const e = carry({ x }, (tf, { x }) => tf.exp(tf.neg(tf.square(x!)))).out.p;
    expect(over(out.t![0]!, 5 * e[0]!)).toBe(over(out.t![2]!, 7 * e[2]!));
    expect(over(out.t![0]!, 5)).toBe(over(out.t![1]!, 6));
    const factor = over(out.t![0]!, 5 * e[0]!);
    expect(mod(factor ** 2 * constantsOf(lane).of(Math.PI)[0])).toBe(4);
    const lost = carry({ x: { ...x, lost: true } }, kernel('Erf')).out;
    expect(lost.tangentTaint).toEqual(['the sign of a logarithm under an exponential']);
  });

  it('atan2 is a function of the ratio', () => {
    const y: Given = { real: [1, 1, 1, -1], p: [3, 6, 4, -3 + P], t: [1, 2, 3, 0], q: [1, 2, 3, 4] };
    const z: Given = { real: [2, 2, 2, 2], p: [5, 10, 9, 5], t: [4, 5, 6, 0], q: [4, 5, 6, 7] };
    const { out } = carry({ a: y, b: z }, kernel('Atan2'));
    expect(out.p[0]).toBe(out.p[1]);
    expect(out.p[0]).not.toBe(out.p[2]);
    expect(mod(out.p[0]! + out.p[3]!)).toBe(0);
    // (b da - a db) / (a^2 + b^2)
    expect(out.t).toEqual([over(5 - 12, 9 + 25), over(20 - 30, 36 + 100), over(27 - 24, 16 + 81), 0]);
    expect(out).toMatchObject({ taint: ['the value of atan2'], tangentTaint: [] });
  });
});
