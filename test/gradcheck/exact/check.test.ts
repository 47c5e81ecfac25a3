import { describe, expect, it, jest } from '@jest/globals';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { exact } from './support.ts';

const inputs = { x: [0.5, 2] };
type Backward = NonNullable<GradcheckSpec<'x'>['backward']>;
const scaled =
  (factor: number): Backward =>
  (tf, { x }, dy) => ({ x: tf.mul(factor, tf.mul(dy, x)) });
const square = (tf: TF, { x }: Record<string, Tensor>) => tf.square(x!);
/** An identity on x, with `factor` times its gradient. */
const bent = (tf: TF, x: Tensor, factor: number): Tensor =>
  tf.customGrad((y) => ({ value: tf.clone(y as Tensor), gradFunc: (dy: Tensor) => tf.mul(factor, dy) }))(x);

describe('the exact check', () => {
  it('has a verdict on either side, and that of the checked one', () => {
    expect(exact({ inputs, forward: square })).toMatchObject({
      ...{
        checked: 'tf autodiff',
        verdict: 'proved',
        cause: null,
        sides: { 'tf autodiff': { cause: null } },
      },
      ...{ lanes: 3, degree: 1, branches: 'none', kinks: 0, patterns: [], elements: [], wrong: null },
    });
    const wrong = (tf: TF, { x }: Record<string, Tensor>) => tf.square(bent(tf, x!, 3));
    const yours = exact({ inputs, forward: wrong, backward: scaled(2) });
    expect(yours).toMatchObject({
      ...{ checked: 'yours', verdict: 'proved', elements: [], wrong: null },
      sides: { yours: { verdict: 'proved' }, 'tf autodiff': { verdict: 'refuted' } },
    });
    const both = exact({ inputs, forward: wrong, backward: scaled(3) });
    expect(both.sides).toMatchObject({
      yours: { verdict: 'refuted' },
      'tf autodiff': { verdict: 'refuted' },
    });
    // Without a second gradient that is right, the wrong elements are searched for, not counted.
    expect([both.elements.map(({ index }) => index[0]), both.wrong]).toEqual([[0, 1], null]);
    expect(exact({ inputs, forward: square, backward: scaled(3) }).wrong).toEqual({ x: 2 });
  });

  it('has the bound (2 d + 2) / p of each lane, where primes and lanes are given', () => {
    const bound = (options: object) => exact({ inputs, forward: square }, options).bound;
    expect(bound({ lanes: 1, primes: [1048343] })).toBeCloseTo(4 / 1048343, 15);
    expect(bound({ lanes: 2, primes: [1048343, 383] })! * 1048343 * 383).toBeCloseTo(16, 9);
    // dy times 2 x has the degree 1; of 1 / x, gradient and tangent have the degree 0 over 2.
    const quotient = exact({ inputs, forward: (tf, { x }) => tf.reciprocal(x) });
    expect(quotient).toMatchObject({ verdict: 'proved', degree: 2 });
    expect(exact({ inputs, forward: (tf, { x }) => tf.mul(2, x) }).degree).toBe(0);
    // Over the denominators of both: (x^2 + 1 - x^2) / x, whose numerator counts as of degree 2, has the tangent 2 over 2,
    // and the gradient -1 / x^2 is 0 over 2; turned around it is the gradient that counts as 2 over 2.
    const one = (tf: TF, x: Tensor) => tf.sub(tf.add(tf.square(x), 1), tf.square(x));
    const inverse: Backward = (tf, { x }, dy) => ({ x: tf.neg(tf.div(dy, tf.square(x))) });
    const long = { inputs, forward: (tf: TF, { x }: Record<'x', Tensor>) => tf.div(one(tf, x), x) };
    expect(exact({ ...long, backward: inverse })).toMatchObject({ verdict: 'proved', degree: 4 });
    const short = { inputs, forward: (tf: TF, { x }: Record<'x', Tensor>) => tf.reciprocal(x) };
    const longer: Backward = (tf, { x }, dy) => ({
      x: tf.neg(tf.mul(dy, tf.div(one(tf, x), tf.square(x)))),
    });
    expect(exact({ ...short, backward: longer })).toMatchObject({ verdict: 'proved', degree: 4 });
  });

  it('judges a gradient although the other one cannot be followed', () => {
    const reads = (tf: TF, x: Tensor) =>
      tf.customGrad((y) => ({
        value: tf.clone(y as Tensor),
        gradFunc: (dy: Tensor) => tf.tensor(dy.dataSync(), dy.shape),
      }))(x);
    const forward = (tf: TF, { x }: Record<string, Tensor>) => tf.square(reads(tf, x!));
    expect(exact({ inputs, forward, backward: scaled(2) }).sides).toMatchObject({
      yours: { verdict: 'proved' },
      'tf autodiff': {
        verdict: 'cannot prove',
        cause: 'a value that depends on the inputs is read back',
      },
    });
  });

  it('takes the only branch there is at the point', () => {
    const backward: Backward = (_, _x, dy) => ({ x: dy });
    const forward = (tf: TF, { x }: Record<string, Tensor>) => tf.mul(x!, tf.step(x!));
    const found = exact({ inputs: { x: [2] }, forward, backward });
    expect(found).toMatchObject({ verdict: 'proved', branches: 'point' });
  });

  it('needs every lane: an error that is a multiple of one of the primes is refuted', () => {
    const backward: Backward = (tf, { x }, dy) => ({ x: tf.mul(dy, tf.add(tf.mul(2, x), 479)) });
    const verdict = (...primes: number[]) =>
      exact({ inputs, forward: square, backward }, { lanes: primes.length, primes }).verdict;
    expect([verdict(479), verdict(383), verdict(479, 383)]).toEqual(['proved', 'refuted', 'refuted']);
  });

  it('proves a gradient for all branches although the other one is wrong', () => {
    const backward: Backward = (tf, { x }, dy) => ({ x: tf.mul(dy, tf.step(x)) });
    const forward = (tf: TF, { x }: Record<string, Tensor>) => tf.relu(bent(tf, x!, 3));
    expect(exact({ inputs, forward, backward })).toMatchObject({
      ...{ verdict: 'proved', branches: 'all', patterns: [] },
      sides: { yours: { verdict: 'proved' }, 'tf autodiff': { verdict: 'refuted' } },
    });
  });

  it('follows constants: 3 is the square of its own root, which is no simple number', () => {
    const root = (tf: TF) => tf.sqrt(tf.tensor([3]));
    const forward = (tf: TF, { x }: Record<string, Tensor>) => tf.mul(tf.mul(x!, root(tf)), root(tf));
    const backward: Backward = (tf, _x, dy) => ({ x: tf.mul(3, dy) });
    expect(exact({ inputs, forward, backward })).toMatchObject({ verdict: 'proved', cause: null });
  });

  it('passes on what the code throws later', () => {
    let calls = 0;
    const gradientOf = (tf: TF, { x }: Record<string, Tensor>) => {
      if (++calls > 1) throw new TypeError('deliberate');
      return tf.square(x!);
    };
    expect(() => exact({ inputs, forward: square, gradientOf })).toThrow(new TypeError('deliberate'));
  });

  it('tells how long it took', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValueOnce(1000).mockReturnValue(1250);
    const { milliseconds } = exact({ inputs, forward: square });
    now.mockRestore();
    expect(milliseconds).toBe(250);
  });

  it('cannot prove what throws or has no float output, and knows nothing else then', () => {
    const failed = (forward: GradcheckSpec<'x'>['forward']) => exact({ inputs, forward });
    const throws = failed(() => {
      throw new Error('deliberate');
    });
    expect(throws).toMatchObject({
      ...{
        verdict: 'cannot prove',
        cause: 'forward: deliberate',
        sides: {},
        checked: 'tf autodiff',
        lanes: 3,
      },
      ...{ bound: null, degree: null, branches: 'none', kinks: 0, patterns: [], elements: [], wrong: null },
    });
    expect(failed((tf, { x }) => tf.greater(x, 0)).cause).toBe('forward: expected a float tensor, got bool');
  });

  it('covers all branches where it can, and else those of the point, with the sides that were taken', () => {
    const relu = (tf: TF, { x }: Record<string, Tensor>) => tf.relu(tf.sub(x!, 1));
    expect(exact({ inputs, forward: relu })).toMatchObject({ branches: 'all', patterns: [] });
    const point = exact({ inputs, forward: relu }, { free: false });
    expect(point).toMatchObject({ verdict: 'proved', branches: 'point' });
    expect(point.patterns.map(({ kernel, sides }) => [kernel, sides.length])).toEqual([['Relu', 2]]);
    // Right where the branch is the one of the point, and only there
    const here = exact({
      inputs,
      forward: relu,
      backward: (tf, _x, dy) => ({ x: tf.mul(dy, [0, 1]) }),
    });
    expect(here).toMatchObject({ verdict: 'proved', branches: 'point', kinks: 0 });
  });
});

