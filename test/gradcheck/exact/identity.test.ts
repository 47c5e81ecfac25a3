import { describe, expect, it, jest } from '@jest/globals';
import { exactCheck, exactIdentity } from '../../../src/gradcheck/exact/index.ts';
import { readInput } from '../../../src/gradcheck/spec/readInput.ts';
import type { Tensor, TF } from '../../../src/gradcheck/types.ts';
import { labelTensors, loggedLosses, logitsLossBackward, sigmoid } from '../../../src/notebook/model/loss.ts';
import { tf as float32 } from '../../../src/tfjs/tfjs.ts';
import { tf } from './support.ts';

type F = (tf: TF, inputs: Record<string, Tensor>) => Tensor;

const same = (x: number[], left: F, right: F) =>
  exactIdentity(tf, { inputs: [readInput('identity', 'x', x)], left, right });

describe('an input that no gradient is due by', () => {
  const given = { ...readInput('given', 'a', [3, 0]), differentiated: false };
  const forward: F = (tf, { a, x }) => tf.sum(tf.mul(a!, tf.square(x!)));
  const checkWith = (backward: (tf: TF, inputs: Record<string, Tensor>, dy: Tensor) => Tensor) =>
    exactCheck(tf, {
      inputs: [given, readInput('given', 'x', [0.5, -2])],
      forward,
      backward: (tf, inputs, dy) => ({ x: backward(tf, inputs, dy) }),
    });

  it('is random as the others are: a gradient that is right at its value only is refuted', () => {
    const right = checkWith((tf, { a, x }, dy) => tf.mul(dy, tf.mul(2, tf.mul(a!, x!))));
    expect([right.verdict, right.degree]).toEqual(['proved', 2]);
    const here = checkWith((tf, { x }, dy) => tf.mul(dy, tf.mul([6, 0], x!)));
    expect(here.verdict).toBe('refuted');
    expect(here.wrong).toEqual({ x: 2 });
  });
});

