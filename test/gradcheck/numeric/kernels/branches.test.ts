import { describe, expect, it } from '@jest/globals';
import { BranchObserver, isSameBranch } from '../../../../src/gradcheck/numeric/kernels/branches.ts';
import type { Tensor } from '../../../../src/gradcheck/types.ts';
import { flat, type Given, observed, observer, type Run, shaped, tf } from './observed.ts';

// Branches, ties and held values of kernels with pieces, computed by hand; those of pooling are in pooling.test.ts.

const times = (count: number, value: number) => flat(...new Array<number>(count).fill(value));
const x = flat(-1, 0, 2, 3);

describe('kernels of one operand', () => {
  it.each<[string, (x: Tensor) => Tensor, Given, number[], number, Given, number[]]>([
    ['relu', (t) => tf.relu(t), x, [-1, 0, 1, 1], 1, flat(1, 1, -2, 3), [0, 0, -2, 3]],
    [
      'relu6',
      (t) => tf.relu6(t),
      flat(-1, -2, 0, 3, 6, 7, 8),
      [0, 0, 1, 2, 3, 4, 4],
      2,
      times(7, 9),
      [0, 0, 0, 9, 9, 6, 6],
    ],
    ['leakyRelu', (t) => tf.leakyRelu(t, 0.25), x, [-1, 0, 1, 1], 1, flat(4, 4, -4, 4), [1, 1, -4, 4]],
    ['elu', (t) => tf.elu(t), x, [-1, 0, 1, 1], 0, flat(Math.LN2, 0.5, -1, 2), [1, 0.5, -1, 2]],
    // G. Klambauer et al., Self-Normalizing Neural Networks (2017): lambda 1.05070098, lambda alpha 1.75809934.
    [
      'selu',
      (t) => tf.selu(t),
      x,
      [-1, 0, 1, 1],
      1,
      flat(Math.LN2, Math.LN2, -1, 1),
      [1.75809934, 1.75809934, -1.05070099, 1.05070099],
    ],
    ['abs', (t) => tf.abs(t), x, [-1, 0, 1, 1], 1, flat(3, 3, -3, 3), [-3, -3, -3, 3]],
    [
      'clipByValue',
      (t) => tf.clipByValue(t, -1, 2),
      flat(-3, -4, -1, 0, 2, 5, 6),
      [0, 0, 1, 2, 3, 4, 4],
      2,
      times(7, 9),
      [-1, -1, 9, 9, 9, 2, 2],
    ],
    ['sign', (t) => tf.sign(t), x, [-1, 0, 1, 1], 0, times(4, 9), [-1, 0, 1, 1]],
    ['step', (t) => tf.step(t, 0.25), x, [-1, 0, 1, 1], 0, times(4, 9), [0.25, 0.25, 1, 1]],
    ['floor', (t) => tf.floor(t), flat(-1.5, 2.5), [-2, 2], 0, times(2, 9), [-2, 2]],
    ['ceil', (t) => tf.ceil(t), flat(-1.5, 2.5), [-1, 3], 0, times(2, 9), [-1, 3]],
    [
      'round',
      (t) => tf.round(t),
      flat(0.5, 1.5, 2.5, -0.5, 2.4, 2.6),
      [0, 2, 2, 0, 2, 3],
      0,
      times(6, 9),
      [0, 2, 2, 0, 2, 3],
    ],
    ['cast to int32', (t) => tf.cast(t, 'int32'), flat(-1.5, 2.7), [-1, 2], 0, times(2, 9), [-1, 2]],
    ['cast to bool', (t) => tf.cast(t, 'bool'), flat(0, -3, 0.5), [0, 1, 1], 0, times(3, 0), [0, 1, 1]],
  ])('%s', (_name, f, base, branches, ties, moved, held) => {
    const seen = observed(f as never, [base], [moved]);
    expect(seen.branches).toEqual([branches]);
    expect(seen.tape.ties).toBe(ties);
    for (const [i, value] of held.entries()) expect(seen.held[0]!.values[i]).toBeCloseTo(value, 7);
  });

  it('none where no float decides', () => {
    const { tape } = observed(
      ((t: Tensor) => {
        const whole = tf.cast(t, 'int32');
        const kernels = [tf.relu(whole), tf.maximum(whole, whole), tf.max(whole), tf.argMax(whole)];
        kernels.push(tf.cast(whole, 'bool'), tf.cast(t, 'float32'));
        return kernels.map((each) => tf.cast(each, 'float32')).reduce((sum, each) => tf.add(sum, each));
      }) as never,
      [x],
      [x],
    );
    expect(tape.calls.map(({ kernel }) => kernel)).toEqual(['Cast']);
  });
});

