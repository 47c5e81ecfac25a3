import { describe, expect, it } from '@jest/globals';
import {
  disagreements,
  held,
  product,
  runKernel,
  runKernel64,
  start,
  type Values,
  waves,
} from '../../support/kernels.ts';

const tf = await start('wasm');

const paddings = [
  { pad: 'valid', grow: [0, 0] },
  { pad: 'same', grow: null },
  { pad: 1, grow: [2, 2] },
  { pad: [[0, 0], [1, 2], [0, 1], [0, 0]], grow: [3, 1] }, // biome-ignore format: a table
] as const;
const strides = [
  [1, 1],
  [2, 2],
  [2, 1],
  [3, 2],
] as const;
const kernels = [
  [1, 1],
  [3, 3],
  [5, 5],
  [2, 3],
] as const;
const [height, width] = [8, 7];

/** The length of one side of the output. */
function side(length: number, kernel: number, stride: number, grow: number | undefined): number {
  return grow === undefined ? Math.ceil(length / stride) : Math.floor((length + grow - kernel) / stride) + 1;
}

/**
 * Every convolution of the grid. If the padding is a single number, TensorFlow.js assumes that everything is square,
 * the strides too.
 */
const grid = product({ padding: paddings, stride: strides, kernel: kernels })
  .filter(
    ({ padding, kernel, stride }) =>
      padding.pad !== 1 || (kernel[0] === kernel[1] && stride[0] === stride[1]),
  )
  .map(({ padding: { pad, grow }, stride, kernel }) => ({
    title: `kernel ${kernel}, stride ${stride}, pad ${JSON.stringify(pad)}`,
    pad,
    stride,
    kernel,
    out: [
      side(height, kernel[0], stride[0], grow?.[0]),
      side(width, kernel[1], stride[1], grow?.[1]),
    ] as const,
  }));

describe.each(grid)('$title', ({ pad, stride, kernel, out }) => {
  it('Conv2DBackpropFilter is what double precision says', () => {
    const before = held(tf);
    for (const { batch, channels, filters } of product({
      batch: [1, 3],
      channels: [1, 2, 5, 8],
      filters: [1, 3, 4, 6, 8, 13],
    })) {
      const inputs = { x: waves([batch, height, width, channels]), dy: waves([batch, ...out, filters], 0.5) };
      const filterShape = [...kernel, channels, filters];
      const attributes = { strides: stride, pad, dataFormat: 'NHWC', filterShape };
      const actual = runKernel(tf, 'Conv2DBackpropFilter', inputs, attributes);
      expect(disagreements(actual, runKernel64('Conv2DBackpropFilter', inputs, attributes))).toEqual([]);
    }
    expect(held(tf)).toEqual(before);
  });

  it('Conv2DBackpropInput is what double precision says', () => {
    const before = held(tf);
    for (const { batch, channels, filters } of product({
      batch: [1, 3],
      channels: [1, 3, 4, 9],
      filters: [1, 5],
    })) {
      const inputs = {
        dy: waves([batch, ...out, filters], 0.5),
        filter: waves([...kernel, channels, filters], 2),
      };
      const inputShape = [batch, height, width, channels];
      const attributes = { strides: stride, pad, dataFormat: 'NHWC', inputShape };
      const actual = runKernel(tf, 'Conv2DBackpropInput', inputs, attributes);
      expect(disagreements(actual, runKernel64('Conv2DBackpropInput', inputs, attributes))).toEqual([]);
    }
    expect(held(tf)).toEqual(before);
  });

  it.each(['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput'])(
    '%s is what double precision says',
    (name) => {
      const before = held(tf);
      for (const { batch, channels, multiplier } of product({
        batch: [1, 3],
        channels: [1, 3, 4, 8],
        multiplier: [1, 2, 3],
      })) {
        const inputShape = [batch, height, width, channels];
        const filterShape = [...kernel, channels, multiplier];
        const inputs = {
          x: waves(inputShape),
          filter: waves(filterShape, 2),
          dy: waves([batch, ...out, channels * multiplier], 0.5),
        };
        const attributes = { strides: stride, pad, dilations: [1, 1], inputShape, filterShape };
        const actual = runKernel(tf, name, inputs, attributes);
        expect(disagreements(actual, runKernel64(name, inputs, attributes))).toEqual([]);
      }
      expect(held(tf)).toEqual(before);
    },
  );
});

const grid3D = product({
  pad: ['valid', 'same'],
  stride: [[1, 1, 1], [2, 2, 2], [2, 1, 3]],
  kernel: [[1, 1, 1], [2, 2, 2], [3, 2, 1]],
}).map((row) => ({ ...row, title: `kernel ${row.kernel}, stride ${row.stride}, ${row.pad}` })); // biome-ignore format: a table

