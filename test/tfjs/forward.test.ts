import { beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { sizeOf } from '../../src/numerics/shape.ts';
import { startBackend } from '../../src/tfjs/backends.ts';
import type { Tensor, TF } from '../../src/tfjs/types.ts';
import { excess, held, waves } from '../support/kernels.ts';
import { describeNative } from '../support/native.ts';

/** 1, 2, 3, ... */
const counted = (on: TF, shape: number[]): Tensor => on.add(on.reshape(on.range(0, sizeOf(shape)), shape), 1);

const of = (on: TF, f: () => Tensor): { shape: number[]; values: number[] } =>
  on.tidy(() => {
    const tensor = f();
    return { shape: tensor.shape, values: Array.from(tensor.dataSync()) };
  });

/** Windows of one pixel for a stride and a padding: every n-th pixel of the padded image. */
const moved: readonly [side: number, stride: number, pad: number, windows: (number | null)[][]][] = [
  [3, 2, 1, [[null, null, null], [null, 5, null], [null, null, null]]],
  [2, 2, 1, [[null, null], [null, 4]]],
  // The last window at either end is one stride outside of the image.
  [1, 1, 1, [[null, null, null], [null, 1, null], [null, null, null]]],
  [4, 3, 0, [[1, 4], [13, 16]]],
]; // biome-ignore format: a table

/** einsum by its definition, as a loop over every label. */
function summed(equation: string, shapes: readonly number[][], values: readonly number[][]): number[] {
  const [given, output] = equation.split('->') as [string, string];
  const terms = given.split(',');
  const labels = [...new Set([...output, ...terms.join('')])];
  const length = (label: string): number =>
    terms.flatMap((term, k) => (term.includes(label) ? [shapes[k]![term.indexOf(label)]!] : []))[0]!;
  const place = (term: string, at: ReadonlyMap<string, number>): number =>
    [...term].reduce((sum, label) => sum * length(label) + at.get(label)!, 0);
  const size = [...output].reduce((product, label) => product * length(label), 1);
  const sums = Array.from({ length: size }, () => 0);
  const walk = (k: number, at: Map<string, number>): void => {
    if (k === labels.length)
      sums[place(output, at)]! += terms.reduce(
        (product, term, i) => product * values[i]![place(term, at)]!,
        1,
      );
    else for (let i = 0; i < length(labels[k]!); i++) walk(k + 1, at.set(labels[k]!, i));
  };
  walk(0, new Map());
  return sums;
}

const EQUATIONS: readonly [equation: string, ...shapes: number[][]][] = [
  ['ij,k->k', [2, 2], [3]],
  ['ij,k->ik', [2, 2], [3]],
  ['i,jk->', [2], [2, 2]],
  ['i,j->', [2], [3]],
  ['k,ij->kj', [3], [2, 4]],
  ['ij,jk->ki', [2, 3], [3, 4]],
  ['bij,bkj->bik', [2, 2, 3], [2, 4, 3]],
  ['abc,cd->ad', [2, 3, 2], [2, 3]],
  ['ij,->ji', [2, 3], []],
  [',->', [], []],
  ['ijk->kj', [2, 3, 4]],
  ['ij->', [2, 3]],
  ['ij->ji', [2, 3]],
];

function rightForward(get: () => TF): void {
  it.each(moved)(
    'windows of one pixel move over %j pixels by %j with padding %j',
    (side, stride, pad, windows) => {
      const tf = get();
      const image = () => counted(tf, [1, side, side, 1]) as never;
      const shape = [1, windows.length, windows.length, 1];
      const orElse = (outside: number) => ({
        shape,
        values: windows.flat().map((pixel) => pixel ?? outside),
      });
      expect(of(tf, () => tf.avgPool(image(), 1, stride, pad))).toEqual(orElse(0));
      const largest = of(tf, () => tf.maxPool(image(), 1, stride, pad));
      // TensorFlow returns the lowest finite number for it.
      expect(largest.values.map((value) => Math.max(value, -3e38))).toEqual(orElse(-3e38).values);
      const dx = of(tf, () => tf.grad((x) => tf.avgPool(x as never, 1, stride, pad))(image()));
      const counts = counted(tf, [side * side]).dataSync();
      const reached = Array.from(counts, (pixel) => windows.flat().filter((each) => each === pixel).length);
      expect(dx).toEqual({ shape: [1, side, side, 1], values: reached });
    },
  );

  it('avgPool of wider windows that lie in the padding is 0, and the rest their average', () => {
    const tf = get();
    const pool = (x: Tensor) => tf.avgPool(x as never, 2, 2, 2);
    const image = () => counted(tf, [1, 2, 2, 1]);
    expect(of(tf, () => pool(image())).values).toEqual([0, 0, 0, 0, 2.5, 0, 0, 0, 0]);
    expect(of(tf, () => tf.grad(pool)(image())).values).toEqual([0.25, 0.25, 0.25, 0.25]);
    const deep = (x: Tensor) => tf.avgPool3d(x as never, 2, 2, 2);
    const volume = () => counted(tf, [1, 2, 2, 2, 1]);
    const inTheMiddle = Array.from({ length: 27 }, (_, i) => (i === 13 ? 4.5 : 0));
    expect(of(tf, () => deep(volume())).values).toEqual(inTheMiddle);
    expect(of(tf, () => tf.grad(deep)(volume())).values).toEqual(Array.from({ length: 8 }, () => 0.125));
  });

  it('convolutions whose windows end before the image begins are 0, and their gradients', () => {
    const tf = get();
    // TensorFlow.js counts the windows across by the filter's height: there is one, which covers only pixel -2.
    for (const convolve of [tf.conv2d, tf.depthwiseConv2d]) {
      const f = (x: Tensor, filter: Tensor) => convolve(x as never, filter as never, 3, 2) as Tensor;
      const given = () => [counted(tf, [1, 3, 1, 1]), counted(tf, [3, 1, 1, 1])] as const;
      const zeros = (shape: number[]) => ({
        shape,
        values: shape.flatMap((n) => (n > 1 ? Array(n).fill(0) : [])),
      });
      expect(of(tf, () => f(...given()))).toEqual(zeros([1, 2, 1, 1]));
      expect(of(tf, () => tf.grads(f)([...given()])[0]!)).toEqual(zeros([1, 3, 1, 1]));
      expect(of(tf, () => tf.grads(f)([...given()])[1]!)).toEqual(zeros([3, 1, 1, 1]));
    }
  });

  it('stridedSlice takes the element that was asked for of an axis that it leaves out', () => {
    const tf = get();
    // x = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]; NumPy's x[1, ::2], x[-1, ::2], x[::3, 2], x[:, -2], x[1:2, -1], x[None, 2, 1::1].
    type Slice = [begin: number[], end: number[], strides: number[], ...masks: number[]];
    const slice = (...args: Slice) => of(tf, () => tf.stridedSlice(counted(tf, [4, 3]), ...args));
    const before = held(tf);
    expect(slice([1, 0], [2, 3], [1, 2], 0, 0, 0, 0, 1)).toEqual({ shape: [2], values: [4, 6] });
    expect(slice([-1, 0], [0, 3], [1, 2], 0, 0, 0, 0, 1)).toEqual({ shape: [2], values: [10, 12] });
    expect(slice([0, 2], [4, 3], [3, 1], 0, 0, 0, 0, 2)).toEqual({ shape: [2], values: [3, 12] });
    expect(slice([0, -2], [4, 9], [1, 1], 1, 1, 0, 0, 2)).toEqual({ shape: [4], values: [2, 5, 8, 11] });
    expect(slice([3, -1], [0, 0], [-2, 1], 0, 0, 0, 0, 2)).toEqual({ shape: [2], values: [12, 6] });
    expect(slice([0, 2, 1], [0, 3, 3], [1, 1, 1], 0, 0, 0, 1, 2)).toEqual({ shape: [1, 2], values: [8, 9] });
    expect(slice([1, 2], [2, 3], [1, 1], 0, 0, 0, 0, 3)).toEqual({ shape: [], values: [6] });
    expect(held(tf)).toEqual(before);
    expect(() => slice([4, 0], [5, 3], [1, 2], 0, 0, 0, 0, 1)).toThrow();
  });

  it.each(EQUATIONS)('einsum %s of %j and %j', (equation, ...all) => {
    const tf = get();
    const shapes = all.filter((shape) => shape !== undefined);
    const inputs = shapes.map((shape, k) => waves(shape, 1 + k));
    const before = held(tf);
    const { values } = of(tf, () => tf.einsum(equation, ...inputs.map((each) => tf.tensor(each.values, each.shape))));
    expect(excess(values, summed(equation, shapes, inputs.map((each) => each.values)))).toBeLessThanOrEqual(1);
    expect(held(tf)).toEqual(before);
  }); // biome-ignore format: the definition in one line

  it.each<[a: number[], b: number[], product: number[]]>([
    [[2, 1], [1, 2], [1, 10, 2, 20]],
    [[2, 3], [3], [1, 20, 300, 4, 50, 600]],
    [[3], [2, 3], [1, 20, 300, 1000, 20_000, 300_000]],
  ])('matMul repeats batches that one side has once, or not at all: %j by %j', (a, b, product) => {
    const tf = get();
    // Matrices of one element: 1, 2, 3, ... by 1, 10, 100, ...
    const before = held(tf);
    const found = of(tf, () => {
      const left = counted(tf, [...a, 1, 1]);
      return tf.matMul(left, tf.tensor(Array.from({ length: sizeOf(b) }, (_, at) => 10 ** at), [...b, 1, 1]));
    });
    expect(found.values).toEqual(product);
    expect(held(tf)).toEqual(before);
  }); // biome-ignore format: a table

  it('tensorScatterUpdate leaves its input as it is', () => {
    const tf = get();
    const tensor = tf.tensor1d([1, 2, 3]);
    const places = tf.tensor2d([[1], [0]], [2, 1], 'int32');
    expect(of(tf, () => tf.tensorScatterUpdate(tensor, places, tf.tensor1d([9, 8]))).values).toEqual([
      8, 9, 3,
    ]);
    expect(Array.from(tensor.dataSync())).toEqual([1, 2, 3]);
  });

  it('add, sub and mul of complex numbers are broadcast over axes that one has not', () => {
    const tf = get();
    const parts = (z: Tensor) =>
      of(tf, () => tf.concat([tf.reshape(tf.real(z), [-1]), tf.reshape(tf.imag(z), [-1])])).values;
    const z = tf.complex([[1, 2], [3, 4]], [[5, 6], [7, 8]]); // biome-ignore format: a matrix
    const w = tf.complex([1, -1], [2, 0.5]);
    // (1 + 5i)(1 + 2i) = -9 + 7i, (2 + 6i)(-1 + i/2) = -5 - 5i, (3 + 7i)(1 + 2i) = -11 + 13i, (4 + 8i)(-1 + i/2) = -8 - 6i
    const product = [-9, -5, -11, -8, 7, -5, 13, -6];
    expect(parts(tf.mul(z, w))).toEqual(product);
    expect(parts(tf.mul(w, z))).toEqual(product);
    expect(parts(tf.add(w, z))).toEqual([2, 1, 4, 3, 7, 6.5, 9, 8.5]);
    expect(parts(tf.sub(z, w))).toEqual([0, 3, 2, 5, 3, 5.5, 5, 7.5]);
    expect(parts(tf.mul(z, tf.complex(0, 1)))).toEqual([-5, -6, -7, -8, 1, 2, 3, 4]);
    expect(parts(tf.mul(z, tf.tensor1d([2, 3])))).toEqual([2, 6, 6, 12, 10, 18, 14, 24]);
  });
}

describe.each(['cpu', 'wasm'] as const)('forward on %s:', (name) => {
  let tf: TF;
  beforeAll(async () => {
    ({ tf } = await startBackend(name));
  });
  rightForward(() => tf);
});

describe('forward in double precision:', () => {
  rightForward(() => float64 as unknown as TF);
});

describeNative('forward on native:', () => {
  let tf: TF;
  beforeAll(async () => {
    ({ tf } = await startBackend('native'));
  });
  rightForward(() => tf);
});
