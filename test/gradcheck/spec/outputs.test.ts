import { describe, expect, it } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { GradcheckInputError } from '../../../src/gradcheck/errors.ts';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import {
  cut,
  flatValues,
  joined,
  layoutDifference,
  layoutOf,
  placeIn,
} from '../../../src/gradcheck/spec/outputs.ts';
import type { GradcheckSpec, Outputs, Tensor, TF } from '../../../src/gradcheck/types.ts';

tfjs.enableProdMode();
const inputs = { x: [0.5, 1.5, -2] };
type Inputs = Record<'x', Tensor>;
type Moments = { mean: Tensor; variance: Tensor };

describe('several outputs, each with its own dy', () => {
  const forward = (tf: TF, { x }: Inputs): Moments => tf.moments(x);
  const backward = (tf: TF, { x }: Inputs, { mean, variance }: Moments) => ({
    x: tf.add(tf.div(mean, 3), tf.mul(variance, tf.mul(2 / 3, tf.sub(x, tf.mean(x))))),
  });

  it('a record: dy has its keys; a dy that is mixed up is caught', async () => {
    expect(await gradcheck({ inputs, forward, backward })).toMatchObject({ status: 'pass', stage: null });
    const swapped = await gradcheck({
      inputs,
      forward,
      backward: (tf, given, { mean, variance }) => backward(tf, given, { mean: variance, variance: mean }),
    });
    expect(swapped).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'yours' });
    const first = await gradcheck({
      inputs,
      forward,
      backward: (tf, _, { mean }) => ({ x: tf.mul(tf.div(mean, 3), [1, 1, 1]) }),
    });
    expect(first).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'yours' });
  });

  it('a list, of several shapes; a gradient of the second output that is wrong is caught', async () => {
    const spec = (factor: number) => ({
      inputs,
      forward: (tf: TF, { x }: Inputs) => [tf.outerProduct(x as never, x as never), tf.sum(x)],
      backward: (tf: TF, { x }: Inputs, [square, sum]: Tensor[]) => ({
        x: tf.add(
          tf.sum(tf.mul(tf.add(square!, tf.transpose(square!)), tf.reshape(x, [1, 3])), 1),
          tf.mul(factor, sum!),
        ),
      }),
    });
    expect(await gradcheck(spec(1))).toMatchObject({ status: 'pass', inputs: { x: { checked: 3 } } });
    expect(await gradcheck(spec(1.001))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });

  it('autodiff of a record, to second order; a customGrad of one output that is wrong is caught', async () => {
    expect(await gradcheck({ inputs, forward }, { order: 2 })).toMatchObject({ status: 'pass', order: 2 });
    const half: GradcheckSpec<'x', Tensor[]> = {
      inputs,
      forward: (tf, { x }) => [
        tf.exp(x),
        tf.customGrad(((v: Tensor) => ({
          value: tf.square(v),
          gradFunc: (dy: Tensor) => tf.mul(dy, v),
        })) as never)(x),
      ],
    };
    expect(await gradcheck(half)).toMatchObject({ status: 'fail', suspects: [{ kernel: null }] });
  });

  it('in single precision, with a constant', async () => {
    const scale = { values: [2, 3, 4], shape: [3], constant: true };
    const spec = (factor: number): GradcheckSpec<'x' | 'scale', Tensor[]> => ({
      inputs: { ...inputs, scale },
      forward: (tf, given) => [tf.mul(given.x, given.scale), tf.sum(given.x)],
      backward: (tf, given, dy) => {
        const [product, sum] = dy as [Tensor, Tensor];
        return { x: tf.add(tf.mul(product, given.scale), tf.mul(factor, sum)) };
      },
    });
    const options = { precision: 'float32', tf: tfjs } as const;
    const result = await gradcheck(spec(1), options);
    expect(result).toMatchObject({ status: 'pass', precision: 'float32' });
    expect(Object.keys(result.inputs)).toEqual(['x']);
    expect(await gradcheck(spec(1.1), options)).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });

  it('places name the output', async () => {
    const result = await gradcheck({
      inputs,
      forward: (tf, { x }) => ({ fine: x, logs: tf.log(tf.reshape(x, [1, 3])) }),
    });
    expect(result).toMatchObject({ status: 'fail', stage: 'forward' });
    expect(result.message).toContain('NaN at output .logs[0,2]');
    let call = 0;
    const counting = await gradcheck({ inputs, forward: (tf, { x }) => [x, tf.add(x, ++call)] });
    expect(counting).toMatchObject({ status: 'fail', stage: 'repeatable' });
    expect(counting.message).toContain('at [1][0] on the same inputs');
  });

  it('a forward that overwrites one dy of several', async () => {
    const result = await gradcheck({
      inputs,
      forward: (_, { x }) => [x, x],
      backward: (tf, _, dy) => {
        const [first, second] = dy as [Tensor, Tensor];
        const gradient = tf.add(first, second);
        second.dataSync()[1] = 7;
        return { x: gradient };
      },
    });
    expect(result).toMatchObject({ status: 'fail', stage: 'inputs unchanged' });
    expect(result.message).toContain('dy overwritten');
  });

  const BAD: [string, RegExp, (tf: TF, inputs: Inputs) => unknown][] = [
    [
      'int32 in a list',
      /forward returned an int32 tensor at \[1\]: expected a float one/,
      (tf, { x }) => [x, tf.argMax(x)],
    ],
    [
      'bool in a record',
      /returned a bool tensor at .big: expected a float one/,
      (tf, { x }) => ({ x, big: tf.greater(x, 1) }),
    ],
    ['a number in a list', /returned number 1 at \[0\]: expected a tensor/, (_, { x }) => [1, x]],
    ['an empty list', /returned an empty list/, () => []],
    ['an empty record', /returned an empty record/, () => ({})],
    [
      'an empty tensor in a list',
      /returned an empty tensor at \[1\], shape \[0\]/,
      (tf, { x }) => [x, tf.tensor1d([])],
    ],
  ];
  for (const [name, message, returning] of BAD) {
    it(name, async () => {
      const spec = { inputs, forward: returning as (tf: TF, inputs: Inputs) => Outputs };
      const error = await gradcheck(spec).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(GradcheckInputError);
      expect((error as Error).message).toMatch(message);
    });
  }
});

