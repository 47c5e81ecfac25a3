import { describe, expect, it } from '@jest/globals';
import type { KernelConfig } from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { nativeCorrections } from '../../../src/tfjs/native/kernels.ts';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';
import { disagreements, runKernel64, type Values, waves } from '../../support/kernels.ts';

type Kernel = KernelConfig['kernelFunc'];
interface Attributes {
  readonly strides: number | number[];
  readonly pad: 'valid' | 'same' | number | [number, number][];
  readonly dilations?: number | number[];
  readonly filterSize?: number[];
  readonly inputShape?: number[];
  readonly filterShape?: number[];
  readonly [name: string]: unknown;
}

type Images = [number, number, number, number];

const tf = float64 as unknown as TF;
const corrections = nativeCorrections(tf);

/** A kernel of the cpu backend that refuses what TensorFlow refuses or gets wrong. */
const strict =
  (name: string): Kernel =>
  ({ inputs, attrs }) => {
    const { strides, pad, dilations = 1, ...shapes } = attrs as unknown as Attributes;
    if (typeof pad !== 'string') throw new Error(`refused: padding ${pad}`);
    if (/Depthwise/.test(name) && new Set([strides].flat()).size > 1) throw new Error(`refused: ${strides}`);
    if (/Depthwise|3D/.test(name) && [dilations].flat().some((rate) => rate > 1))
      throw new Error(`refused: dilations ${dilations}`);
    const given = inputs as Record<string, Tensor>;
    const filter = shapes.filterShape ?? given.filter?.shape;
    const window = shapes.filterSize ?? filter;
    if (/3D/.test(name) && pad === 'same' && [strides].flat().some((stride, axis) => stride > window![axis]!))
      throw new Error(`refused: strides ${strides} with windows of ${window}`);
    if (/Depthwise.*Back/.test(name)) {
      const images = (shapes.inputShape as Images) ?? given.x!.shape;
      const { computeConv2DInfo } = tf.backend_util;
      const { outShape } = computeConv2DInfo(images, filter as Images, strides as [number, number], 1, pad, undefined, true); // biome-ignore format: one line
      expect(given.dy!.shape).toEqual(outShape);
    }
    return tf.engine().runKernel(name, given, attrs) as Tensor;
  };

const corrected = (name: string, inputs: Record<string, Values>, attrs: Attributes): Values[] =>
  tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, { values, shape, dtype }]) => [key, tf.tensor(values, shape, dtype)]),
    );
    const run = corrections[name]!(strict(name), name);
    const y = run({ inputs: tensors, attrs: attrs as never, backend: tf.backend() }) as Tensor;
    return [{ shape: y.shape, values: Array.from(y.dataSync()) }];
  });

const agrees = (name: string, inputs: Record<string, Values>, attrs: Attributes): void => {
  const wrong = disagreements(corrected(name, inputs, attrs), runKernel64(name, inputs, attrs));
  expect({ name, wrong }).toEqual({ name, wrong: [] });
};
const shapeOf = (name: string, inputs: Record<string, Values>, attrs: Attributes): number[] =>
  runKernel64(name, inputs, attrs)[0]!.shape;

const x = waves([2, 5, 7, 2]);
const volume = waves([1, 4, 5, 3, 2]);
const sides: [number, number][] = [[0, 0], [1, 1], [0, 1], [0, 0]]; // biome-ignore format: one line
/** The last leaves pixels at the end out. */
const planes: Attributes[] = [
  { strides: [1, 1], pad: 1 },
  { strides: [2, 2], pad: sides },
  { strides: [3, 3], pad: 0 },
];