describe('kernels of two operands', () => {
  const a = flat(1, 2, 3);
  const b = flat(3, 2, 1);
  const moved = [flat(10, 20, 30), flat(11, 21, 31)];
  const sides = [-1, 0, 1];
  it.each<[string, (a: Tensor, b: Tensor) => Tensor, Given[], number[], number, Given[], number[]]>([
    ['maximum', (s, t) => tf.maximum(s, t), [a, flat(3, 2, 3)], [-1, 0, 0], 2, moved, [11, 20, 30]],
    ['minimum', (s, t) => tf.minimum(s, t), [a, b], sides, 1, moved, [10, 20, 31]],
    ['greater', (s, t) => tf.greater(s, t), [a, b], sides, 0, moved, [0, 0, 1]],
    ['greaterEqual', (s, t) => tf.greaterEqual(s, t), [a, b], sides, 0, moved, [0, 1, 1]],
    ['less', (s, t) => tf.less(s, t), [a, b], sides, 0, moved, [1, 0, 0]],
    ['lessEqual', (s, t) => tf.lessEqual(s, t), [a, b], sides, 0, moved, [1, 1, 0]],
    ['equal', (s, t) => tf.equal(s, t), [a, b], sides, 0, moved, [0, 1, 0]],
    ['notEqual', (s, t) => tf.notEqual(s, t), [a, b], sides, 0, moved, [1, 0, 1]],
    [
      'mod',
      (s, t) => tf.mod(s, t),
      [flat(7, -7, 6), times(3, 3)],
      [2, -3, 2],
      0,
      [times(3, 10), times(3, 3)],
      [4, 19, 4],
    ],
    [
      'floorDiv',
      (s, t) => tf.floorDiv(s, t),
      [flat(7, -7, 6), times(3, 3)],
      [2, -3, 2],
      0,
      moved,
      [2, -3, 2],
    ],
    [
      'prelu',
      (s, t) => tf.prelu(s, t),
      [flat(-1, 0, 2), times(3, 0.5)],
      sides,
      1,
      [flat(4, 4, -4), times(3, 0.25)],
      [1, 1, -4],
    ],
  ])('%s', (_name, f, base, branches, ties, at, held) => {
    const seen = observed(f as never, base, at);
    expect(seen.branches).toEqual([branches]);
    expect(seen.tape.ties).toBe(ties);
    expect(seen.held).toEqual([{ shape: [3], values: held }]);
  });

  const column = shaped([2, 1], [1, 4]);
  const row = flat(0, 2, 5);
  it.each<[string, Given[], number[], Given[], Given]>([
    // 1 beside 0, 3; 4 beside 0, 3.
    [
      'a column and a row',
      [column, flat(0, 3)],
      [1, -1, 1, 1],
      [shaped([2, 1], [10, 20]), flat(1, 2)],
      shaped([2, 2], [10, 2, 20, 20]),
    ],
    [
      'a row and a column',
      [row, column],
      [-1, 1, 1, -1, -1, 1],
      [flat(1, 2, 3), shaped([2, 1], [10, 20])],
      shaped([2, 3], [10, 2, 3, 20, 20, 3]),
    ],
    [
      'a matrix and a row',
      [shaped([2, 3], [1, 1, 9, 9, 1, 1]), row],
      [1, -1, 1, 1, -1, -1],
      [shaped([2, 3], [1, 2, 3, 4, 5, 6]), flat(7, 8, 9)],
      shaped([2, 3], [1, 8, 3, 4, 8, 9]),
    ],
    [
      'a row and a matrix',
      [row, shaped([2, 3], [1, 1, 9, 9, 1, 1])],
      [-1, 1, -1, -1, 1, 1],
      [flat(7, 8, 9), shaped([2, 3], [1, 2, 3, 4, 5, 6])],
      shaped([2, 3], [1, 8, 3, 4, 8, 9]),
    ],
    [
      'a scalar',
      [flat(1, 2, 3), shaped([], [2])],
      [-1, 0, 1],
      [flat(4, 5, 6), shaped([], [7])],
      shaped([3], [7, 5, 6]),
    ],
    [
      'a scalar first',
      [shaped([], [2]), flat(1, 2, 3)],
      [1, 0, -1],
      [shaped([], [7]), flat(4, 5, 6)],
      shaped([3], [7, 7, 6]),
    ],
  ])('broadcast: %s', (_name, base, branches, at, held) => {
    const seen = observed(((s: Tensor, t: Tensor) => tf.maximum(s, t)) as never, base, at);
    expect(seen.branches).toEqual([branches]);
    expect(seen.held).toEqual([held]);
  });
});