describe('constants', () => {
  const mask = { values: [1, 0, -3.4e38], shape: [3], constant: true };
  const spec = {
    inputs: { ...inputs, mask },
    forward: (tf: TF, given: Record<'x' | 'mask', Tensor>) => tf.softmax(tf.add(given.x, given.mask)),
  };

  it('are handed on, and not differentiated', async () => {
    const result = await gradcheck(spec);
    expect(result.status).toBe('pass');
    expect(Object.keys(result.inputs)).toEqual(['x']);
  });

  it('a backward may leave them out, or not; a wrong gradient of the others is caught', async () => {
    const scale = { values: [2, 3, 4], shape: [3], constant: true };
    const scaled = (factor: number, withConstant: boolean): GradcheckSpec<'x' | 'scale'> => ({
      inputs: { ...inputs, scale },
      forward: (tf, given) => tf.mul(given.x, given.scale),
      backward: (tf, given, dy) => ({
        x: tf.mul(factor, tf.mul(dy, given.scale)),
        ...(withConstant ? { scale: dy } : {}),
      }),
    });
    expect(await gradcheck(scaled(1, false))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(scaled(1, true))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(scaled(2, false))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });
});

describe('gradientOf: the gradient that is meant', () => {
  const through = (tf: TF, x: Tensor): Tensor =>
    tf.customGrad(((v: Tensor) => ({ value: tf.round(v), gradFunc: (dy: Tensor) => dy })) as never)(x);
  const rounding = { inputs, forward: (tf: TF, { x }: Inputs) => tf.mul(3, through(tf, x)) };

  it('straight through rounding: right where it is said, wrong where another is meant or nothing is said', async () => {
    const meant = (factor: number) => ({ gradientOf: (tf: TF, { x }: Inputs) => tf.mul(factor, x) });
    expect(await gradcheck({ ...rounding, ...meant(3) })).toMatchObject({ status: 'pass' });
    expect(await gradcheck({ ...rounding, ...meant(2) })).toMatchObject({
      status: 'fail',
      oddOneOut: 'tf autodiff',
    });
    expect(await gradcheck(rounding)).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff' });
  });

  it('clipping with a hand-written backward that lets every dy through', async () => {
    const clip = (backward: GradcheckSpec<'x'>['backward'] & {}): GradcheckSpec<'x'> => ({
      inputs,
      forward: (tf, { x }) => tf.clipByValue(through(tf, x), -1, 1),
      gradientOf: (tf, { x }) => tf.mul(1, x),
      backward,
    });
    // Autodiff stops at the limits, which is not the intended gradient, so autodiff is blamed and yours is not.
    const clipped = await gradcheck(clip((_, __, dy) => ({ x: dy })));
    expect(clipped).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff' });
    const yours = await gradcheck({
      inputs,
      forward: (tf, { x }) => tf.tensor1d(Array.from(x.dataSync(), Math.round)),
      gradientOf: (_, { x }) => x,
      backward: (tf, _, dy) => ({ x: tf.mul(1, dy) }),
    });
    expect(yours).toMatchObject({ status: 'pass', dependence: { withoutPath: ['x'] } });
    const wrong = await gradcheck({
      inputs,
      forward: (tf, { x }) => tf.tensor1d(Array.from(x.dataSync(), Math.round)),
      gradientOf: (_, { x }) => x,
      backward: (tf, _, dy) => ({ x: tf.mul(1.5, dy) }),
    });
    expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });

  it('has the structure and shapes of forward', async () => {
    const sums: GradcheckSpec<'x'> = { ...rounding, gradientOf: (tf, { x }) => tf.sum(x) };
    await expect(gradcheck(sums)).rejects.toThrow(
      "spec: gradientOf: expected outputs of the shapes of forward's, got shape [3], then shape []",
    );
    const lists: GradcheckSpec<'x'> = { ...rounding, gradientOf: (_, { x }) => [x] };
    await expect(gradcheck(lists)).rejects.toThrow('got shape [3], then an array of [3]');
  });
});

it('a flat position is in its own output: 5 is the second element of the second one', () => {
  const parts = [
    { key: 'mean', shape: [2, 2], start: 0 },
    { key: 'spread', shape: [3], start: 4 },
  ];
  expect(placeIn({ kind: 'record', parts, shape: [7] }, 5)).toBe('.spread[1]');
  expect(placeIn({ kind: 'record', parts, shape: [7] }, 2)).toBe('.mean[1,0]');
  const list = parts.map((part, at) => ({ ...part, key: String(at) }));
  expect(placeIn({ kind: 'array', parts: list, shape: [7] }, 4)).toBe('[1][0]');
  expect(placeIn({ kind: 'tensor', parts: list.slice(0, 1), shape: [2, 2] }, 3)).toBe('[1,1]');
});

describe('the layout of outputs', () => {
  const [a, b] = [tfjs.tensor([[1, 2]]), tfjs.tensor([3])];
  const of = (returned: unknown) => layoutOf(tfjs as unknown as TF, returned, 'spec: forward');

  it('is none of a tensor that is disposed, or of another TensorFlow.js', () => {
    const disposed = tfjs.tensor([1]);
    disposed.dispose();
    expect(() => of(disposed)).toThrow('spec: forward returned a disposed tensor');
    const foreign = float64.tensor([1]);
    expect(() => of([a, foreign])).toThrow('spec: forward returned a tensor of another TensorFlow.js at [1]');
    foreign.dispose();
  });

  it.each<[unknown, object, number[]]>([
    [a, { kind: 'tensor', shape: [1, 2], parts: [{ key: '', shape: [1, 2], start: 0 }] }, [1, 2]],
    [
      [a, b],
      {
        ...{ kind: 'array', shape: [3] },
        parts: [
          { key: '0', shape: [1, 2], start: 0 },
          { key: '1', shape: [1], start: 2 },
        ],
      },
      [1, 2, 3],
    ],
    [{ b }, { kind: 'record', shape: [1], parts: [{ key: 'b', shape: [1], start: 0 }] }, [3]],
    [
      Object.assign(Object.create(null), { b }),
      { kind: 'record', shape: [1], parts: [{ key: 'b', shape: [1], start: 0 }] },
      [3],
    ],
  ])('%#: of one tensor, a list, a record', (returned, layout, values) => {
    const found = of(returned);
    expect(found).toEqual(layout);
    expect([...flatValues(returned as Outputs, found)]).toEqual(values);
    const whole = joined(tfjs as unknown as TF, returned as Outputs, found);
    expect([whole.shape, [...whole.dataSync()]]).toEqual([found.shape, values]);
    // Cut again, the numbers are in the same places.
    const parts = cut(Float64Array.from(values), found, (own, shape) => ({ own: [...own], shape }) as never);
    const listed = found.kind === 'tensor' ? [parts] : Object.values(parts);
    expect(listed).toEqual(
      found.parts.map(({ shape, start }) => ({ own: values.slice(start, start + shape.at(-1)!), shape })),
    );
    expect(Array.isArray(parts)).toBe(found.kind === 'array');
  });

  it('is none of what only looks like a tensor', () => {
    const { dataId, dtype, shape, size } = b;
    expect(() => of({ dataId, dtype, shape, size })).toThrow(
      'spec: forward returned an object (Object): expected a tensor',
    );
    expect(() => of([b, { dataId, dtype, shape, size }])).toThrow(
      'spec: forward returned an object (Object) at [1]: expected a tensor',
    );
  });

  it('differs in structure, names or shapes, in words', () => {
    expect(layoutDifference(of([a, b]), of([a, b]))).toBeNull();
    expect(layoutDifference(of(a), of([a, b]))).toBe('shape [1,2], then an array of [1,2], [1]');
    expect(layoutDifference(of({ a, b }), of([a, b]))).toBe(
      'a record of a [1,2], b [1], then an array of [1,2], [1]',
    );
    expect(layoutDifference(of({ a }), of({ b: a }))).toBe('a record of a [1,2], then a record of b [1,2]');
  });
});
