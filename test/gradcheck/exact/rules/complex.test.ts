import { describe, expect, it } from '@jest/globals';
import { Duals } from '../../../../src/gradcheck/exact/index.ts';
import { Lane } from '../../../../src/gradcheck/exact/lane.ts';
import { COMPLEX_RULES } from '../../../../src/gradcheck/exact/rules/complex.ts';
import { CannotProve, NeedUnity, World } from '../../../../src/gradcheck/exact/world.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';
import { carry, type F, type Given, mod, over, P, Q, rootOf } from '../carried.ts';
import { tf } from '../support.ts';

const a: Given = { real: [1, 2], p: [3, 40], t: [5, 6], q: [4, 20], about: { taint: new Set(['A']) } };
const b: Given = { real: [3, 4], p: [10, 2], t: [7, 1], q: [9, 5] };
const both = (f: (tf: TF, x: Tensor, y: Tensor) => Tensor) => ({
  re: carry({ a, b }, (tf, { a, b }) => tf.real(f(tf, tf.complex(a!, b!), tf.complex(b!, a!)))).out,
  im: carry({ a, b }, (tf, { a, b }) => tf.imag(f(tf, tf.complex(a!, b!), tf.complex(b!, a!)))).out,
});

describe('complex numbers a + bi and b + ai', () => {
  it('have parts', () => {
    const { re, im } = both((_tf, x) => x);
    expect(re).toMatchObject({ p: a.p, t: a.t, q: a.q, taint: ['A'] });
    expect(im).toMatchObject({ p: b.p, t: b.t, q: b.q, taint: [] });
  });

  it('are added and subtracted by parts', () => {
    const sum = both((tf, x) => tf.add(x, x));
    expect(sum.re).toMatchObject({ p: [6, 80 % P], t: [10, 12], q: [8, 40 % Q] });
    expect(sum.im).toMatchObject({ p: [20, 4], t: [14, 2], q: [18, 10] });
    const difference = both((tf, x, y) => tf.sub(x, y));
    expect(difference.re).toMatchObject({ p: [mod(-7), 38], t: [mod(-2), 5], q: [mod(-5, Q), 15] });
    expect(difference.im).toMatchObject({ p: [7, mod(-38)], t: [2, mod(-5)], q: [5, mod(-15, Q)] });
  });

  it('are multiplied: (a + bi)^2 = a^2 - b^2 + 2ab i', () => {
    const { re, im } = both((tf, x) => tf.mul(x, x));
    expect(re).toMatchObject({
      ...{ p: [mod(9 - 100), mod(1600 - 4)], q: [mod(16 - 81, Q), mod(400 - 25, Q)] },
      t: [mod(2 * 3 * 5 - 2 * 10 * 7), mod(2 * 40 * 6 - 2 * 2 * 1)],
    });
    expect(im).toMatchObject({
      ...{ p: [60 - P, mod(160)], q: [mod(72, Q), mod(200, Q)] },
      t: [mod(2 * (3 * 7 + 10 * 5)), mod(2 * (40 * 1 + 2 * 6))],
    });
    // (a + bi)(b + ai) = (a^2 + b^2) i
    const crossed = both((tf, x, y) => tf.mul(x, y));
    expect([crossed.re.p, crossed.im.p]).toEqual([
      [0, 0],
      [mod(109), mod(1604)],
    ]);
  });

  it('from real numbers and back to them', () => {
    expect(carry({ a }, (tf, { a }) => tf.real(tf.cast(a!, 'complex64'))).out).toMatchObject({
      p: a.p,
      t: a.t,
    });
    expect(carry({ a, b }, (tf, { a, b }) => tf.cast(tf.complex(a!, b!), 'float32')).out.p).toEqual(a.p);
  });

  it('and a real number, which has no imaginary part', () => {
    const { re, im } = both((tf, x) => tf.mul(x, tf.cast(tf.tensor([2, 3]), 'complex64')));
    expect([re.p, im.p]).toEqual([
      [6, mod(120)],
      [20, 6],
    ]);
  });

  it('have an absolute value, a root', () => {
    // 9 + 16 and 25 + 144 with real squares
    const [x, y] = [
      { ...a, p: [3, 5] },
      { ...b, p: [4, 12] },
    ];
    const { out, world } = carry({ x, y }, (tf, { x, y }) => tf.abs(tf.complex(x!, y!)));
    expect(out.p).toEqual([rootOf(25), rootOf(169)]);
    // (x dx + y dy) / |z|
    expect(out.t).toEqual([over(15 + 28, rootOf(25)), over(30 + 12, rootOf(169))]);
    expect(world.roots).toBe(2);
  });

  it('move by the handles of both parts', () => {
    const joined = both((tf, x, y) => tf.concat([x, y, x]));
    expect(joined.re.p).toEqual([3, 40, 10, 2, 3, 40]);
    expect(joined.im.p).toEqual([10, 2, 3, 40, 10, 2]);
    const padded = both((tf, x) => tf.concat([x, tf.complex([1], [2])]));
    expect([padded.re.p, padded.im.p]).toEqual([
      [3, 40, 1],
      [10, 2, 2],
    ]);
  });

  it('have no rule for other kernels, unless no input takes part', () => {
    const zeros: F = (tf, { a, b }) => tf.real(tf.zerosLike(tf.complex(a!, b!)));
    expect(() => carry({ a, b }, zeros)).toThrow(new CannotProve('no rule for ZerosLike of complex numbers'));
    expect(() =>
      carry({ a }, (tf, { a }) => tf.add(a!, tf.real(tf.zerosLike(tf.complex([1, 2], [3, 4]))))),
    ).not.toThrow();
  });
});

