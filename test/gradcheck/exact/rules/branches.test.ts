import { describe, expect, it } from '@jest/globals';
import { Call } from '../../../../src/gradcheck/exact/call.ts';
import type { Entry } from '../../../../src/gradcheck/exact/entry.ts';
import { Lane } from '../../../../src/gradcheck/exact/lane.ts';
import { RULES } from '../../../../src/gradcheck/exact/rules/index.ts';
import { NotFree, World } from '../../../../src/gradcheck/exact/world.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';
import { carry, entryOf, type F, type Given, mod, type Options, over, P, Q } from '../carried.ts';
import { tf } from '../support.ts';

/** Below, at and above 0: the real numbers decide the side, and the residues go along. */
const x: Given = {
  ...{ real: [-1, 0, 2], p: [5, 6, 7], t: [1, 2, 3], q: [3, 4, 5] },
  about: { taint: new Set(['A']), tangentTaint: new Set(['dA']), faithful: true, pure: true },
};
const QUARTER = over(1, 4);
const QUARTER_Q = over(1, 4, Q);
const times = (factor: number, values: readonly number[], p = P): number[] =>
  values.map((y) => mod(factor * y, p));

describe('activations', () => {
  const rows: Record<
    string,
    { f: F; real?: number[]; p: number[]; t?: number[]; q: number[]; kinks?: number }
  > = {
    relu: { f: (tf, { x }) => tf.relu(x!), p: [0, 0, 7], t: [0, 0, 3], q: [0, 0, 5] },
    abs: { f: (tf, { x }) => tf.abs(x!), p: [P - 5, P - 6, 7], t: [P - 1, P - 2, 3], q: [Q - 3, Q - 4, 5] },
    leakyRelu: {
      f: (tf, { x }) => tf.leakyRelu(x!, 0.25),
      p: [...times(QUARTER, [5, 6]), 7],
      t: [...times(QUARTER, [1, 2]), 3],
      q: [...times(QUARTER_Q, [3, 4], Q), 5],
    },
    relu6: {
      f: (tf, { x }) => tf.relu6(x!),
      real: [0, 6, 7],
      ...{ p: [0, 6, 6], t: [0, 2, 0], q: [0, 4, 6], kinks: 2 },
    },
    'clip, lower end': {
      f: (tf, { x }) => tf.clipByValue(x!, -1, 1.5),
      ...{ p: [5, 6, over(3, 2)], t: [1, 2, 0], q: [3, 4, over(3, 2, Q)] },
    },
    'clip, upper end': {
      f: (tf, { x }) => tf.clipByValue(x!, -0.5, 2),
      ...{ p: [over(-1, 2), 6, 7], t: [0, 2, 3], q: [over(-1, 2, Q), 4, 5] },
    },
    'clip without ends': {
      f: (tf, { x }) => tf.clipByValue(x!, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      ...{ p: [5, 6, 7], t: [1, 2, 3], q: [3, 4, 5], kinks: 0 },
    },
    'clip without a lower end': {
      f: (tf, { x }) => tf.clipByValue(x!, Number.NEGATIVE_INFINITY, 1.5),
      ...{ p: [5, 6, over(3, 2)], t: [1, 2, 0], q: [3, 4, over(3, 2, Q)], kinks: 0 },
    },
    'clip without an upper end': {
      f: (tf, { x }) => tf.clipByValue(x!, -0.5, Number.POSITIVE_INFINITY),
      ...{ p: [over(-1, 2), 6, 7], t: [0, 2, 3], q: [over(-1, 2, Q), 4, 5], kinks: 0 },
    },
    step: {
      f: (tf, { x }) => tf.step(x!, 0.25),
      p: [QUARTER, QUARTER, 1],
      q: [QUARTER_Q, QUARTER_Q, 1],
    },
  };
  for (const [name, { f, real = x.real, kinks = 1, ...wanted }] of Object.entries(rows))
    it(`${name}: the side of each element, and its convention at the kink`, () => {
      const { out, world } = carry({ x: { ...x, real } }, f);
      expect(out).toMatchObject(wanted);
      expect(world.kinks).toBe(kinks);
      expect(out).toMatchObject({ pure: false, faithful: name === 'abs', lost: false, sign: null });
      if (name.startsWith('clip') || name === 'relu6') return;
      expect([world.branches, world.patterns.map(({ sides }) => [...Array.from(sides)])]).toEqual([
        3,
        [[0, 0, 1]],
      ]);
    });

  it('prelu scales by an operand, whose derivative counts below 0', () => {
    const alpha: Given = { real: [0.5], p: [9], t: [4], q: [7] };
    expect(carry({ x, alpha }, (tf, { x, alpha }) => tf.prelu(x!, alpha!)).out).toMatchObject({
      ...{ p: [45, 54 % P, 7], t: [9 * 1 + 5 * 4, (9 * 2 + 6 * 4) % P, 3], q: [21, 28 % Q, 5] },
    });
  });

  it('elu and selu: e^x - 1 below, with their scales', () => {
    const e = carry({ x }, (tf, { x }) => tf.exp(x!)).out.p;
    expect(carry({ x }, (tf, { x }) => tf.elu(x!)).out).toMatchObject({
      ...{ p: [mod(e[0]! - 1), 6, 7], t: [e[0], 2, 3] },
    });
    const selu = carry({ x }, (tf, { x }) => tf.selu(x!));
    expect(selu.world.patterns.map(({ sides }) => [...Array.from(sides)])).toEqual([[0, 0, 1]]);
    // The slopes above and below are those of their own constants.
    const [scale, alpha] = [over(selu.out.p[2]!, 7), over(selu.out.p[0]!, e[0]! - 1)];
    expect(selu.out.p[1]).toBe(mod(alpha * (e[1]! - 1)));
    expect(selu.out.t).toEqual([mod(alpha * e[0]!), mod(alpha * e[1]! * 2), mod(scale * 3)]);
    expect([scale, alpha]).not.toContain(1);
    expect(scale).not.toBe(alpha);
  });

  it('take the other side of a kink where they are turned', () => {
    for (const turned of ['first', 'last'] as const) {
      expect(carry({ x }, (tf, { x }) => tf.relu(x!), { turned }).out.p).toEqual([0, 6, 7]);
      expect(carry({ x }, (tf, { x }) => tf.elu(x!), { turned }).out.p[1]).not.toBe(6);
    }
  });
});

describe('free branches', () => {
  const off: Given = { real: [-1, 1, 2], p: [5, P - 5, 7], t: [1, 2, 3], q: [3, 4, 5] };
  const free = (f: F, given: Given = off, more: Options = {}) =>
    carry({ x: given }, f, { free: true, ...more });

  it('are random numbers, mirrored for the negative', () => {
    const { out, world } = free((tf, { x }) => tf.step(x!));
    const [first, second, third] = out.p as [number, number, number];
    expect(mod(first + second)).toBe(1);
    expect(new Set([first, second, third, 0, 1]).size).toBe(5);
    expect(mod(out.q![0]! + out.q![1]!, Q)).toBe(1);
    expect([world.branches, world.kinks]).toEqual([3, 0]);
    const mask = out.p;
    const product = (k: number): number => mod(off.p[k]! * mask[k]!);
    expect(free((tf, { x }) => tf.relu(x!)).out).toMatchObject({
      p: [0, 1, 2].map(product),
      t: [0, 1, 2].map((k) => mod(off.t![k]! * mask[k]!)),
      ...{ degree: [2, 0], tDegree: [1, 0] },
    });
    // |x| = x (2 m - 1)
    expect(free((tf, { x }) => tf.abs(x!)).out.p).toEqual(mask.map((m, k) => mod(off.p[k]! * (2 * m - 1))));
    for (const f of [
      (tf: TF, { x }: Record<string, Tensor>) => tf.cast(tf.greater(x!, 0), 'float32'),
      (tf: TF, { x }: Record<string, Tensor>) => tf.cast(tf.less(0, x!), 'float32'),
      (tf: TF, { x }: Record<string, Tensor>) => tf.cast(tf.greaterEqual(x!, 0), 'float32'),
      (tf: TF, { x }: Record<string, Tensor>) => tf.cast(tf.logicalNot(tf.lessEqual(x!, 0)), 'float32'),
      (tf: TF, { x }: Record<string, Tensor>) => tf.where(tf.greater(x!, 0), 1, tf.zerosLike(x!)),
    ])
      expect(free(f).out.p).toEqual(mask);
    const two = free((tf, { x }) => tf.where(tf.greater(x!, 0), tf.mul(2, x!), tf.mul(5, x!))).out;
    expect(two.p).toEqual(mask.map((m, k) => mod(off.p[k]! * (2 * m + 5 * (1 - m)))));
    expect(two.t).toEqual(mask.map((m, k) => mod(off.t![k]! * (2 * m + 5 * (1 - m)))));
  });

  it('a condition of one axis selects rows', () => {
    const rows = (tf: TF, { x }: Record<string, Tensor>, t: number[][], e: number[][]) =>
      tf
        .engine()
        .runKernel('Select', { condition: tf.greater(x!, 0), t: tf.tensor(t), e: tf.tensor(e) }) as Tensor;
    const given = { ...off, real: [-1, 1], p: [5, 7], t: [1, 2], q: [1, 2] };
    const mask = free((tf, { x }) => tf.step(x!), given).out.p as [number, number];
    expect(
      free(
        (tf, inputs) =>
          rows(
            tf,
            inputs,
            [
              [1, 1],
              [1, 1],
            ],
            [
              [0, 0],
              [0, 0],
            ],
          ),
        given,
      ).out.p,
    ).toEqual([...[mask[0], mask[0], mask[1], mask[1]]]);
  });

  it('a condition of two axes selects elements', () => {
    const given: Given = {
      real: [-1, 1, 2, 3],
      shape: [2, 2],
      p: [5, 7, 9, 11],
      t: [1, 2, 3, 4],
      q: [1, 2, 3, 4],
    };
    const mask = free((tf, { x }) => tf.step(x!), given).out.p;
    const { out } = free(
      (tf, { x }) => tf.where(tf.greater(x!, 0), tf.onesLike(x!), tf.zerosLike(x!)),
      given,
    );
    expect(out.p).toEqual(mask);
    expect(new Set(mask).size).toBe(4);
  });

  it('cannot be where a number is at its kink, or the kernel needs the order', () => {
    const kernels: F[] = [
      (tf, { x }) => tf.max(x!),
      (tf, { x }) => tf.mul(x!, tf.floor(x!)),
      (tf, { x }) => tf.mod(x!, 2),
      (tf, { x }) => tf.mul(x!, tf.cast(tf.equal(x!, 1), 'float32')),
    ];
    for (const f of kernels) expect(() => free(f)).toThrow(NotFree);
    expect(() => free((tf, { x }) => tf.relu(x!), x)).toThrow(NotFree);
    expect(free((tf, { x }) => tf.relu(x!), { ...x, about: { constant: true } }).out.p).toEqual([0, 0, 7]);
  });
});

describe('comparisons and choices', () => {
  const b: Given = { real: [-1, 3, 0], p: [8, 9, 10], t: [4, 5, 6], q: [6, 7, 8] };
  const two = (f: (tf: TF, a: Tensor, b: Tensor) => Tensor, more: Options = {}) =>
    carry({ a: x, b }, (tf, { a, b }) => f(tf, a!, b!), more);

  it('maximum and minimum take the first of equals', () => {
    const [larger, smaller] = [two((tf, a, b) => tf.maximum(a, b)), two((tf, a, b) => tf.minimum(a, b))];
    expect(larger.out).toMatchObject({ p: [5, 9, 7], t: [1, 5, 3], q: [3, 7, 5] });
    expect(smaller.out).toMatchObject({ p: [5, 6, 10], t: [1, 2, 6], q: [3, 4, 8] });
    expect([larger.world.kinks, smaller.world.kinks]).toEqual([1, 1]);
    expect(two((tf, a, b) => tf.maximum(a, b), { turned: 'first' }).out.p).toEqual([8, 9, 7]);
    expect(two((tf, a, b) => tf.minimum(a, b), { turned: 'last' }).out.p).toEqual([8, 6, 10]);
  });

  it.each<[keyof TF, number[], number]>([
    ['greater', [0, 0, 1], 1],
    ['greaterEqual', [1, 0, 1], 1],
    ['less', [0, 1, 0], 1],
    ['lessEqual', [1, 1, 0], 1],
    ['equal', [1, 0, 0], 0],
    ['notEqual', [0, 1, 1], 0],
  ])('%s is held as the real numbers have it', (name, sides, kinks) => {
    const compare = (tf: TF, a: Tensor, b: Tensor) => (tf[name] as (a: Tensor, b: Tensor) => Tensor)(a, b);
    const { out, world } = two((tf, a, b) => tf.cast(compare(tf, a, b), 'float32'));
    expect([out.p, out.constant, world.kinks, world.branches]).toEqual([sides, false, kinks, 3]);
    expect(Array.from(world.patterns[0]!.sides)).toEqual(sides);
    const still = carry({}, (tf) => tf.cast(compare(tf, tf.tensor([1]), tf.tensor([2])), 'float32'));
    expect([still.out.constant, still.world.branches, still.world.patterns]).toEqual([true, 0, []]);
  });

  it('and, or, not', () => {
    const mask = (f: (tf: TF, m: Tensor, n: Tensor) => Tensor) =>
      two((tf, a, b) => tf.cast(f(tf, tf.greaterEqual(a, 0), tf.greater(b, 0)), 'float32')).out.p;
    expect(mask((tf, m, n) => tf.logicalAnd(m, n))).toEqual([0, 1, 0]);
    expect(mask((tf, m, n) => tf.logicalOr(m, n))).toEqual([0, 1, 1]);
    expect(mask((tf, m) => tf.logicalNot(m))).toEqual([1, 0, 0]);
  });

  it('where takes what the condition says', () => {
    const { out, world } = two((tf, a, b) => tf.where(tf.greater(a, b), a, b));
    expect(out).toMatchObject({ p: [8, 9, 7], t: [4, 5, 3], q: [6, 7, 5] });
    expect(world.patterns.map(({ kernel }) => kernel)).toEqual(['Greater', 'Select']);
    const always = two((tf, a, b) => tf.where(tf.tensor([1, 0, 1], [3], 'bool'), a, b));
    expect([always.out.p, always.world.patterns]).toEqual([[5, 9, 7], []]);
  });

  it('a remainder is a - b n, with n held', () => {
    const given: Given = { real: [7, -1], p: [5, 6], t: [1, 2], q: [3, 4] };
    const divisor: Given = { real: [2, 3], p: [8, 9], t: [4, 5], q: [6, 7] };
    // n is 3, and -1
    expect(carry({ a: given, b: divisor }, (tf, { a, b }) => tf.mod(a!, b!)).out).toMatchObject({
      ...{ p: [mod(5 - 24), 15], t: [mod(1 - 12), 7], q: [mod(3 - 18, Q), 11] },
    });
  });

  it('rounded numbers are constants near the point', () => {
    for (const f of [
      (tf: TF, x: Tensor) => tf.floor(x),
      (tf: TF, x: Tensor) => tf.ceil(x),
      (tf: TF, x: Tensor) => tf.round(x),
    ]) {
      const { out, world } = carry({ x }, (tf, { x }) => f(tf, x!));
      expect(out).toMatchObject({ p: [P - 1, 0, 2], t: null, constant: false });
      expect(world.branches).toBe(3);
    }
    const halved = carry({ x }, (tf, { x }) => tf.floorDiv(x!, tf.scalar(2)));
    expect(halved.out).toMatchObject({ p: [P - 1, 0, 1], constant: false });
    const still = carry({}, (tf) => tf.floor(tf.tensor([1.5])));
    expect([still.out.constant, still.world.branches]).toEqual([true, 0]);
    const sides = carry({ x }, (tf, { x }) => tf.cast(tf.cast(x!, 'bool'), 'float32'));
    expect([sides.out.p, sides.out.constant, sides.world.branches]).toEqual([[1, 0, 1], false, 3]);
    expect(carry({ x }, (tf, { x }) => tf.onesLike(x!)).out).toMatchObject({ p: [1, 1, 1], constant: true });
  });

  it('a floored quotient of floats, which wasm has, depends on what either of the two depends on', () => {
    const world = new World(tf, [new Lane(P, 1)], { exponents: false, free: false });
    tf.tidy(() => {
      const [a, b] = [tf.tensor(x.real as number[]), tf.scalar(2)];
      world.set(a, entryOf(world, x));
      const rounded = new Call(world, 'FloorDiv', { a, b }, {}, [tf.tensor([-1, 0, 1])], () => []);
      expect((RULES.FloorDiv!(rounded) as Entry).about.constant).toBe(false);
    });
  });
});