it('two gradients that both hold by chance, and differ, prove nothing', () => {
  const off = (seed: number) =>
    exact({ inputs, forward: square, backward: scaled(3) }, { seed, lanes: 1, primes: [47] });
  const found = Array.from({ length: 120 }, (_, seed) => off(seed));
  const open = found.filter(({ verdict }) => verdict !== 'refuted');
  // One prime of 47 is a lane too few: a wrong gradient holds in one of 47 directions.
  expect([open.length > 0, open.length < 20]).toEqual([true, true]);
  for (const { sides } of open)
    expect(sides).toMatchObject({
      yours: {
        verdict: 'not proved',
        cause: 'both gradients hold in the direction drawn, yet they differ',
      },
      'tf autodiff': { verdict: 'proved' },
    });
});

describe('roots of a product and products of roots', () => {
  const roots = (size: number, factor = 1): GradcheckSpec<'x'> => ({
    inputs: { x: Array.from({ length: size }, (_, k) => k + 0.5) },
    forward: (tf, { x }) => tf.mul(tf.sqrt(tf.add(x, 1)), tf.sqrt(tf.add(x, 2))),
    backward: (tf, { x }, dy) => {
      const [u, v] = [tf.add(x, 1), tf.add(x, 2)];
      // (u + v) / (2 sqrt(u v))
      return { x: tf.mul(dy, tf.div(tf.mul(factor, tf.add(u, v)), tf.mul(2, tf.sqrt(tf.mul(u, v))))) };
    },
  });

  it('are equal where all radicands are squares, as they are of positive numbers', () => {
    const { verdict, sides, bound } = exact(roots(1));
    expect([verdict, sides['tf autodiff']!.verdict, bound]).toEqual(['proved', 'proved', null]);
    const { forward, ...rest } = roots(1);
    const bentRoots = exact({ ...rest, forward: (tf, { x }) => forward(tf, { x: bent(tf, x, 3) }) });
    expect(bentRoots.sides).toMatchObject({
      yours: { verdict: 'proved' },
      'tf autodiff': { verdict: 'refuted' },
    });
    expect(exact(roots(1, 1.001)).verdict).toBe('refuted');
    expect(exact(roots(1, 1 + 1e-12)).verdict).toBe('not proved');
  });

  it('are equal on the branch of the point', () => {
    const { forward, ...rest } = roots(1);
    const max = exact({
      ...rest,
      forward: (tf, { x }) => tf.max(tf.stack([forward(tf, { x }), tf.neg(x)]), 0),
    });
    expect([max.verdict, max.branches]).toEqual(['proved', 'point']);
  });

  it('are left open by autodiff of the function that is meant, whatever that of the other is', () => {
    const given = roots(12);
    const { forward, backward } = given;
    const meant =
      (factor: number): GradcheckSpec<'x'>['forward'] =>
      (tf, { x }) =>
        tf.customGrad((y) => ({
          value: forward(tf, { x: y as Tensor }) as Tensor,
          gradFunc: (dy: Tensor) => tf.mul(factor, backward!(tf, { x }, dy).x as Tensor),
        }))(x);
    const { sides } = exact({ ...given, forward: meant(3), gradientOf: meant(1) });
    expect(sides['tf autodiff']!.verdict).toBe('not proved');
  });

  it.each([4, 12])('are left open where no draw has %d of each', (size) => {
    const { verdict, cause } = exact(roots(size));
    expect([verdict, cause]).toEqual([
      'not proved',
      'the two sides differ, but so they may by the sign of a root',
    ]);
  });
});

