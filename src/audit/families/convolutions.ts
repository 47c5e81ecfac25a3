import type { Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import { type AuditCase, auditCase } from '../case.ts';
import { signed } from '../values.ts';

type Pad = 'valid' | 'same' | number;
type Sides = [number, number];
type Explicit = [Sides, Sides, Sides, Sides];

interface Geometry {
  readonly image: readonly [number, number, number, number];
  readonly filter: readonly [number, number];
  readonly strides: number | Sides;
  readonly pad: Pad | Explicit;
}

const geometries: readonly Geometry[] = [
  { image: [1, 4, 4, 1], filter: [3, 3], strides: 1, pad: 'valid' },
  { image: [2, 4, 5, 2], filter: [3, 2], strides: 1, pad: 'same' },
  { image: [2, 5, 5, 2], filter: [3, 3], strides: 2, pad: 'valid' },
  { image: [2, 5, 4, 2], filter: [3, 3], strides: 2, pad: 'same' },
  { image: [2, 5, 5, 1], filter: [2, 3], strides: [1, 2], pad: 'same' },
  { image: [2, 6, 6, 2], filter: [2, 2], strides: 3, pad: 'valid' },
  { image: [1, 3, 3, 2], filter: [3, 3], strides: 1, pad: 1 },
  {
    image: [2, 4, 4, 1],
    filter: [3, 3],
    strides: 1,
    pad: [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  },
  { image: [2, 3, 3, 2], filter: [1, 1], strides: 1, pad: 'valid' },
];

const flat: readonly AuditCase[] = geometries.flatMap((geometry) => {
  const { image, filter, strides, pad } = geometry;
  const channels = image[3];
  return [
    auditCase(
      'Conv2D',
      'conv2d',
      { strides, pad },
      { x: signed(image), filter: signed([...filter, channels, 3] as const, 2.2) },
      (tf, inputs) => tf.conv2d(inputs.x as Tensor4D, inputs.filter as Tensor4D, strides, pad as Pad),
    ),
    auditCase(
      'DepthwiseConv2dNative',
      'depthwiseConv2d',
      { strides, pad },
      { x: signed(image), filter: signed([...filter, channels, 2] as const, 2.2) },
      (tf, inputs) =>
        tf.depthwiseConv2d(inputs.x as Tensor4D, inputs.filter as Tensor4D, strides, pad as Pad),
    ),
  ];
});

/** Includes outputs that are larger than the input. */
const transposed: readonly AuditCase[] = (
  [
    [[1, 2, 2, 2], [1, 4, 4, 1], [3, 3], 1, 'valid'],
    [[2, 2, 3, 2], [2, 4, 6, 3], [3, 3], 2, 'same'],
    [[2, 2, 2, 1], [2, 5, 5, 2], [3, 3], 2, 'valid'],
    [[2, 3, 3, 2], [2, 3, 3, 2], [2, 2], 1, 'same'],
  ] as const
).map(([image, output, filter, strides, pad]) =>
  auditCase(
    'Conv2DBackpropInput',
    'conv2dTranspose',
    { to: output, strides, pad },
    { x: signed(image), filter: signed([...filter, output[3], image[3]] as const, 2.2) },
    (tf, inputs) =>
      tf.conv2dTranspose(inputs.x as Tensor4D, inputs.filter as Tensor4D, [...output], strides, pad),
  ),
);

const deep: readonly AuditCase[] = (
  [
    [[1, 3, 3, 3, 1], [2, 2, 2], 1, 'valid'],
    [[2, 3, 3, 2, 2], [2, 3, 2], 1, 'same'],
    [[2, 4, 3, 3, 1], [2, 2, 2], 2, 'same'],
    [[2, 3, 4, 3, 1], [2, 2, 1], [1, 2, 1], 'valid'],
    [[1, 4, 3, 6, 1], [1, 1, 1], [2, 1, 3], 'same'],
  ] as const
).flatMap(([image, filter, strides, pad]) => [
  auditCase(
    'Conv3D',
    'conv3d',
    { strides, pad },
    { x: signed(image), filter: signed([...filter, image[4], 2] as const, 2.2) },
    (tf, inputs) =>
      tf.conv3d(
        inputs.x as Tensor5D,
        inputs.filter as Tensor5D,
        strides as number | [number, number, number],
        pad,
      ),
  ),
]);

/** Convolutions over one, two and three axes, depthwise, separable, transposed and fused. */
export const convolutions: readonly AuditCase[] = [
  ...flat,
  auditCase(
    'Conv2D',
    'conv2d',
    'image without a batch',
    { x: signed([4, 4, 2]), filter: signed([2, 2, 2, 1], 2) },
    (tf, { x, filter }) => tf.conv2d(x, filter, 1, 'valid'),
  ),
  auditCase(
    'Conv2D',
    'conv2d',
    { dataFormat: 'NCHW', strides: 1, pad: 'same' },
    { x: signed([2, 2, 4, 4]), filter: signed([3, 3, 2, 2], 2) },
    (tf, { x, filter }) => tf.conv2d(x, filter, 1, 'same', 'NCHW'),
  ),
  auditCase(
    'Conv2D',
    'conv2d',
    { dilations: 2 },
    { x: signed([1, 5, 5, 1]), filter: signed([2, 2, 1, 1], 2) },
    (tf, { x, filter }) => tf.conv2d(x, filter, 1, 'valid', 'NHWC', 2),
  ),
  auditCase(
    'DepthwiseConv2dNative',
    'depthwiseConv2d',
    { dilations: 2 },
    { x: signed([1, 5, 5, 1]), filter: signed([2, 2, 1, 1], 2) },
    (tf, { x, filter }) => tf.depthwiseConv2d(x, filter, 1, 'valid', 'NHWC', 2),
  ),
  auditCase(
    'Conv3D',
    'conv3d',
    { dilations: 2 },
    { x: signed([1, 4, 4, 4, 1]), filter: signed([2, 2, 2, 1, 1], 2) },
    (tf, { x, filter }) => tf.conv3d(x, filter, 1, 'valid', 'NDHWC', 2),
  ),
  ...(['valid', 'same'] as const).flatMap((pad) =>
    [1, 2].map((stride) =>
      auditCase(
        'Conv2D',
        'conv1d',
        { stride, pad },
        { x: signed([2, 5, 2]), filter: signed([3, 2, 3], 2) },
        (tf, { x, filter }) => tf.conv1d(x as Tensor3D, filter as Tensor3D, stride, pad),
      ),
    ),
  ),
  ...([1, 2] as const).map((strides) =>
    auditCase(
      'DepthwiseConv2dNative',
      'separableConv2d',
      { strides, pad: 'same' },
      { x: signed([2, 4, 4, 2]), depthwise: signed([2, 2, 2, 2], 2), pointwise: signed([1, 1, 4, 2], 3) },
      (tf, { x, depthwise, pointwise }) => tf.separableConv2d(x, depthwise, pointwise, strides, 'same'),
    ),
  ),
  ...transposed,
  ...deep,
  ...(['relu', 'linear'] as const).flatMap((activation) => [
    auditCase(
      'FusedConv2D',
      'fused.conv2d',
      { strides: 1, pad: 'same', activation },
      { x: signed([2, 4, 4, 2]), filter: signed([3, 3, 2, 2], 2), bias: signed([2], 3) },
      (tf, { x, filter, bias }) => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation }),
    ),
    auditCase(
      'FusedDepthwiseConv2D',
      'fused.depthwiseConv2d',
      { strides: 1, pad: 'same', activation },
      { x: signed([2, 4, 4, 2]), filter: signed([3, 3, 2, 1], 2), bias: signed([2], 3) },
      (tf, { x, filter, bias }) =>
        tf.fused.depthwiseConv2d({ x, filter, bias, strides: 1, pad: 'same', activation }),
    ),
  ]),
];