describe('Fourier transforms', () => {
  const x: Given = {
    ...{
      real: [1, 2, 3, 4, 5, 6, 7, 8],
      shape: [2, 4],
      p: [1, 2, 3, 4, 15, 26, 37, 8],
      t: [8, 7, 6, 5, 4, 3, 2, 1],
    },
    ...{ degree: [2, 1], tDegree: [1, 0], about: { taint: new Set(['A']), tangentTaint: new Set(['dA']) } },
  };
  const y: Given = { real: x.real, shape: [2, 4], p: [9, 8, 7, 6, 5, 4, 3, 2], degree: [2, 1] };
  const transformed = (part: 'real' | 'imag', of: 'fft' | 'ifft') =>
    carry({ x, y }, (tf, { x, y }) => tf[part](tf[of](tf.complex(x!, y!))), { exponents: false }).out;
  /** The sums over k of (x_k + y_k i) (-i)^(j k), or i^(j k), row by row. */
  const sums = (xs: readonly number[], ys: readonly number[], sign: number) => {
    const [re, im]: [number[], number[]] = [[], []];
    for (const row of [0, 4])
      for (let j = 0; j < 4; j++) {
        let [u, v] = [0, 0];
        for (let k = 0; k < 4; k++) {
          const [c, s] = [
            [1, 0],
            [0, sign],
            [-1, 0],
            [0, -sign],
          ][(j * k) % 4] as [number, number];
          u += xs[row + k]! * c - ys[row + k]! * s;
          v += xs[row + k]! * s + ys[row + k]! * c;
        }
        re.push(mod(u));
        im.push(mod(v));
      }
    return { re, im };
  };
  const zeros = Array(8).fill(0);

  it('of length 4 turn by quarters, forward with a minus', () => {
    const [values, tangents] = [sums(x.p, y.p, -1), sums(x.t!, zeros, -1)];
    // Two terms of the sum, four of the transform: (2,1) + (2,1) = (3,2), times four (3 + 6, 8)
    expect(transformed('real', 'fft')).toMatchObject({
      p: values.re,
      t: tangents.re,
      degree: [9, 8],
      im: null,
    });
    expect(transformed('imag', 'fft')).toMatchObject({ p: values.im, t: tangents.im, tDegree: [1, 0] });
    expect(transformed('real', 'fft')).toMatchObject({ taint: ['A'], tangentTaint: ['dA'] });
    const turned = carry({ x, y }, (tf, { x, y }) => tf.real(tf.fft(tf.complex(y!, x!))), {
      exponents: false,
    });
    expect(turned.out).toMatchObject({ t: sums(zeros, x.t!, -1).re, tDegree: [1, 0] });
  });

  it('backward with a plus, divided by 4', () => {
    const [values, tangents] = [sums(x.p, y.p, 1), sums(x.t!, zeros, 1)];
    const quarter = (all: number[]) => all.map((each) => over(each, 4));
    expect(transformed('real', 'ifft')).toMatchObject({ p: quarter(values.re), t: quarter(tangents.re) });
    expect(transformed('imag', 'ifft')).toMatchObject({ p: quarter(values.im), t: quarter(tangents.im) });
  });

  it('in double precision have the derivative of every element', () => {
    const subject = {
      inputs: [{ name: 'x', shape: [1, 4], dtype: 'float32' as const, values: [1, 2, 3, 5] }],
      forward: (library: TF, { x }: Record<string, Tensor>) =>
        library.imag(library.fft(library.complex(x!, library.mul(2, x!)))),
    };
    // x + 2x i: the imaginary part is the sum of 2 x cos - x sin
    const found = new Duals(tf, subject, [1, 4]).derivative({ x: Float64Array.of(0, 1, 0, 0) });
    [2, -1, -2, 1].forEach((each, k) => {
      expect(found[k]).toBeCloseTo(each, 12);
    });
    const back = {
      ...subject,
      forward: (library: TF, { x }: Record<string, Tensor>) =>
        library.real(library.ifft(library.complex(x!, x!))),
    };
    // (cos - sin) / 4
    const inverse = new Duals(tf, back, [1, 4]).derivative({ x: Float64Array.of(0, 1, 0, 0) });
    [1 / 4, -1 / 4, -1 / 4, 1 / 4].forEach((each, k) => {
      expect(inverse[k]).toBeCloseTo(each, 12);
    });
  });

  it('of more than 32,768 numbers could round', () => {
    const world = new World(tf, [new Lane(P, 1)], { exponents: false, free: false });
    const follow = (n: number) => () =>
      COMPLEX_RULES.FFT!({ world, inputs: { input: { shape: [n] } } } as never);
    expect(follow(32769)).toThrow(CannotProve);
    expect(follow(32768)).toThrow(NeedUnity);
  });

  it('of a length whose roots of unity the prime lacks ask for another', () => {
    const five = { real: [1, 2, 3, 4, 5], p: [1, 2, 3, 4, 5] };
    const transform: F = (tf, { five }) => tf.real(tf.fft(tf.complex(five!, five!)));
    expect(() => carry({ five }, transform, { exponents: false })).toThrow(NeedUnity);
    expect(() => carry({ five }, transform, { exponents: false, prime: 479 })).not.toThrow();
    expect(new NeedUnity(5)).toMatchObject({ order: 5, message: 'roots of unity of order 5' });
  });
});