describe('a gradient at a kink', () => {
  const at = (x: number[], gradient: number[], seed = 1) =>
    exact(
      {
        inputs: { x },
        forward: (tf, { x }) => tf.relu(x),
        backward: (tf, _x, dy) => ({ x: tf.mul(dy, gradient) }),
      },
      { seed },
    );
  const CONVENTION = 'exactly at a kink, where the derivative is not the one that TensorFlow.js takes';

  it.each([
    [0, 'proved'],
    [1, 'not proved'],
    [0.5, 'not proved'],
    [1 + 0.9e-9, 'not proved'],
    [1 + 1.1e-9, 'refuted'],
    [-0.9e-9, 'not proved'],
    [-1.1e-9, 'refuted'],
  ])('%d of the upstream gradient at ReLU of 0: %s', (gradient, verdict) => {
    // Upstream gradients of both signs
    for (const seed of [1, 2, 3, 4]) {
      const found = at([0, 2, -3], [gradient, 1, 0], seed);
      expect([found.verdict, found.kinks]).toEqual([verdict, 1]);
      expect(found.cause).toBe(verdict === 'not proved' ? CONVENTION : null);
      expect(found.wrong).toEqual(verdict === 'refuted' ? { x: 1 } : null);
    }
  });

  it('is open at several kinks whatever it is, and beside them it is not', () => {
    expect(at([0, 0, 2], [7, 0, 1]).cause).toBe(CONVENTION);
    expect(at([0, 0, 2], [7, 0, 2])).toMatchObject({ verdict: 'refuted', wrong: { x: 2 } });
    expect(at([0, 2], [1, 2])).toMatchObject({ verdict: 'refuted', wrong: { x: 2 } });
    expect(at([0, 2], [0, 2])).toMatchObject({ verdict: 'refuted', wrong: { x: 1 } });
  });

  it('may be that of either element of a tie', () => {
    const max = (gradient: number[]) =>
      exact({
        inputs: { x: [2, 2, 1] },
        forward: (tf, { x }) => tf.max(x),
        backward: (tf, _x, dy) => ({ x: tf.mul(dy, gradient) }),
      });
    expect(max([1, 1, 0]).verdict).toBe('proved');
    for (const gradient of [
      [1, 0, 0],
      [0, 1, 0],
    ])
      expect(max(gradient).cause).toBe(CONVENTION);
    expect(max([1, 0, 1]).verdict).toBe('refuted');
  });

  it('is that of autodiff where there is no other', () => {
    const custom = (factor: number) =>
      exact({ inputs: { x: [0, 2] }, forward: (tf, { x }) => tf.relu(bent(tf, x, factor)) });
    expect(custom(1).verdict).toBe('proved');
    expect(custom(2)).toMatchObject({ verdict: 'refuted', checked: 'tf autodiff', kinks: 1 });
  });
});