describe('kernels that select', () => {
  const cube = shaped([2, 2, 2], [1, 2, 3, 4, 8, 7, 6, 5]);
  it.each<[string, (x: Tensor) => Tensor | Tensor[], Given, number[], number, number[], Given, Given[]]>([
    // The first winner gives the value, the second its change: 7 + (8 - 3).
    [
      'max of rows, the first with a tie',
      (t) => tf.max(t, 1),
      shaped([2, 3], [1, 3, 3, 5, 4, 2]),
      [0, 1, 1, 1, 0, 0],
      1,
      [0, 1, 0, 1, 0, 0],
      shaped([2, 3], [10, 7, 8, 1, 9, 9]),
      [flat(12, 1)],
    ],
    // 3 + (4 - 5).
    [
      'min of columns, the first with a tie',
      (t) => tf.min(t, 0),
      shaped([2, 2], [5, 1, 5, 2]),
      [1, 1, 1, 0],
      1,
      [1, 1, 0, 0],
      shaped([2, 2], [3, 7, 4, 0]),
      [flat(2, 7)],
    ],
    [
      'max over two axes, kept',
      (t) => tf.max(t, [0, 2], true),
      cube,
      [0, 0, 0, 0, 1, 0, 1, 0],
      0,
      [0, 0, 0, 0, 1, 0, 1, 0],
      shaped([2, 2, 2], [9, 9, 9, 9, 1, 9, 2, 9]),
      [shaped([1, 2, 1], [1, 2])],
    ],
    [
      'max over the middle one of three axes',
      (t) => tf.max(t, 1),
      cube,
      [0, 0, 1, 1, 1, 1, 0, 0],
      0,
      [0, 0, 1, 1, 1, 1, 0, 0],
      shaped([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
      [shaped([2, 2], [3, 4, 5, 6])],
    ],
    [
      'min over the last two axes',
      (t) => tf.min(t, [1, 2]),
      cube,
      [1, 0, 0, 0, 0, 0, 0, 1],
      0,
      [1, 0, 0, 0, 0, 0, 0, 1],
      shaped([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
      [flat(1, 8)],
    ],
    [
      'the two largest',
      (t) => {
        const { values, indices } = tf.topk(t, 2);
        return [values, indices];
      },
      shaped([2, 3], [3, 1, 2, 4, 6, 5]),
      [0, 2, 1, 2],
      0,
      [0, 2, 1, 2],
      shaped([2, 3], [1, 2, 3, 4, 5, 6]),
      [shaped([2, 2], [1, 3, 5, 6]), shaped([2, 2], [0, 2, 1, 2])],
    ],
    [
      'argMax',
      (t) => tf.argMax(t, 1),
      shaped([2, 3], [1, 5, 2, 7, 5, 6]),
      [1, 0],
      0,
      [1, 0],
      shaped([2, 3], [9, 0, 0, 0, 9, 0]),
      [flat(1, 0)],
    ],
    [
      'argMin',
      (t) => tf.argMin(t, 1),
      shaped([2, 3], [1, 5, 2, 7, 5, 6]),
      [0, 1],
      0,
      [0, 1],
      shaped([2, 3], [9, 0, 0, 0, 9, 0]),
      [flat(0, 1)],
    ],
    [
      'searchSorted',
      (t) => tf.lowerBound(t as never, [2, 6]),
      flat(1, 3, 5),
      [1, 3],
      0,
      [1, 3],
      flat(7, 8, 9),
      [shaped([1, 2], [1, 3])],
    ],
  ])('%s', (_name, f, base, branches, ties, piece, at, held) => {
    const seen = observed(f as never, [base], [at]);
    expect(seen.branches).toEqual([branches]);
    expect(seen.tape.ties).toBe(ties);
    expect([...seen.pieces.calls[0]!.branches]).toEqual(piece);
    expect(seen.held).toEqual(held);
  });
});

describe('fused kernels', () => {
  const b = () => tf.tensor2d([1, -1, 0, 0, 0, 0], [2, 3]);
  const matMul = (rest: object) => ((a: never) => tf.fused.matMul({ a, b: b(), ...rest } as never)) as Run;
  // Before the activation: 1, -1, 0 at the base point, then -3, 3, 0.
  const base = shaped([1, 2], [1, 7]);
  const moved = shaped([1, 2], [-3, 7]);
  it.each<[string, object, number[], number[], number]>([
    ['relu', { activation: 'relu' }, [1, -1, 0], [-3, 0, 0], 1],
    ['relu6', { activation: 'relu6' }, [2, 0, 1], [-3, 0, 0], 1],
    ['leakyrelu', { activation: 'leakyrelu', leakyreluAlpha: 0.25 }, [1, -1, 0], [-3, 0.75, 0], 1],
    [
      'prelu',
      { activation: 'prelu', preluActivationWeights: tf.tensor1d([0.5, 0.5, 0.5]) },
      [1, -1, 0],
      [-3, 1.5, 0],
      1,
    ],
    ['elu', { activation: 'elu' }, [1, -1, 0], [-3, Math.expm1(3), 0], 0],
  ])('matMul with %s', (_name, rest, branches, held, ties) => {
    const seen = observed(matMul(rest), [base], [moved]);
    expect(seen.branches).toEqual([branches]);
    expect(seen.tape.ties).toBe(ties);
    expect(seen.held[0]!.values).toEqual(held);
  });

  it('matMul without an activation has no pieces', () => {
    expect(observed(matMul({ activation: 'linear' }), [base], [moved]).tape.calls).toEqual([]);
  });
});

describe('the flips of another run', () => {
  const on =
    (f: (t: Tensor) => Tensor, ...values: number[]) =>
    () =>
      tf.tidy(() => [...f(tf.tensor1d(values)).dataSync()]);
  const both = (t: Tensor) => tf.relu(tf.abs(t));

  it('are counted by kernel, with their places; without holding, each takes its own branch', () => {
    const { tape } = observer.record(on(both, 1, -2, 3));
    const { result, flips } = observer.replay(tape, false, on(both, -1, -2, 0));
    expect(result).toEqual([1, 2, 0]);
    expect(flips).toEqual({
      total: 3,
      kernels: { Abs: 2, Relu: 1 },
      places: ['0:0', '0:2', '1:2'],
      diverged: false,
    });
  });

  it.each<[string, (t: Tensor) => Tensor, number[]]>([
    ['another kernel', (t) => tf.relu(tf.sign(t)), [1, -2, 3]],
    ['more elements', both, [1, -2, 3, 4]],
    ['fewer kernels', (t) => tf.abs(t), [1, -2, 3]],
    ['more kernels', (t) => tf.abs(both(t)), [1, -2, 3]],
  ])('%s is another branch of the code', (_name, f, values) => {
    const { tape } = observer.record(on(both, 1, -2, 3));
    expect(observer.replay(tape, true, on(f, ...values)).flips.diverged).toBe(true);
  });

  it('are not seen of kernels that the backend lacks', () => {
    const lacking = {
      ...tf,
      getKernel: (name: string) => (name === 'Abs' ? undefined : tf.getKernel(name, 'cpu')),
    };
    const { tape } = new BranchObserver(lacking as never).record(on(both, 1, -2, 3));
    expect(tape.calls.map(({ kernel }) => kernel)).toEqual(['Relu']);
  });

  it('name 64 places at most', () => {
    const { tape } = observer.record(on((t) => tf.abs(t), ...new Array(65).fill(1)));
    const { flips } = observer.replay(
      tape,
      true,
      on((t) => tf.abs(t), ...new Array(65).fill(-1)),
    );
    expect([flips.total, flips.places.length, flips.places.at(-1)]).toEqual([65, 64, '0:63']);
  });

  it('are none from NaN to NaN, or from 0 to -0', () => {
    expect([isSameBranch(Number.NaN, Number.NaN), isSameBranch(0, -0)]).toEqual([true, true]);
    expect([isSameBranch(Number.NaN, 1), isSameBranch(1, Number.NaN), isSameBranch(1, 0)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
