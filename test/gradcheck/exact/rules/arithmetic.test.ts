import { describe, expect, it } from '@jest/globals';
import { NotFree } from '../../../../src/gradcheck/exact/world.ts';
import { carry, faithful, type Given, kernel, mod, over, P, Q, signed } from '../carried.ts';

type Formula = (a: number, b: number) => number;

const a: Given = {
  ...{ real: [3, -7], p: [3, 40], t: [5, 6], q: [4, 20], degree: [2, 1], tDegree: [3, 1] },
  about: { taint: new Set(['A']), tangentTaint: new Set(['dA']) },
};
const b: Given = {
  ...{ real: [10, 2], p: [10, 2], t: [7, 1], q: [9, 5], degree: [1, 0], tDegree: [1, 0] },
  about: { taint: new Set(['B']), tangentTaint: new Set(['dB']) },
};

describe('arithmetic of two operands', () => {
  /** Values, which exponents have too; the derivative; degrees of both; the order of taints. */
  const rows: Record<
    string,
    [Formula, (a: number, b: number, da: number, db: number) => number, number[], number[]]
  > = {
    // (2,1) + (1,0) = max(2 + 0, 1 + 1) over 1; tangents (3,1) + (1,0)
    Add: [(x, y) => x + y, (_x, _y, dx, dy) => dx + dy, [2, 1], [3, 1]],
    Sub: [(x, y) => x - y, (_x, _y, dx, dy) => dx - dy, [2, 1], [3, 1]],
    // a db: (2,1)(1,0) = (3,1); b da: (1,0)(3,1) = (4,1); the sum: max(3 + 1, 4 + 1) over 2
    Multiply: [(x, y) => x * y, (x, y, dx, dy) => x * dy + y * dx, [3, 1], [5, 2]],
    // (a - b)^2 = (2,1)^2; twice (2,1) (3,1)
    SquaredDifference: [(x, y) => (x - y) ** 2, (x, y, dx, dy) => 2 * (x - y) * (dx - dy), [4, 2], [5, 2]],
  };
  for (const [name, [value, slope, degree, tDegree]] of Object.entries(rows))
    it(`${name}: values, exponents, derivative, degrees`, () => {
      const { out } = carry({ a, b }, kernel(name));
      const by = (k: number): Parameters<typeof slope> => [a.p[k]!, b.p[k]!, a.t![k]!, b.t![k]!];
      expect(out).toMatchObject({
        p: [0, 1].map((k) => mod(value(a.p[k]!, b.p[k]!))),
        t: [0, 1].map((k) => mod(slope(...by(k)))),
        q: [0, 1].map((k) => mod(value(a.q![k]!, b.q![k]!), Q)),
        ...{ sign: null, lost: false, random: false, im: null, degree, tDegree, taint: ['A', 'B'] },
        ...{ constant: false, faithful: false, pure: false },
      });
      const linear = name === 'Add' || name === 'Sub';
      expect(out.tangentTaint).toEqual(linear ? ['dA', 'dB'] : ['dA', 'dB', 'A', 'B']);
    });

  it('a quotient', () => {
    const { out } = carry({ a, b }, kernel('RealDiv'));
    const quotient = [over(3, 10), over(40, 2)];
    expect(out).toMatchObject({
      p: quotient,
      // (da b - a db) / b^2
      t: [over(mod(5 * 10 - 3 * 7), 100), over(mod(6 * 2 - 40 * 1), 4)],
      q: [over(4, 9, Q), over(20, 5, Q)],
      // (2,1) / (1,0) = (2,2); y db = (3,2); da - y db = max(3 + 2, 3 + 1) over 3; over b (1,0)
      ...{ degree: [2, 2], tDegree: [5, 4], taint: ['A', 'B'], tangentTaint: ['dA', 'dB', 'A', 'B'] },
    });
  });

  it('signs of logarithms are added, or lost', () => {
    const [x, y] = [signed(a, 1, 0), signed(b, 1, 1)];
    for (const name of ['Add', 'Sub']) {
      expect(carry({ a: x, b: y }, kernel(name)).out).toMatchObject({ sign: [0, 1], lost: false });
      expect(carry({ a: x, b }, kernel(name)).out).toMatchObject({ sign: [1, 0], lost: false });
      expect(carry({ a, b: { ...b, lost: true } }, kernel(name)).out.lost).toBe(true);
      expect(carry({ a: { ...a, random: true }, b }, kernel(name)).out.random).toBe(true);
    }
    const one = { real: [3], p: [3], q: [4], sign: [1] };
    expect(carry({ a: one, b: y }, kernel('Add')).out.sign).toEqual([0, 0]);
    expect(carry({ a: x, b: one }, kernel('Add')).out.sign).toEqual([0, 1]);
    for (const name of ['Multiply', 'RealDiv', 'SquaredDifference'])
      expect(carry({ a: x, b }, kernel(name)).out).toMatchObject({ sign: null, lost: true });
  });

  it('a logarithm times whole constants keeps the sign if they are odd', () => {
    const x = signed(a, 1, 1);
    const times = (factor: number | number[]) => carry({ a: x }, (tf, { a }) => tf.mul(a!, factor)).out;
    expect(times([3, -2])).toMatchObject({ sign: [1, 0], lost: false, q: [12, mod(-40, Q)] });
    expect(times(-5)).toMatchObject({ sign: [1, 1], lost: false });
    expect(times(4)).toMatchObject({ sign: [0, 0], lost: false });
    expect(times([0.5, 2])).toMatchObject({ sign: null, lost: true });
    expect(carry({ a: x }, (tf, { a }) => tf.mul([3, 2], a!)).out).toMatchObject({
      sign: [1, 0],
      lost: false,
    });
    // The factors are not in the order of the elements.
    const stretched = carry({ a: { ...x, shape: [2, 1] } }, (tf, { a }) => tf.mul(a!, [3, 5, 7]));
    expect(stretched.out).toMatchObject({ sign: null, lost: true });
    expect(carry({ a: x, b }, (tf, { a, b }) => tf.mul(a!, b!)).out.lost).toBe(true);
  });

  it('a product or quotient of faithful ones is faithful; with a plain constant its derivative is clean', () => {
    for (const name of ['Multiply', 'RealDiv']) {
      expect(carry({ a: faithful(a), b: faithful(b) }, kernel(name)).out.faithful).toBe(true);
      expect(carry({ a: faithful(a), b }, kernel(name)).out.faithful).toBe(false);
      expect(carry({ a, b: faithful(b) }, kernel(name)).out.faithful).toBe(false);
    }
    const three = { real: [3, 5], p: [3, 5], about: { constant: true } };
    const odd = { ...three, about: { constant: true, taint: new Set(['C']) } };
    const moving = { ...three, about: {} };
    for (const [name, inputs, wanted] of [
      ['Multiply', { a, b: three }, ['dA']],
      ['Multiply', { a: three, b: a }, ['dA']],
      ['Multiply', { a, b: odd }, ['dA', 'A', 'C']],
      ['Multiply', { a, b: moving }, ['dA', 'A']],
      ['RealDiv', { a, b: three }, ['dA']],
      ['RealDiv', { a, b: odd }, ['dA', 'A', 'C']],
      ['RealDiv', { a: three, b: a }, ['dA', 'A']],
    ] as const)
      expect([name, carry(inputs, kernel(name)).out.tangentTaint]).toEqual([name, wanted]);
  });

  it('only what has no input among its operands is constant', () => {
    const c = { real: [3, 5], p: [3, 5], about: { constant: true } };
    expect(carry({ a: c, b: c }, kernel('Add')).out.constant).toBe(true);
    expect(carry({ a, b: c }, kernel('Add')).out.constant).toBe(false);
  });

  it('three operands', () => {
    const { out } = carry({ a, b }, (tf, { a, b }) => tf.addN([a!, b!, a!]));
    expect(out).toMatchObject({
      p: [16, mod(82)],
      t: [17, 13],
      q: [17, mod(45, Q)],
      tangentTaint: ['dA', 'dB'],
    });
  });

  it('no tangents in the backward pass, nor of what does not move', () => {
    expect(carry({ a, b }, kernel('Multiply'), { backward: true }).out).toMatchObject({
      t: null,
      tDegree: null,
    });
    const still: Given = { real: b.real, p: b.p };
    expect(carry({ a, b: still }, kernel('Multiply')).out.t).toEqual([50 % P, 12]);
    expect(carry({ a: still, b: still }, kernel('Multiply')).out.t).toBeNull();
  });

  it('no exponents where none are asked for', () => {
    expect(carry({ a, b }, kernel('Add'), { exponents: false }).out.q).toBeNull();
  });
});

