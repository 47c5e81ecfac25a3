import { describe, expect, it } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs';
import { degree, degreeOfSum, degrees } from '../../../src/gradcheck/exact/algebra.ts';
import { Coverages, nearby } from '../../../src/gradcheck/exact/coverage.ts';
import { aboutOf, CLEAN, Entry, union } from '../../../src/gradcheck/exact/entry.ts';
import { ZeroDivisor } from '../../../src/gradcheck/exact/field.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import {
  boundOf,
  CannotProve,
  degreeOf,
  NeedExponents,
  NotFree,
  World,
} from '../../../src/gradcheck/exact/world.ts';
import type { TF } from '../../../src/gradcheck/types.ts';
import { carry, entryOf, type Given, P } from './carried.ts';
import { tf } from './support.ts';

const PRIME = 1048343;
const worldOf = (count = 1, options = {}): World =>
  new World(
    tf,
    Array.from({ length: count }, (_, k) => new Lane(PRIME, k + 1)),
    { exponents: true, free: false, ...options },
  );

describe('the bound on a false proof', () => {
  const bound = (
    of: number,
    more: Partial<Pick<World, 'roots' | 'exponentials' | 'exponentDegree'>> = {},
    lanes = 1,
  ) => boundOf(Object.assign(worldOf(lanes), more), of);
  it('is (2 d + 2) / p in every lane', () => {
    expect(bound(3)).toBeCloseTo(8 / PRIME, 15);
    expect(bound(3, {}, 2)).toBeCloseTo((8 / PRIME) ** 2, 20);
    expect(bound(0)).toBeCloseTo(2 / PRIME, 15);
    expect(bound(3, { exponentials: 'inputs', exponentDegree: 5 })).toBeCloseTo(8 / PRIME, 15);
  });

  it('counts the degree of one exponent', () => {
    expect(bound(3, { exponentials: 7, exponentDegree: 5 })).toBeCloseTo(32 / PRIME, 15);
    expect(bound(3, { exponentials: 7, exponentDegree: 0 })).toBeCloseTo(8 / PRIME, 15);
  });

  it('is given for degrees up to 4095, without roots, and exponents that are inputs or one', () => {
    expect(bound(4095)).toBeCloseTo(8192 / PRIME, 15);
    expect(bound(4096)).toBeNull();
    expect(bound(3, { roots: 1 })).toBeNull();
    expect(bound(3, { exponentials: 'unbounded' })).toBeNull();
    const small = (of: number) =>
      boundOf(new World(tf, [new Lane(P, 1)], { exponents: true, free: false }), of);
    expect([small(22), small(23)]).toEqual([46 / 47, null]);
  });

  it('rests on degrees of sums, products and quotients', () => {
    const { field } = degrees;
    const [a, b] = [degree(2, 1), degree(1, 3)];
    expect([...field.add(a, b).re]).toEqual([5, 4]);
    expect([...field.add(degree(1, 3), degree(9, 0)).re]).toEqual([12, 3]);
    expect([...field.sub(a, b).re]).toEqual([5, 4]);
    expect([...field.mul(a, b).re]).toEqual([3, 4]);
    expect([...field.inverse(a).re]).toEqual([1, 2]);
    // Zero: no degree, and it changes no sum.
    expect([...field.add(field.zero, b).re]).toEqual([1, 3]);
    expect([...field.add(b, field.zero).re]).toEqual([1, 3]);
    expect([...field.mul(b, field.zero).re]).toEqual([Number.NEGATIVE_INFINITY, 0]);
    expect([...field.inverse(degree(Number.NEGATIVE_INFINITY, 2)).re]).toEqual([2, 0]);
    expect([...field.one.re]).toEqual([0, 0]);
    expect([...degreeOfSum(degree(2, 3), 4).re]).toEqual([11, 12]);
    expect(degreeOf(degree(Number.NEGATIVE_INFINITY, 3))).toEqual({ n: 0, d: 3 });
    expect(degreeOf(degree(4, 3))).toEqual({ n: 4, d: 3 });
    const view = { value: degree(3, 1) } as Parameters<typeof degrees.sin>[0];
    for (const f of ['exp', 'sin', 'cos'] as const) expect([f, ...degrees[f](view).re]).toEqual([f, 2, 2]);
    expect([...degrees.log(view).re, ...degrees.random('', view).re]).toEqual([1, 0, 1, 0]);
    expect([...degrees.sqrt(degree(3, 1)).re]).toEqual([3, 1]);
  });
});