describe.each(grid3D)('in 3D, $title', ({ pad, stride, kernel }) => {
  it('both gradients of conv3d are what double precision says', () => {
    const before = held(tf);
    for (const { batch, channels, filters } of product({
      batch: [1, 2],
      channels: [1, 3, 4],
      filters: [1, 5, 8],
    })) {
      const [inputShape, filterShape] = [
        [batch, 6, 5, 4, channels],
        [...kernel, channels, filters],
      ];
      const [x, filter] = [waves(inputShape), waves(filterShape, 2)];
      const attributes = { strides: stride, pad, dilations: [1, 1, 1], inputShape, filterShape };
      const dy = waves(runKernel64('Conv3D', { x, filter }, attributes)[0]!.shape, 0.5);
      for (const [name, inputs] of [
        ['Conv3DBackpropFilterV2', { x, dy }],
        ['Conv3DBackpropInputV2', { dy, filter }],
      ] as const) {
        const actual = runKernel(tf, name, inputs, attributes);
        expect(disagreements(actual, runKernel64(name, inputs, attributes))).toEqual([]);
      }
    }
    expect(held(tf)).toEqual(before);
  });
});

describe('padding wider than the kernel reaches', () => {
  it.each(['Conv2DBackpropFilter', 'Conv2DBackpropInput'])('%s has gradients of 0 there', (name) => {
    const inputs = { x: waves([2, 1, 1, 3]), filter: waves([2, 2, 3, 4], 2), dy: waves([2, 1, 1, 4], 0.5) };
    const pad = [[0, 0], [3, 0], [3, 0], [0, 0]]; // biome-ignore format: a table
    const attributes = {
      strides: [5, 5],
      pad,
      dataFormat: 'NHWC',
      inputShape: inputs.x.shape,
      filterShape: [2, 2, 3, 4],
    };
    const actual = runKernel(tf, name, inputs, attributes);
    expect(actual[0]!.values.every((value) => value === 0)).toBe(true);
    expect(actual).toEqual(runKernel64(name, inputs, attributes));
  });
});

describe('dy larger than the output', () => {
  it.each<[kernel: string, sides: number[], strides: number[], dx: number[]]>([
    ['Conv2DBackpropInput', [2, 2, 2], [2, 2], [2, 0, 0, 0, 10, 0, 0, 0]],
    ['Conv2DBackpropInput', [2, 2, 2], [1, 2], [2, 0, 6, 0, 10, 0, 14, 0]],
    ['Conv2DBackpropInput', [2, 2, 2], [2, 1], [2, 4, 0, 0, 10, 12, 0, 0]],
    ['Conv3DBackpropInputV2', [1, 2, 2, 2], [1, 2, 2], [2, 0, 0, 0, 10, 0, 0, 0]],
  ])('counts by its first rows and columns: %s of %j by %j', (kernel, sides, strides, dx) => {
    // 1, 2, ..., 8, as many as pixels, by a filter of one tap, 2.
    const dy = { shape: [...sides, 1], values: dx.map((_, at) => at + 1) };
    const filter = { shape: [...strides.map(() => 1), 1, 1], values: [2] };
    const attributes = { strides, pad: 'valid', dilations: 1, dataFormat: 'NHWC', inputShape: dy.shape };
    expect(runKernel(tf, kernel, { dy, filter }, attributes)).toEqual([{ shape: dy.shape, values: dx }]);
  });

  it('has room for all of them', () => {
    const dy = waves([3, 9, 8, 4], 0.5);
    const isCounted = (at: number) => Math.floor(at / 32) % 9 < 4 && Math.floor(at / 4) % 8 < 3;
    const counted = { shape: [3, 4, 3, 4], values: dy.values.filter((_, at) => isCounted(at)) };
    const filter = waves([2, 2, 5, 4], 2);
    const attributes = { strides: 2, pad: 'valid', dataFormat: 'NHWC', inputShape: [3, 8, 6, 5] };
    const expected = runKernel64('Conv2DBackpropInput', { dy: counted, filter }, attributes);
    const actual = runKernel(tf, 'Conv2DBackpropInput', { dy, filter }, attributes);
    expect(disagreements(actual, expected)).toEqual([]);
  });
});

describe('a long sum', () => {
  it('stays within single precision: 32 images of 28x28', () => {
    const inputs = { x: waves([32, 28, 28, 3]), dy: waves([32, 28, 28, 8], 0.5) };
    const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 3, 8] };
    const actual = runKernel(tf, 'Conv2DBackpropFilter', inputs, attributes);
    expect(disagreements(actual, runKernel64('Conv2DBackpropFilter', inputs, attributes))).toEqual([]);
  });
});