describe('arithmetic of one operand', () => {
  it('negation keeps everything', () => {
    const pure = { ...signed(a, 1, 0), about: { ...a.about, faithful: true, pure: true } };
    const { out } = carry({ x: pure }, kernel('Neg'));
    expect(out).toMatchObject({ p: [44, 7], t: [42, 41], q: [19, 3], sign: [1, 0], lost: false });
    expect(out).toMatchObject({ faithful: true, pure: true, degree: [2, 1], tangentTaint: ['dA'] });
    expect(carry({ x: a }, kernel('Neg')).out).toMatchObject({ faithful: false, pure: false });
  });

  it('square and reciprocal', () => {
    expect(carry({ x: faithful(a) }, kernel('Square')).out).toMatchObject({
      ...{ p: [9, mod(1600)], t: [30, mod(480)], q: [16, mod(400, Q)], degree: [4, 2], tDegree: [5, 2] },
      ...{ faithful: true, pure: false, tangentTaint: ['dA', 'A'] },
    });
    expect(carry({ x: faithful(a) }, kernel('Reciprocal')).out).toMatchObject({
      ...{
        p: [over(1, 3), over(1, 40)],
        t: [over(-5, 9), over(-6, 1600)],
        q: [over(1, 4, Q), over(1, 20, Q)],
      },
      // 1 / (2,1) = (1,2); y^2 dx = (2,4) (3,1)
      ...{ degree: [1, 2], tDegree: [5, 5], faithful: true },
    });
    for (const name of ['Square', 'Reciprocal'])
      expect(carry({ x: a }, kernel(name)).out.faithful).toBe(false);
  });

  it('the gradient of elu: dy at 0 and above, else dy (y + 1)', () => {
    const dy = { real: [1, 1, 1], p: [3, 4, 5], t: [1, 2, 3], q: [2, 3, 4] };
    const y = { real: [2, 0, -0.5], p: [6, 7, 8], t: [4, 5, 6], q: [5, 6, 7] };
    const { out, world } = carry({ dy, y }, kernel('EluGrad'));
    // dy' (y + 1) + dy y'
    expect(out).toMatchObject({ p: [3, 4, 45], t: [1, 2, mod(3 * 9 + 5 * 6)], q: [2, 3, mod(4 * 8, Q)] });
    expect([world.branches, world.kinks]).toEqual([3, 1]);
    const off = { ...y, real: [2, 1, -0.5] };
    expect(() => carry({ dy, y: off }, kernel('EluGrad'), { free: true })).toThrow(NotFree);
  });
});