describe('exponentials', () => {
  const x: Given = { real: [0.5, 1], p: [3, 4], q: [5, 6], about: { pure: true } };
  const exponentsOf = (f: (tf: TF, x: Tensor) => Tensor, given: Given = x) =>
    carry({ x: given }, (tf, { x }) => f(tf, x!)).world.exponentials;
  it('of inputs, or of one number, its negative included', () => {
    expect(exponentsOf((tf, x) => tf.mul(x, 2))).toBe('none');
    expect(exponentsOf((tf, x) => tf.exp(x))).toBe('inputs');
    expect(exponentsOf((tf, x) => tf.mul(tf.exp(x), tf.exp(tf.neg(x))))).toBe('inputs');
    expect(exponentsOf((tf, x) => tf.exp(tf.sum(x)))).toBe(11);
    expect(exponentsOf((tf, x) => tf.mul(tf.exp(tf.sum(x)), tf.exp(tf.neg(tf.sum(x)))))).toBe(11);
    // 5 + 6 + 4 = 15, and the smaller of 15 and 8
    expect(exponentsOf((tf, x) => tf.exp(tf.add(tf.sum(x), 4)))).toBe(8);
    expect(exponentsOf((tf) => tf.exp(tf.tensor([1, 2])))).toBe('none');
  });

  it('of any other are unbounded', () => {
    expect(exponentsOf((tf, x) => tf.exp(tf.mul(x, 2)))).toBe('unbounded');
    expect(exponentsOf((tf, x) => tf.mul(tf.exp(x), tf.exp(tf.sum(x))))).toBe('unbounded');
    expect(exponentsOf((tf, x) => tf.mul(tf.exp(tf.sum(x)), tf.exp(x)))).toBe('unbounded');
    expect(exponentsOf((tf, x) => tf.mul(tf.exp(tf.sum(x)), tf.exp(tf.add(tf.sum(x), 2))))).toBe('unbounded');
    expect(exponentsOf((tf, x) => tf.mul(tf.exp(tf.mul(x, 2)), tf.exp(x)))).toBe('unbounded');
  });

  it('note the degree of their argument, and a sign that is lost', () => {
    const cubed = { ...x, degree: [3, 1], about: {} } as const;
    expect(carry({ x: cubed }, (tf, { x }) => tf.exp(x!)).world.exponentDegree).toBe(3);
    expect(carry({ x: { ...cubed, degree: [1, 4] } }, (tf, { x }) => tf.exp(x!)).world.exponentDegree).toBe(
      4,
    );
    // The degrees stand behind the numbers of all lanes.
    const two = worldOf(2);
    const { numbers, about, size } = entryOf(two, { real: [1], p: [3], q: [4], degree: [7, 2] });
    two.exponential(new Entry(two, size, [numbers[0]!, numbers[0]!, numbers[1]!], about));
    expect(two.exponentDegree).toBe(7);
    const { out } = carry({ x: { ...x, lost: true } }, (tf, { x }) => tf.exp(x!));
    expect(out.taint).toEqual(['the sign of a logarithm under an exponential']);
  });

  it('ask for exponents, which are carried from then on', () => {
    expect(() => carry({ x }, (tf, { x }) => tf.exp(x!), { exponents: false })).toThrow(NeedExponents);
  });
});

describe('steps', () => {
  const x: Given = {
    real: [-1, 0, 2, 0],
    p: [5, 6, 7, 8],
    q: [1, 2, 3, 4],
    about: { taint: new Set(['A']) },
  };
  const step = (f: (tf: TF, x: Tensor) => Tensor, given: Given = x, more = {}) =>
    carry({ x: given }, (tf, { x }) => f(tf, x!), more);
  it('count branches and kinks, with the sides that they took', () => {
    const { out, world } = step((tf, x) => tf.step(x));
    expect([world.branches, world.kinks]).toEqual([4, 2]);
    expect(world.patterns.map(({ kernel, sides }) => [kernel, ...Array.from(sides)])).toEqual([
      ['Step', 0, 0, 1, 0],
    ]);
    expect(out).toMatchObject({
      p: [0, 0, 1, 0],
      q: [0, 0, 1, 0],
      degree: [0, 0],
      constant: false,
      taint: [],
    });
    const twice = step((tf, x) => tf.add(tf.step(x), tf.relu(x))).world;
    expect([twice.branches, twice.kinks, twice.patterns.length]).toEqual([8, 4, 2]);
    expect(step((tf, x) => tf.step(x), x, { turned: 'first' }).out.p).toEqual([0, 1, 1, 1]);
  });

  it('of constants have no branches', () => {
    const { out, world } = step((tf, x) => tf.step(x), { ...x, about: { constant: true } });
    expect([world.branches, world.kinks, world.patterns, out.constant]).toEqual([0, 0, [], true]);
  });

  it('that are free are of degree 1, and keep the taint of what they are taken of', () => {
    const off = { ...x, real: [-1, 1, 2, 3] };
    const { out, world } = step((tf, x) => tf.step(x), off, { free: true });
    expect(out).toMatchObject({ degree: [1, 0], taint: ['A'], t: null });
    expect([world.branches, world.kinks, new Set(out.p).size]).toEqual([4, 0, 4]);
    // step(-x) = 1 - step(x)
    const mirrored = { ...off, p: [5, P - 5, 7, P - 7] };
    const [a, b, c, d] = step((tf, x) => tf.step(x), mirrored, { free: true }).out.p as [
      number,
      number,
      number,
      number,
    ];
    expect([(a + b) % P, (c + d) % P]).toEqual([1, 1]);
  });
});