describe('one number of padding and a kernel that is not square', () => {
  it('takes what lies beyond the padding for 0, as the cpu backend', () => {
    const inputs = { x: waves([2, 6, 6, 3]), dy: waves([2, 6, 6, 4], 0.5) };
    const attributes = { strides: [1, 1], pad: 1, dataFormat: 'NHWC', filterShape: [3, 5, 3, 4] };
    const actual = runKernel(tf, 'Conv2DBackpropFilter', inputs, attributes);
    expect(disagreements(actual, runKernel64('Conv2DBackpropFilter', inputs, attributes))).toEqual([]);
  });
});

describe('dilation', () => {
  it('is refused in the words of tfjs-core', () => {
    const x = tf.ones([1, 7, 7, 2]) as never;
    const message = 'dilation rates greater than 1 are not yet supported';
    expect(() =>
      tf.grad((f) => tf.conv2d(x, f as never, 1, 'valid', 'NHWC', 2))(tf.ones([3, 3, 2, 2])),
    ).toThrow(message);
    expect(() =>
      tf.grad((f) => tf.depthwiseConv2d(x, f as never, 1, 'valid', 'NHWC', 2))(tf.ones([3, 3, 2, 1])),
    ).toThrow(message);
  });

  it('of the depthwise kernels themselves is that of a kernel with zeros between', () => {
    const [x, dy] = [waves([2, 7, 7, 4]), waves([2, 5, 5, 4], 0.5)];
    const filter = waves([2, 2, 4, 1], 2);
    const common = { strides: [1, 1], pad: 'valid' };
    const spread = { ...common, dilations: [1, 1], inputShape: x.shape, filterShape: [3, 3, 4, 1] };
    const dilated = { ...common, dilations: [2, 2], inputShape: x.shape, filterShape: filter.shape };
    // The corners of a 3x3 kernel are the taps of a dilated 2x2 kernel.
    const corners = [0, 2, 6, 8];
    const wide = runKernel64('DepthwiseConv2dNativeBackpropFilter', { x, dy }, spread)[0]!;
    const expected = corners.flatMap((at) => wide.values.slice(4 * at, 4 * at + 4));
    expect(
      disagreements(runKernel(tf, 'DepthwiseConv2dNativeBackpropFilter', { x, dy }, dilated), [
        { shape: filter.shape, values: expected },
      ]),
    ).toEqual([]);
    const zeros = Array.from({ length: 36 }, (_, i) => {
      const corner = corners.indexOf(Math.floor(i / 4));
      return corner < 0 ? 0 : filter.values[4 * corner + (i % 4)]!;
    });
    const stuffed = { shape: [3, 3, 4, 1], values: zeros };
    expect(
      disagreements(
        runKernel(tf, 'DepthwiseConv2dNativeBackpropInput', { dy, filter }, dilated),
        runKernel64('DepthwiseConv2dNativeBackpropInput', { dy, filter: stuffed }, spread),
      ),
    ).toEqual([]);
  });
});

describe('padding by a single number, with windows or strides that are not square', () => {
  const shapes = product({
    window: [
      [3, 2],
      [1, 3],
      [2, 2],
    ] as [number, number][],
    strides: [
      [1, 1],
      [1, 2],
      [2, 1],
    ] as [number, number][],
    pad: [0, 1],
  });

  it.each(shapes)('stays in its output: %j', ({ window, strides, pad }) => {
    const before = held(tf);
    const x = waves([2, 5, 6, 2]);
    const attributes = { strides, pad, dataFormat: 'NHWC', dilations: [1, 1] };
    const agrees = (kernel: string, inputs: Record<string, Values>, more: object = {}) =>
      expect(
        disagreements(
          runKernel(tf, kernel, inputs, { ...attributes, ...more }),
          runKernel64(kernel, inputs, { ...attributes, ...more }),
        ),
      ).toEqual([]);
    agrees('Conv2D', { x, filter: waves([...window, 2, 3], 2.2) });
    agrees('DepthwiseConv2dNative', { x, filter: waves([...window, 2, 1], 2.2) });
    // A window entirely outside of the image has no average and no maximum.
    for (const kernel of ['AvgPool', 'MaxPool']) {
      const [pooled] = runKernel64(kernel, { x }, { ...attributes, filterSize: window });
      if (pooled!.values.every(Number.isFinite)) agrees(kernel, { x }, { filterSize: window });
    }
    expect(held(tf)).toEqual(before);
  });
});
