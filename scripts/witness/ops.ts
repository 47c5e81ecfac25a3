import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { GradcheckSpec } from '../../src/gradcheck/types.ts';
import { sizeOf } from '../../src/numerics/shape.ts';
import type { TF } from '../../src/tfjs/types.ts';

/** Distinct values of both signs in -1..1: sines at steps of 1.3 radians. */
const signed = (shape: readonly number[], phase = 1): { shape: readonly number[]; values: number[] } => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1.3 * i + phase)),
});

const int = (tf: TF, values: readonly number[], shape: readonly number[] = [values.length]): Tensor =>
  tf.tensor([...values], [...shape], 'int32');

const unary = (shape: readonly number[], f: (tf: TF, x: Tensor) => Tensor): GradcheckSpec => ({
  inputs: { x: signed(shape) },
  forward: (tf, { x }) => f(tf, x!),
});
const binary = (
  shapes: readonly [readonly number[], readonly number[]],
  f: (tf: TF, a: Tensor, b: Tensor) => Tensor,
): GradcheckSpec => ({
  inputs: { a: signed(shapes[0]), b: signed(shapes[1], 2) },
  forward: (tf, { a, b }) => f(tf, a!, b!),
});
/** The gradient of f's sum in x, as a function: its own gradient is a second derivative. */
const gradientOf = (shape: readonly number[], f: (tf: TF, x: Tensor) => Tensor): GradcheckSpec =>
  unary(shape, (tf, x) => tf.grad((at: Tensor) => tf.sum(f(tf, at)))(x));