describe('constants of a world', () => {
  it('are faithful if all are powers of two, or 0', () => {
    const faithful = (...values: number[]): boolean => worldOf().constant(values).about.faithful;
    expect([faithful(1, 0.5, -4, 0), faithful(3), faithful(1, 6)]).toEqual([true, false, false]);
  });

  it('are tainted by up to two that stand for nothing simple', () => {
    const { about } = worldOf(2).constant([0.5, Math.E, Math.sqrt(3), Math.sqrt(5)]);
    expect([...about.taint]).toEqual([`the constant ${Math.E}`, `the constant ${Math.sqrt(3)}`]);
    expect(about).toMatchObject({ constant: true, pure: false, tangentTaint: CLEAN });
    expect(worldOf().constant([0.5]).about.taint).toBe(CLEAN);
    expect(worldOf().constant([1], true).about.constant).toBe(false);
    expect(() => worldOf().constant([1, Number.NaN])).toThrow(new CannotProve('NaN among the constants'));
  });

  it('hold branches only where they need not be free', () => {
    const world = worldOf();
    world.hold(3);
    world.hold(2);
    expect(world.branches).toBe(5);
    expect(() => worldOf(1, { free: true }).hold(1)).toThrow(NotFree);
  });

  it('are counted, and a failed draw knows its lane', () => {
    const world = worldOf(2);
    const about = world.constant([1]).about;
    world.make(5, about, () => ({ value: degree(0), tangent: null, exponent: null }));
    // Two lanes and the degrees
    expect(world.made).toBe(15);
    const failing = () =>
      world.make(1, about, (_algebra, lane) => {
        if (lane === 1) throw new ZeroDivisor('');
        return { value: degree(0), tangent: null, exponent: null };
      });
    expect(failing).toThrow(expect.objectContaining({ lane: 1 }));
  });

  it('are stretched to the size, with their exponents and signs', () => {
    const world = worldOf();
    const vec = (x: number) => ({ re: Float64Array.of(x), im: Float64Array.of(x + 1) });
    const { numbers } = world.make(2, world.constant([1]).about, (_algebra, lane) =>
      lane === 0
        ? {
            value: vec(3),
            tangent: vec(5),
            exponent: { q: Float64Array.of(7), sign: Float64Array.of(1), lost: true, random: true },
          }
        : { value: degree(2, 1), tangent: null, exponent: null },
    );
    const two = (x: number) => Float64Array.of(x, x);
    expect(numbers[0]).toEqual({
      value: { re: two(3), im: two(4) },
      tangent: { re: two(5), im: two(6) },
      exponent: { q: two(7), sign: two(1), lost: true, random: true },
    });
    expect(numbers[1]!.value).toEqual(degree(2, 1));
  });
});

