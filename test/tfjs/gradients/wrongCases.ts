import type { Tensor, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import { sizeOf } from '../../../src/numerics/shape.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { of as caseOf, type GradientCase, signed } from './gradientCase.ts';

/** A function whose gradient is wrong in TensorFlow.js, or refused. */
export interface WrongCase extends GradientCase {
  /** The checker's verdict on the gradient of TensorFlow.js. */
  readonly upstream: 'fail' | 'unsupported' | 'pass';
}

const of = (
  kernel: string,
  name: string,
  upstream: WrongCase['upstream'],
  shape: readonly number[],
  f: (tf: TF, x: Tensor) => Tensor,
): WrongCase => ({ ...caseOf(kernel, name, shape, f), upstream });

const ofTwo = (
  kernel: string,
  name: string,
  upstream: WrongCase['upstream'],
  a: readonly number[],
  b: readonly number[],
  f: (tf: TF, a: Tensor, b: Tensor) => Tensor,
): WrongCase => ({
  kernel,
  name,
  upstream,
  inputs: { a: signed(a), b: signed(b, 2.2) },
  forward: (tf, inputs) => f(tf, inputs.a!, inputs.b!),
});

const steps: readonly WrongCase[] = [
  // Far from a multiple of b: a and a / b are in 0.5..2.5.
  ofTwo('FloorDiv', 'plus a', 'fail', [3], [2, 3], (tf, a, b) =>
    tf.add(a, tf.cast(tf.floorDiv(tf.mul(a, 5), tf.add(b, 1.5)), 'float32')),
  ),
  of('Cast', 'to int32 and back', 'fail', [2, 3], (tf, x) =>
    tf.mul(x, tf.cast(tf.cast(tf.mul(x, 4), 'int32'), 'float32')),
  ),
  of('Cast', 'to float32', 'pass', [3], (tf, x) => tf.square(tf.cast(x, 'float32'))),
];

const sums: readonly WrongCase[] = ([0, 2, -1] as const).flatMap((axis) =>
  [false, true].flatMap((exclusive) =>
    [false, true].map((reverse) =>
      of(
        'Cumsum',
        `axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
        axis === 2 ? 'pass' : 'unsupported',
        [2, 3, 4],
        (tf, x) => tf.cumsum(tf.square(x), axis, exclusive, reverse),
      ),
    ),
  ),
);

const products: readonly WrongCase[] = (
  [undefined, 0, -1, [0, -1], [1, 2]] as (number | number[] | undefined)[]
).map((axis) =>
  of('Prod', `axis ${axis}`, String(axis).includes('-') ? 'unsupported' : 'pass', [2, 3, 2], (tf, x) =>
    tf.prod(x, axis, axis === 0),
  ),
);
const zero: WrongCase = {
  kernel: 'Prod',
  name: 'a factor of 0',
  upstream: 'unsupported',
  inputs: { x: { shape: [2, 3], values: [0.5, 0, -1.5, 2, 0.25, 0.75] } },
  forward: (tf, { x }) => tf.prod(x!, -1),
};

const shapes: readonly [a: readonly number[], b: readonly number[]][] = [
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 3],
    [2, 1],
  ],
  [[2, 3], []],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[3], [3]],
];
const broadcast: readonly WrongCase[] = shapes.flatMap(([a, b]) => {
  const upstream = String(a) === String(b) ? 'pass' : 'unsupported';
  return [
    ofTwo('Maximum', `[${a}] and [${b}]`, upstream, a, b, (tf, x, y) => tf.maximum(x, y)),
    ofTwo('Minimum', `[${a}] and [${b}]`, upstream, a, b, (tf, x, y) => tf.minimum(x, y)),
    ofTwo('SquaredDifference', `[${a}] and [${b}]`, upstream, a, b, (tf, x, y) => tf.squaredDifference(x, y)),
  ];
});

const batches: readonly [a: readonly number[], b: readonly number[]][] = [
  [[], []],
  [[2], [1]],
  [[], [2]],
  [
    [2, 1],
    [1, 2],
  ],
];
const matrices: readonly WrongCase[] = batches.flatMap(([batchOfA, batchOfB]) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => {
      const a = [...batchOfA, ...(transposeA ? [3, 2] : [2, 3])];
      const b = [...batchOfB, ...(transposeB ? [4, 3] : [3, 4])];
      const upstream = a.length === 2 && b.length === 2 ? 'pass' : 'unsupported';
      return ofTwo('BatchMatMul', `[${a}] and [${b}]`, upstream, a, b, (tf, x, y) =>
        tf.matMul(x, y, transposeA, transposeB),
      );
    }),
  ),
);

const copies: readonly WrongCase[] = (['max', 'min'] as const).flatMap((op) => {
  const kernel = op === 'max' ? 'Max' : 'Min';
  return [
    of(kernel, 'of two copies', 'fail', [2, 3], (tf, x) => tf[op](tf.concat([x, x], 1), -1)),
    of(kernel, 'of everything', 'pass', [2, 3], (tf, x) => tf[op](x)),
    of(kernel, 'along two axes', 'pass', [2, 3, 2], (tf, x) => tf[op](x, [0, 2], true)),
  ];
});

const padded: readonly WrongCase[] = (['reflect', 'symmetric'] as const).flatMap((mode) => [
  of('MirrorPad', `${mode}, one axis`, 'fail', [4], (tf, x) => tf.mirrorPad(x, [[1, 2]], mode)),
  of('MirrorPad', `${mode}, corners`, 'fail', [2, 3, 2], (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [1, 1],
        [2, 0],
        [0, 1],
      ],
      mode,
    ),
  ),
]);

const tiled: readonly WrongCase[] = [
  of('Tile', 'rank 3', 'pass', [1, 3, 2], (tf, x) => tf.tile(x, [2, 1, 3])),
  of('Tile', 'rank 5', 'unsupported', [2, 1, 2, 1, 3], (tf, x) => tf.tile(x, [1, 2, 2, 3, 1])),
];

const sizes: readonly [from: readonly number[], to: readonly [number, number]][] = [
  [
    [2, 3, 4, 2],
    [5, 7],
  ],
  [
    [1, 4, 3, 1],
    [2, 2],
  ],
  [
    [1, 1, 2, 1],
    [3, 1],
  ],
];
const resized: readonly WrongCase[] = sizes.flatMap(([from, to]) =>
  (['resizeBilinear', 'resizeNearestNeighbor'] as const).flatMap((op) =>
    (
      [
        [false, true],
        [false, false],
        [true, false],
      ] as const
    ).map(([alignCorners, halfPixelCenters]) =>
      of(
        op === 'resizeBilinear' ? 'ResizeBilinear' : 'ResizeNearestNeighbor',
        `[${from}] to [${to}]${alignCorners ? ', aligned corners' : ''}${halfPixelCenters ? ', half pixels' : ''}`,
        halfPixelCenters ? 'fail' : 'pass',
        from,
        (tf, x) => tf.image[op](x as Tensor4D, [...to], alignCorners, halfPixelCenters),
      ),
    ),
  ),
);

const lookups: readonly [
  shape: readonly number[],
  indices: readonly number[],
  axis: number,
  batchDims: number,
][] = [
  [[4, 3], [5], 0, 0],
  [[3, 4], [2, 2], -1, 0],
  [[2, 3, 2], [2, 2], 1, 1],
  [[2, 3, 4], [2, 3], 2, 1],
  [[2, 2, 3, 2], [2, 2, 2], 2, 2],
  [[2, 2, 2, 3], [2, 2], -1, 2],
];
const gathered: readonly WrongCase[] = lookups.map(([shape, indices, axis, batchDims]) =>
  of(
    'GatherV2',
    `[${shape}] by [${indices}], axis ${axis}, batchDims ${batchDims}`,
    batchDims > 1 ? 'unsupported' : 'pass',
    shape,
    (tf, x) => {
      const size = sizeOf(indices);
      // Some places twice, some never.
      const places = Array.from({ length: size }, (_, i) => (2 * i + Number(i > 1)) % shape.at(axis)!);
      return tf.gather(x, tf.tensor(places, [...indices], 'int32'), axis, batchDims);
    },
  ),
);

type Pad = 'valid' | 'same' | number;
const dilated: readonly WrongCase[] = (
  [
    [1, 'valid', 2],
    [1, 'same', [2, 1]],
    [1, 1, 2],
    [2, 'same', 1],
  ] as readonly [strides: number, pad: Pad, dilations: number | [number, number]][]
).flatMap(([strides, pad, dilations]) => [
  ofTwo(
    'Conv2D',
    `strides ${strides}, pad ${pad}, dilations ${dilations}`,
    dilations === 1 ? 'pass' : 'unsupported',
    [2, 5, 6, 2],
    [3, 2, 2, 3],
    (tf, x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', dilations),
  ),
  ofTwo(
    'DepthwiseConv2dNative',
    `strides ${strides}, pad ${pad}, dilations ${dilations}`,
    dilations === 1 ? 'pass' : 'unsupported',
    [2, 5, 6, 2],
    [3, 2, 2, 2],
    (tf, x, filter) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', dilations),
  ),
]);
const deep: readonly WrongCase[] = [
  ofTwo('Conv2D', 'channels first, dilations 2', 'unsupported', [1, 2, 5, 5], [2, 2, 2, 1], (tf, x, filter) =>
    tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same', 'NCHW', 2),
  ),
  ofTwo('Conv2D', 'conv1d, dilation 2', 'unsupported', [2, 6, 2], [3, 2, 2], (tf, x, filter) =>
    tf.conv1d(x as Tensor3D, filter as Tensor3D, 1, 'same', 'NWC', 2),
  ),
  ofTwo('Conv3D', 'dilations [1,2,2]', 'unsupported', [1, 3, 4, 4, 2], [2, 2, 2, 2, 1], (tf, x, filter) =>
    tf.conv3d(x as Tensor5D, filter as Tensor5D, 1, 'same', 'NDHWC', [1, 2, 2]),
  ),
  ofTwo('Conv3D', 'dilation 2', 'unsupported', [1, 3, 3, 3, 2], [2, 2, 2, 2, 1], (tf, x, filter) =>
    tf.conv3d(x as Tensor5D, filter as Tensor5D, 1, 'same', 'NDHWC', 2),
  ),
];

const normalized: readonly WrongCase[] = (['x', 'scale', 'offset', 'scale and offset'] as const).map(
  (given) => ({
    kernel: 'FusedBatchNorm',
    name: `x, mean and variance, ${given === 'x' ? 'no scale, no offset' : given}`,
    // With a scale and no offset TensorFlow.js returns a wrong gradient, because the tape has fewer inputs than the
    // gradient expects; without a scale it refuses.
    upstream: ({ scale: 'fail', 'scale and offset': 'pass' } as const)[given as string] ?? 'unsupported',
    inputs: {
      x: signed([2, 3, 2]),
      mean: signed([2], 2),
      variance: { shape: [2], values: [0.7, 1.9] },
      ...(given.includes('scale') ? { scale: signed([2], 3) } : {}),
      ...(given.includes('offset') ? { offset: signed([2], 4) } : {}),
    },
    forward: (tf: TF, { x, mean, variance, scale, offset }: Record<string, Tensor>) =>
      tf.batchNorm(x!, mean as never, variance as never, offset as never, scale as never, 0.1),
  }),
);

export const wrongCases: readonly WrongCase[] = [
  ...steps,
  ...sums,
  ...products,
  zero,
  ...broadcast,
  ...matrices,
  ...copies,
  ...padded,
  ...tiled,
  ...resized,
  ...gathered,
  ...dilated,
  ...deep,
  ...normalized,
];