describe('two functions', () => {
  it('that are the same are proved so', () => {
    const square: F = (tf, { x }) => tf.square(tf.add(x!, 1));
    const expanded: F = (tf, { x }) => tf.add(tf.add(tf.square(x!), tf.mul(2, x!)), 1);
    expect(same([0.5, -2], square, expanded)).toMatchObject({
      verdict: 'proved',
      branches: 'none',
      degree: 2,
      elements: [],
    });
    const byExp: F = (tf, { x }) => tf.div(tf.exp(x!), tf.add(1, tf.exp(x!)));
    expect(same([0.5, -2], (tf, { x }) => tf.sigmoid(x!), byExp).verdict).toBe('proved');
    const byParts: F = (tf, { x }) => tf.sub(tf.relu(x!), tf.relu(tf.neg(x!)));
    expect(same([0.5, -2], (tf, { x }) => tf.clone(x!), byParts)).toMatchObject({
      verdict: 'proved',
      branches: 'all',
    });
    const chosen: F = (tf, { x }) => tf.where(tf.greater(x!, 1), tf.mul(3, x!), x!);
    const byStep: F = (tf, { x }) => tf.add(x!, tf.mul(2, tf.mul(x!, tf.step(tf.sub(x!, 1)))));
    expect(same([0.5, 2], chosen, byStep)).toMatchObject({ verdict: 'proved', branches: 'all' });
    const byMax: F = (tf, { x }) => tf.max(tf.stack([x!, tf.neg(x!)]), 0);
    expect(same([0.5, -2], (tf, { x }) => tf.abs(x!), byMax)).toMatchObject({
      verdict: 'proved',
      branches: 'point',
    });
  });

  it('that differ are refuted, with the elements, by any amount', () => {
    const off: F = (tf, { x }) => tf.mul(x!, tf.add([1, 1], tf.mul([0, 1], 1e-20)));
    const { verdict, elements } = same([0.5, -2], (tf, { x }) => tf.clone(x!), off);
    expect(verdict).toBe('refuted');
    expect(elements).toEqual([{ index: [1], left: -2, right: -2 }]);
    const first: F = (tf, { x }) => tf.mul(x!, [2, 1]);
    expect(same([0.5, -2], (tf, { x }) => tf.clone(x!), first).elements).toEqual([
      { index: [0], left: 0.5, right: 1 },
    ]);
    const shape: F = (tf, { x }) => tf.sum(x!);
    expect(same([0.5, -2], (tf, { x }) => tf.clone(x!), shape).cause).toBe('left has shape [2], right []');
  });

  it('that differ everywhere name ten elements', () => {
    const x = Array.from({ length: 11 }, (_, k) => k + 1);
    const { elements } = same(
      x,
      (tf, { x }) => tf.clone(x!),
      (tf, { x }) => tf.neg(x!),
    );
    expect(elements.map(({ index }) => index[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('that cannot be followed are neither', () => {
    const result = same(
      [1, 2],
      (tf, { x }) => tf.clone(x!),
      (tf, { x }) => tf.unique(x!).values,
    );
    expect(result).toMatchObject({
      ...{ verdict: 'cannot prove', bound: null, degree: null, branches: 'none', kinks: 0, elements: [] },
    });
    expect(result.cause).toMatch(/^no rule for Unique/);
    let calls = 0;
    const later: F = (tf, { x }) => {
      if (++calls > 1) throw new TypeError('deliberate');
      return tf.clone(x!);
    };
    expect(() => same([1], later, (tf, { x }) => tf.clone(x!))).toThrow(new TypeError('deliberate'));
  });

  it('are compared in three lanes, in double precision, and the time is told', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValueOnce(1000).mockReturnValue(1250);
    const square: F = (tf, { x }) => tf.square(x!);
    const { bound, milliseconds } = same([0.5], square, square);
    now.mockRestore();
    // (2 * 2 + 2) / p for each of three primes between 2^19 and 2^20
    expect([bound! > (6 / 2 ** 20) ** 3, bound! < (6 / 2 ** 19) ** 3, milliseconds]).toEqual([
      true,
      true,
      250,
    ]);
    const inputs = [readInput('identity', 'x', [1])];
    expect(() => exactIdentity(float32 as unknown as TF, { inputs, left: square, right: square })).toThrow(
      RangeError,
    );
  });

  it('are compared over a common denominator, whose degree counts', () => {
    const power =
      (top: number, bottom: number): F =>
      (tf, { x }) =>
        tf.div(tf.pow(tf.add(x!, 1), top), tf.pow(x!, bottom));
    const degree = (left: F, right: F) => same([0.5, 2], left, right).degree;
    // 3 over 1 and 2 over 4: a d and c b of a / b - c / d
    expect(degree(power(3, 1), power(2, 4))).toBe(7);
    expect(degree(power(2, 4), power(3, 1))).toBe(7);
  });

  it('that may differ by the value of a logarithm are left open', () => {
    const left: F = (tf, { x }) => tf.log(tf.square(x!));
    const right: F = (tf, { x }) => tf.mul(2, tf.log(x!));
    const { verdict, cause } = same([0.5, 2], left, right);
    expect(verdict).toBe('not proved');
    expect(cause).toMatch(/the value of a logarithm/);
    // Also where both are 0.
    expect(same([1], left, right).verdict).toBe('not proved');
    expect(same([0.5, 2], left, (tf, { x }) => tf.mul(3, tf.log(x!))).verdict).toBe('refuted');
    expect(same([1, 2], left, (tf, { x }) => tf.mul(3, tf.log(x!))).verdict).toBe('refuted');
    const times = (factor: number) => same([2], left, (tf, { x }) => tf.mul(2 * factor, tf.log(x!)));
    const verdicts = [1 + 0.99e-6, 1 - 0.99e-6, 1 + 1.01e-6, 1 - 1.01e-6].map((by) => times(by).verdict);
    expect(verdicts).toEqual(['not proved', 'not proved', 'refuted', 'refuted']);
  });

  it('are not taken for odd or even ones where they are neither', () => {
    const softplus: F = (tf, { x }) => tf.softplus(tf.neg(x!));
    expect(same([0.5, 2], softplus, (tf, { x }) => tf.neg(tf.softplus(x!))).verdict).toBe('refuted');
    const rising: F = (tf, { x }) => tf.exp(tf.sin(x!));
    expect(same([0.5, 2], rising, (tf, { x }) => tf.exp(tf.sin(tf.neg(x!)))).verdict).toBe('refuted');
  });

  it('by an arctangent, which is odd', () => {
    const left: F = (tf, { x }) => tf.atan2(tf.neg(x!), [3, 4]);
    expect(same([0.5, 2], left, (tf, { x }) => tf.neg(tf.atan2(x!, [3, 4]))).verdict).toBe('proved');
    expect(same([0.5, 2], left, (tf, { x }) => tf.atan2(x!, [3, 4])).verdict).toBe('refuted');
  });

  it("the law of the logged loss: its gradient is q / (q + 1e-7) of the notebook's", () => {
    for (const label of [1, 0]) {
      const prediction = (tf: TF, x: Tensor) => sigmoid(tf, tf.reshape(x, [1, 1]));
      const labelOf = (tf: TF) => tf.tensor2d([[label]]);
      const left: F = (tf, { x }) =>
        tf.grad((z) => loggedLosses(tf, prediction(tf, z), labelTensors(tf, labelOf(tf))))(x!);
      const right: F = (tf, { x }) => {
        const p = prediction(tf, x!);
        const q = label === 1 ? p : tf.sub(1, p);
        const dLogit = logitsLossBackward(tf, p as never, labelOf(tf));
        return tf.reshape(tf.mul(dLogit, tf.div(q, tf.add(q, 1e-7))), [1]);
      };
      const result = same([0.75], left, right);
      expect([label, result.verdict, result.cause]).toEqual([label, 'proved', null]);
      expect(result.bound).toBeLessThan(1e-8);
    }
  });
});