/** Ops with gradients from backproof/gradients; ops.py has a function of each name. */
export const ops = {
  where: unary([2, 3], (tf, x) => tf.where(tf.greater(x, 0), tf.square(x), tf.mul(x, 0.1))),
  cumprod: unary([3, 4], (tf, x) => tf.cumprod(x, 1)),
  cumprodExclusiveReverse: unary([3, 4], (tf, x) => tf.cumprod(x, 0, true, true)),
  einsum: binary(
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
    (tf, a, b) => tf.einsum('bij,bjk->bki', a, b),
  ),
  gatherND: unary([3, 4], (tf, x) => tf.gatherND(x, int(tf, [0, 1, 2, 3, 0, 1], [3, 2]))),
  scatterND: unary([3, 2], (tf, x) => tf.scatterND(int(tf, [3, 1, 3], [3, 1]), x, [4, 2])),
  stridedSlice: unary([5, 6], (tf, x) => tf.stridedSlice(x, [1, 5], [5, 0], [2, -3])),
  depthToSpace: unary([1, 2, 3, 8], (tf, x) => tf.depthToSpace(x as Tensor4D, 2)),
  topk: unary([3, 5], (tf, x) => tf.topk(x, 2).values),
  divNoNan: binary([[2, 3], [3]], (tf, a, b) => tf.divNoNan(a, b)),
  denseBincount: unary([5], (tf, x) =>
    tf.denseBincount(int(tf, [1, 0, 1, 2, 1]) as Tensor1D, x as Tensor1D, 4),
  ),
  cropAndResize: {
    inputs: {
      image: signed([2, 4, 5, 2]),
      boxes: { shape: [2, 4], values: [0.13, 0.21, 0.84, 0.93, 0.91, 0.08, 0.27, 0.72] },
    },
    forward: (tf, { image, boxes }) =>
      tf.image.cropAndResize(image as Tensor4D, boxes as Tensor2D, int(tf, [1, 0]) as Tensor1D, [3, 4]),
  },
  transform: unary([1, 4, 5, 2], (tf, x) =>
    tf.image.transform(
      x as Tensor4D,
      tf.tensor2d([[0.9, 0.13, -0.2, -0.11, 1.2, 0.3, 0.02, -0.01]]),
      'bilinear',
    ),
  ),
  conv3dTranspose: binary(
    [
      [1, 2, 3, 2, 2],
      [2, 2, 2, 1, 2],
    ],
    (tf, a, b) => tf.conv3dTranspose(a as Tensor5D, b as Tensor5D, [1, 4, 6, 4, 1], 2, 'valid'),
  ),
  complexAbs: binary([[4], [4]], (tf, a, b) => tf.abs(tf.complex(a, b))),
  complexProduct: binary([[4], [4]], (tf, a, b) =>
    tf.imag(tf.mul(tf.complex(a, b), tf.complex(b, tf.square(a)))),
  ),
  fft: binary(
    [
      [2, 5],
      [2, 5],
    ],
    (tf, a, b) => tf.abs(tf.fft(tf.complex(a, b))),
  ),
  ifft: binary(
    [
      [2, 4],
      [2, 4],
    ],
    (tf, a, b) => tf.imag(tf.ifft(tf.complex(a, b))),
  ),
  rfft: unary([2, 6], (tf, x) => tf.abs(tf.spectral.rfft(x))),
  localResponseNormalization: unary([1, 2, 2, 5], (tf, x) =>
    tf.localResponseNormalization(x as Tensor4D, 1, 1.5, 0.7, 0.6),
  ),
  softmaxCrossEntropy: binary(
    [
      [3, 4],
      [3, 4],
    ],
    (tf, a, b) => tf.losses.softmaxCrossEntropy(a, b),
  ),
  logSigmoid: unary([6], (tf, x) => tf.logSigmoid(tf.mul(x, 3))),
  cumsum: unary([3, 4], (tf, x) => tf.cumsum(x, 0, true, true)),
  prod: unary([2, 3, 2], (tf, x) => tf.prod(x, -2)),
  max: {
    inputs: {
      x: [
        [1, 3, 3],
        [2, 2, 2],
      ],
    },
    forward: (tf, { x }) => tf.max(x!, 1),
  },
  maximum: binary([[2, 3], [3]], (tf, a, b) => tf.maximum(a, b)),
  matMul: binary(
    [
      [2, 2, 3],
      [1, 3, 2],
    ],
    (tf, a, b) => tf.matMul(a, b),
  ),
  mirrorPad: unary([4, 3], (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [2, 1],
        [1, 2],
      ],
      'reflect',
    ),
  ),
  resizeBilinear: unary([1, 3, 4, 2], (tf, x) => tf.image.resizeBilinear(x as Tensor4D, [5, 7], false, true)),
  resizeNearestNeighbor: unary([1, 3, 4, 2], (tf, x) =>
    tf.image.resizeNearestNeighbor(x as Tensor4D, [5, 7], false, true),
  ),
  dilatedConv2d: binary(
    [
      [1, 5, 6, 2],
      [2, 2, 2, 3],
    ],
    (tf, a, b) => tf.conv2d(a as Tensor4D, b as Tensor4D, 1, 'valid', 'NHWC', [2, 3]),
  ),
  dilatedConv1d: binary(
    [
      [2, 7, 2],
      [3, 2, 3],
    ],
    (tf, a, b) => tf.conv1d(a as Tensor3D, b as Tensor3D, 1, 'valid', 'NWC', 2),
  ),
  dilatedDepthwiseConv2d: binary(
    [
      [1, 5, 6, 2],
      [2, 2, 2, 2],
    ],
    (tf, a, b) => tf.depthwiseConv2d(a as Tensor4D, b as Tensor4D, 1, 'valid', 'NHWC', [3, 2]),
  ),
  dilatedConv3d: binary(
    [
      [1, 4, 5, 4, 2],
      [2, 2, 2, 2, 3],
    ],
    (tf, a, b) => tf.conv3d(a as Tensor5D, b as Tensor5D, 1, 'valid', 'NDHWC', [2, 3, 1]),
  ),
  conv3d: binary(
    [
      [2, 4, 5, 3, 2],
      [2, 1, 2, 2, 3],
    ],
    (tf, a, b) => tf.conv3d(a as Tensor5D, b as Tensor5D, [2, 3, 1], 'valid'),
  ),
  conv3dStepsOver: binary(
    [
      [1, 4, 5, 7, 2],
      [1, 1, 1, 2, 3],
    ],
    (tf, a, b) => tf.conv3d(a as Tensor5D, b as Tensor5D, [2, 2, 3], 'same'),
  ),
  avgPool: unary([2, 5, 4, 2], (tf, x) => tf.avgPool(x as Tensor4D, 3, 2, 1)),
  avgPool3d: unary([2, 4, 5, 3, 2], (tf, x) => tf.avgPool3d(x as Tensor5D, 3, 2, 1)),
  maxPool3d: unary([2, 3, 4, 5, 2], (tf, x) => tf.maxPool3d(x as Tensor5D, [1, 2, 3], [1, 2, 1], 'valid')),
  dilation2d: binary(
    [
      [1, 4, 5, 2],
      [2, 3, 2],
    ],
    (tf, a, b) => tf.dilation2d(tf.sub(a, 3) as Tensor4D, b as Tensor3D, 1, 'valid'),
  ),
  prelu: binary(
    [
      [2, 3, 4],
      [3, 1],
    ],
    (tf, a, b) => tf.prelu(a, b),
  ),
  minimum: binary(
    [
      [2, 1, 3],
      [4, 1],
    ],
    (tf, a, b) => tf.minimum(a, b),
  ),
  squaredDifference: binary([[2, 3], [3]], (tf, a, b) => tf.squaredDifference(a, b)),
  min: {
    inputs: {
      x: [
        [1, 3, 1],
        [2, 2, 2],
      ],
    },
    forward: (tf, { x }) => tf.min(x!, 1),
  },
  floorDiv: binary([[2, 3], [3]], (tf, a, b) => tf.add(tf.floorDiv(tf.mul(a, 5), b), tf.mul(a, b))),
  castToInt32: unary([6], (tf, x) =>
    tf.add(tf.cast(tf.cast(tf.mul(x, 5), 'int32'), 'float32'), tf.square(x)),
  ),
  batchNorm: {
    inputs: {
      x: signed([3, 2, 4]),
      mean: signed([4], 2),
      variance: { shape: [4], values: [0.3, 1.2, 0.8, 2.1] },
    },
    forward: (tf, { x, mean, variance }) =>
      tf.batchNorm(x!, mean as Tensor1D, variance as Tensor1D, undefined, undefined, 0.01),
  },
  tile: unary([1, 2, 1, 2, 3], (tf, x) => tf.tile(x, [2, 1, 3, 2, 1])),
  gather: unary([2, 4, 3], (tf, x) => tf.gather(x, int(tf, [3, 1, 3, 0, 0, 2], [2, 3]), 1, 1)),
  mirrorPadSymmetric: unary([3, 2], (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [2, 1],
        [1, 2],
      ],
      'symmetric',
    ),
  ),
  einsumOfOneLabel: binary([[2, 3], [4]], (tf, a, b) => tf.einsum('ij,k->k', a, b)),
  tensorScatterUpdate: binary(
    [
      [4, 2],
      [2, 2],
    ],
    (tf, a, b) => tf.tensorScatterUpdate(tf.mul(a, 3), int(tf, [3, 1], [2, 1]), b),
  ),
  stridedSliceShrunk: unary([4, 5], (tf, x) => tf.stridedSlice(x, [-2, 0], [0, 5], [1, 2], 0, 0, 0, 0, 1)),
  diag: unary([3], (tf, x) => tf.diag(tf.square(x))),
  split: unary([2, 3], (tf, x) => tf.square(tf.split(x, 1)[0]!)),
  sparseSegmentMean: unary([3, 2], (tf, x) =>
    tf.sparse.sparseSegmentMean(x, int(tf, [2, 0, 2]) as Tensor1D, int(tf, [0, 0, 1]) as Tensor1D),
  ),
  irfft: binary(
    [
      [2, 4],
      [2, 4],
    ],
    (tf, a, b) => tf.spectral.irfft(tf.complex(a, b)),
  ),
  secondAvgPool: gradientOf([1, 4, 5, 2], (tf, x) => tf.square(tf.avgPool(x as Tensor4D, 3, 2, 1))),
  secondPrelu: gradientOf([5], (tf, x) => tf.mul(tf.prelu(x, tf.scalar(0.3)), tf.square(x))),
  secondSigmoid: gradientOf([6], (tf, x) => tf.mul(x, tf.sigmoid(x))),
  secondSoftmax: gradientOf([3, 4], (tf, x) => tf.square(tf.softmax(x))),
  secondMaxPool: gradientOf([1, 5, 4, 2], (tf, x) => tf.square(tf.maxPool(x as Tensor4D, 3, 1, 'valid'))),
  secondLocalResponseNormalization: gradientOf([1, 2, 1, 5], (tf, x) =>
    tf.localResponseNormalization(x as Tensor4D, 1, 1.5, 0.7, 0.6),
  ),
  secondConv2d: gradientOf([1, 4, 4, 1], (tf, x) =>
    tf.square(tf.conv2d(x as Tensor4D, tf.tensor4d([0.3, -1, 0.7, 0.2], [2, 2, 1, 1]), 1, 'valid')),
  ),
} as const satisfies Readonly<Record<string, GradcheckSpec>>;