describe('tfjs-node, with its kernels corrected, computes what cpu does:', () => {
  it.each(planes)('convolutions with %j', (attributes) => {
    const filter = waves([3, 2, 2, 3], 0.5);
    const attrs = { ...attributes, dataFormat: 'NHWC', dilations: [1, 1] };
    agrees('Conv2D', { x, filter }, attrs);
    const dy = waves(shapeOf('Conv2D', { x, filter }, attrs), 2);
    agrees('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape });
    agrees('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape });
  });

  it.each([
    ...planes,
    { strides: [1, 2], pad: 'same' },
    { strides: [3, 2], pad: 'valid' },
    { strides: [1, 1], pad: sides, dilations: [2, 3] },
    { strides: [1, 1], pad: 'same', dilations: [1, 2] },
  ] as Attributes[])('convolutions by depth with %j', ({ dilations = [1, 1], ...attributes }) => {
    const filter = waves([2, 3, 2, 2], 0.5);
    const attrs = { ...attributes, dilations };
    agrees('DepthwiseConv2dNative', { x, filter }, attrs);
    if ([dilations].flat().some((rate) => rate > 1)) return;
    const dy = waves(shapeOf('DepthwiseConv2dNative', { x, filter }, attrs), 2);
    agrees('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape });
    agrees('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape });
  });

  it.each(planes)('pooling with %j', (attributes) => {
    const attrs = { ...attributes, filterSize: [2, 3] };
    const output = runKernel64('MaxPool', { x }, attrs)[0]!;
    const dy = waves(output.shape, 2);
    for (const name of ['MaxPool', 'AvgPool']) agrees(name, { x }, attrs);
    agrees('MaxPoolGrad', { dy, input: x, output }, attrs);
    agrees('AvgPoolGrad', { dy, input: x }, attrs);
  });

  it.each([
    { strides: [1, 1, 1], pad: 0 },
    { strides: [2, 1, 1], pad: 'same' },
    { strides: [2, 3, 1], pad: 'same' },
    { strides: [1, 2, 3], pad: 'same' },
    { strides: [1, 1, 1], pad: 'same', dilations: [1, 2, 1] },
  ] as Attributes[])('volumes with %j', ({ dilations = [1, 1, 1], ...attributes }) => {
    const filter = waves([1, 2, 2, 2, 3], 0.5);
    const convolution = { ...attributes, dilations };
    agrees('Conv3D', { x: volume, filter }, convolution);
    if ([dilations].flat().some((rate) => rate > 1)) return;
    const dyOfFilter = waves(shapeOf('Conv3D', { x: volume, filter }, convolution), 2);
    agrees('Conv3DBackpropInputV2', { dy: dyOfFilter, filter }, { ...convolution, inputShape: volume.shape });
    agrees(
      'Conv3DBackpropFilterV2',
      { x: volume, dy: dyOfFilter },
      { ...convolution, filterShape: filter.shape },
    );
    const attrs = { ...attributes, filterSize: [1, 2, 2] };
    const output = runKernel64('MaxPool3D', { x: volume }, attrs)[0]!;
    const dy = waves(output.shape, 2);
    for (const name of ['MaxPool3D', 'AvgPool3D']) agrees(name, { x: volume }, attrs);
    agrees('MaxPool3DGrad', { dy, input: volume, output }, attrs);
    agrees('AvgPool3DGrad', { dy, input: volume }, attrs);
  });

  it('the largest of whole numbers, the smallest of them included', () => {
    const least = -(2 ** 31);
    const whole: Values = { shape: [1, 2, 2, 1], values: [least, least, -7, -8], dtype: 'int32' };
    const attrs: Attributes = { strides: [2, 2], pad: 1, filterSize: [2, 2] };
    expect(corrected('MaxPool', { x: whole }, attrs)[0]!.values).toEqual([least, least, -7, -8]);
  });
});

describe('tfjs-node gets as they are', () => {
  const plane = { x, filter: waves([1, 1, 2, 2]) };
  const thin = { x: volume, filter: waves([2, 2, 2, 2, 1]) };
  const flat = { strides: [2, 2], dilations: 1 };
  const deep = { strides: [2, 2, 2], dilations: 1 };
  const dy = waves([1, 2, 3, 2, 1]);
  it.each<[string, Record<string, Values>, Attributes]>([
    ['Conv2D', plane, { ...flat, pad: 'same' }],
    ['Conv2D', plane, { ...flat, pad: 'valid' }],
    ['DepthwiseConv2dNative', plane, { ...flat, pad: 'same' }],
    ['DepthwiseConv2dNative', plane, { strides: [2, 2], pad: 'same' }],
    ['Conv3D', thin, { ...deep, pad: 'same' }],
    ['Conv3D', thin, { ...deep, strides: [3, 3, 3], pad: 'valid' }],
    ['Conv3DBackpropFilterV2', { x: volume, dy }, { ...deep, pad: 'same', filterShape: [2, 2, 2, 2, 1] }],
    ['MaxPool3D', { x: volume }, { ...deep, pad: 'same', filterSize: [2, 2, 2] }],
  ])('windows of %s that TensorFlow has: case %#', (name, inputs, attrs) => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, { values, shape }]) => [key, tf.tensor(values, shape)]),
    );
    const given = { inputs: tensors, attrs: attrs as never, backend: tf.backend() };
    const result = { dataId: {}, shape: [], dtype: 'float32' as const };
    let handed = { ...given };
    const shipped: Kernel = (parameters) => {
      handed = parameters as typeof given;
      return result;
    };
    expect(corrections[name]!(shipped, name)(given)).toBe(result);
    expect(Object.entries(tensors).every(([key, tensor]) => handed.inputs[key] === tensor)).toBe(true);
    expect(handed.attrs).toEqual(attrs);
    tf.dispose(tensors);
  });
});

it('the gradient of maxPool3d is handed on, but for windows that have their largest value twice', () => {
  const attrs = { filterSize: [1, 1, 2], strides: [1, 1, 2], pad: 'valid' } as never;
  // As TensorFlow does it: all of dy to each of the largest.
  const made: Tensor[] = [];
  const shipped: Kernel = ({ inputs }) => {
    const { dy, input } = inputs as { dy: Tensor; input: Tensor };
    made.push(tf.mul(tf.cast(tf.equal(input, tf.max(input)), 'float32'), tf.sum(dy)));
    return made.at(-1)!;
  };
  const dxOf = (values: number[]): Tensor => {
    const inputs = { dy: tf.tensor([5], [1, 1, 1, 1, 1]), input: tf.tensor(values, [1, 1, 1, 2, 1]) };
    return corrections.MaxPool3DGrad!(shipped, '')({ inputs, attrs, backend: tf.backend() }) as Tensor;
  };
  expect(Array.from(dxOf([3, 3]).dataSync())).toEqual([0, 5]);
  const dx = dxOf([4, 3]);
  expect(dx === made.at(-1)).toBe(true);
  expect(Array.from(dx.dataSync())).toEqual([5, 0]);
});