describe('entries', () => {
  const world = worldOf(2);
  const entry = (p: number[], im?: number[]) => {
    const given = entryOf(world, { real: p, p, ...(im === undefined ? {} : { im }) });
    const [own] = given.numbers;
    return new Entry(world, p.length, [own!, own!, given.numbers[1]!], given.about);
  };

  it('have one key for the same numbers, and for x and -x if odd, with the sign', () => {
    const { keys, sign } = entry([3, PRIME - 3, 3, 0, 4]).keys(true);
    expect([...sign]).toEqual([1, -1, 1, 0, 1]);
    const at = (k: number): string => `${keys.high[k]} ${keys.low[k]}`;
    expect([at(0) === at(1), at(0) === at(2), new Set([0, 3, 4].map(at)).size]).toEqual([true, true, 3]);
    const even = entry([3, PRIME - 3, 3]).keys(false);
    expect([...even.sign]).toEqual([1, 1, 1]);
    expect([even.keys.high[0] === even.keys.high[2], even.keys.high[0] === even.keys.high[1]]).toEqual([
      true,
      false,
    ]);
    expect([...entry([(PRIME - 1) / 2, (PRIME + 1) / 2]).keys(true).sign]).toEqual([1, -1]);
  });

  it('tell imaginary parts apart, and turn them with the real part', () => {
    const { keys, sign } = entry([3, 3, PRIME - 3, 0, 0], [1, 2, PRIME - 1, 5, PRIME - 5]).keys(true);
    const at = (k: number): string => `${keys.high[k]} ${keys.low[k]}`;
    expect([...sign]).toEqual([1, 1, -1, 1, -1]);
    expect([at(0) === at(1), at(0) === at(2), at(3) === at(4)]).toEqual([false, true, true]);
    expect(entry([3, 3], [0, 0]).keys(false).keys).toEqual(entry([3, 3]).keys(false).keys);
  });

  it('are told apart by every lane', () => {
    const [a, b] = [entry([3]), entry([3])];
    const other = new Entry(world, 1, [a.numbers[0]!, entry([4]).numbers[0]!, a.numbers[2]!], a.about);
    expect(other.keys(false).keys).not.toEqual(a.keys(false).keys);
    expect(b.keys(false).keys).toEqual(a.keys(false).keys);
    const distinct = entry(Array.from({ length: 5000 }, (_, k) => k)).keys(false).keys;
    expect(new Set(distinct.high).size).toBeGreaterThan(4990);
    expect(new Set(distinct.low).size).toBeGreaterThan(4990);
  });

  it('join the causes of taint, six at most, and are constant only together', () => {
    const [one, two] = [new Set(['a', 'b']), new Set(['b', 'c'])];
    expect(union(CLEAN, one)).toBe(one);
    expect(union(one, one)).toBe(one);
    expect([...union(one, CLEAN, two)]).toEqual(['a', 'b', 'c']);
    expect(union()).toBe(CLEAN);
    expect([...union(new Set('abcd'), new Set('defgh'))]).toEqual([...'abcdef']);
    const of = (about: object) => new Entry(world, 1, [], { ...entry([1]).about, ...about });
    const [x, c] = [of({ taint: one, tangentTaint: two }), of({ constant: true })];
    expect(aboutOf([x, c], true)).toEqual({
      constant: false,
      taint: one,
      tangentTaint: two,
      faithful: false,
      pure: false,
    });
    expect([...aboutOf([x], false).tangentTaint]).toEqual(['b', 'c', 'a']);
    expect(aboutOf([c, c], true).constant).toBe(true);
  });
});

describe('several points', () => {
  it('say which branches took both sides, call by call', () => {
    const seen = new Coverages();
    seen.add([
      { kernel: 'Relu', sides: [0, 1, 1] },
      { kernel: 'Max', sides: [4] },
    ]);
    seen.add([{ kernel: 'Relu', sides: [1, 1, 1] }]);
    seen.add([
      { kernel: 'Relu', sides: [1, 1, 0] },
      { kernel: 'Min', sides: [5] },
      { kernel: 'Abs', sides: [1] },
    ]);
    seen.add([
      { kernel: 'Relu', sides: [1, 0] },
      { kernel: 'Max', sides: [4] },
    ]);
    expect(seen.result()).toEqual([
      { kernel: 'Relu', branches: 3, bothSides: 2 },
      { kernel: 'Max', branches: 1, bothSides: 0 },
      { kernel: 'Abs', branches: 1, bothSides: 0 },
    ]);
  });

  const many = (values: number[]) => Array.from({ length: 400 }, (_, seed) => [...nearby(values, seed)]);
  const at = (drawn: number[][], k: number): [least: number, most: number] => [
    Math.min(...drawn.map((each) => each[k]!)),
    Math.max(...drawn.map((each) => each[k]!)),
  ];

  it('keep the sign of numbers of one sign, within e^0.6 of each', () => {
    for (const sign of [1, -1]) {
      const drawn = many([2 * sign, 0, 4 * sign]).map((each) => each.map((x) => x * sign));
      const [least, most] = at(drawn, 0);
      expect(least).toBeGreaterThan(2 * Math.exp(-0.6));
      expect(least).toBeLessThan(1.12);
      expect(most).toBeLessThan(2 * Math.exp(0.6));
      expect(most).toBeGreaterThan(3.55);
      // Beside 0: up to 0.6 of the average, which is 2
      const [low, high] = at(drawn, 1);
      expect([low >= 0, low < 0.05, high <= 1.2, high > 1.15]).toEqual([true, true, true, true]);
    }
  });

  it('keep it also below 1', () => {
    for (const sign of [1, -1]) {
      const drawn = many([0.25 * sign, 0.5 * sign]).flat();
      expect(drawn.filter((x) => x * sign <= 0)).toEqual([]);
    }
  });

  it('move by up to 1.5 of the average where signs may change', () => {
    for (const values of [
      [3, -1],
      [0, 0],
    ]) {
      // The average magnitude is 2; of zeros, 1.
      const reach = values[0] === 3 ? 3 : 1.5;
      const [low, high] = at(many(values), 0);
      expect(low).toBeGreaterThanOrEqual(values[0]! - reach);
      expect(low).toBeLessThan(values[0]! - 0.97 * reach);
      expect(high).toBeLessThanOrEqual(values[0]! + reach);
      expect(high).toBeGreaterThan(values[0]! + 0.97 * reach);
    }
  });
});
