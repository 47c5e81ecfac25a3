import type { Tensor, Tensor1D, Tensor2D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { TF } from '../../../src/tfjs/types.ts';
import { float, type GradientCase, given, int, of, ofTwo, signed } from './gradientCase.ts';

const steps: readonly GradientCase[] = [
  ...(['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const).map((op) =>
    of(op[0]!.toUpperCase() + op.slice(1), `where(${op}(x, 0.1))`, [2, 3], (tf, x) =>
      tf.where(tf[op](x, 0.1), tf.mul(x, 2), tf.square(x)),
    ),
  ),
  ...(['logicalAnd', 'logicalOr'] as const).map((op) =>
    of(op[0]!.toUpperCase() + op.slice(1), op, [5], (tf, x) =>
      tf.mul(x, float(tf, tf[op](tf.greater(x, -0.5), tf.less(x, 0.5)))),
    ),
  ),
  of('LogicalNot', 'logicalNot', [5], (tf, x) => tf.mul(x, float(tf, tf.logicalNot(tf.greater(x, 0))))),
  of('LogicalOr', 'logicalXor', [5], (tf, x) =>
    tf.mul(x, float(tf, tf.logicalXor(tf.greater(x, 0), tf.greater(x, 0.5)))),
  ),
  of('Any', 'any', [2, 3], (tf, x) => tf.mul(x, float(tf, tf.any(tf.greater(x, 0.9), 1, true)))),
  of('All', 'all', [2, 3], (tf, x) => tf.mul(x, float(tf, tf.all(tf.less(x, 0.9), 1, true)))),
  of('SearchSorted', 'searchSorted', [4], (tf, x) =>
    tf.mul(x, float(tf, tf.searchSorted(tf.tensor1d([-0.5, 0, 0.5]), x))),
  ),
];

const moved: readonly GradientCase[] = [
  of('GatherNd', 'rows, one of them twice', [3, 2], (tf, x) => tf.gatherND(x, int(tf, [2, 0, 2], [3, 1]))),
  of('GatherNd', 'elements', [2, 3], (tf, x) => tf.gatherND(x, int(tf, [0, 1, 1, 2], [2, 2]))),
  of('ScatterNd', 'one place twice', [3], (tf, x) => tf.scatterND(int(tf, [3, 1, 3], [3, 1]), x, [4])),
  of('ScatterNd', 'rows', [2, 2], (tf, x) => tf.scatterND(int(tf, [2, 0], [2, 1]), x, [3, 2])),
  ofTwo('TensorScatterUpdate', 'one place twice', [[4], [3]], (tf, a, b) =>
    tf.tensorScatterUpdate(tf.mul(a, 2), int(tf, [3, 1, 3], [3, 1]), b),
  ),
  ofTwo(
    'TensorScatterUpdate',
    'rows',
    [
      [3, 2],
      [1, 2],
    ],
    (tf, a, b) => tf.tensorScatterUpdate(tf.mul(a, 2), int(tf, [1], [1, 1]), b),
  ),
  ofTwo('SparseToDense', 'values and a default', [[3], []], (tf, a, b) =>
    tf.sparseToDense(int(tf, [0, 1, 2, 0, 1, 2], [3, 2]), a as Tensor1D, [3, 3] as never, b as never),
  ),
  ofTwo('SparseToDense', 'one value for all places', [[], []], (tf, a, b) =>
    tf.sparseToDense(int(tf, [1, 3]), a as never, [5], b as never),
  ),
  of('StridedSlice', 'stride 2', [6], (tf, x) => tf.stridedSlice(x, [0], [6], [2])),
  of('StridedSlice', 'stride 2 from 1, not to the end', [7], (tf, x) => tf.stridedSlice(x, [1], [6], [2])),
  of('StridedSlice', 'backwards', [7], (tf, x) => tf.stridedSlice(x, [6], [0], [-3])),
  of('StridedSlice', 'both axes, one backwards', [5, 4], (tf, x) =>
    tf.stridedSlice(x, [4, 0], [1, 4], [-2, 3]),
  ),
  of('StridedSlice', 'masks', [3, 4, 2], (tf, x) => tf.stridedSlice(x, [0, 1, 0], [0, 3, 1], [1, 1, 1], 1, 1, 0, 0, 4)), // biome-ignore format: a table
  of('StridedSlice', 'a new axis', [4, 2], (tf, x) => tf.stridedSlice(x, [0, 0], [1, 4], [1, 3], 0, 0, 0, 1)),
  of('DepthToSpace', 'block 2', [1, 2, 2, 4], (tf, x) => tf.depthToSpace(x as Tensor4D, 2)),
  of('DepthToSpace', 'block 3, several channels', [2, 1, 2, 18], (tf, x) =>
    tf.depthToSpace(x as Tensor4D, 3),
  ),
  of('TopK', 'the largest two', [2, 4], (tf, x) => tf.topk(x, 2).values),
  of('TopK', 'of a vector', [5], (tf, x) => tf.topk(x, 3).values),
  of('Diag', 'of a vector', [3], (tf, x) => tf.diag(x)),
  of('Diag', 'of a matrix', [2, 2], (tf, x) => tf.diag(x)),
  of('Unpack', 'unstack into one', [1, 3], (tf, x) => tf.square(tf.unstack(x)[0]!)),
  of('Unpack', 'unstack into three', [2, 3], (tf, x) => tf.mul(tf.unstack(x, 1)[2]!, 3)),
  of('SplitV', 'split into one', [2, 3], (tf, x) => tf.square(tf.split(x, 1)[0]!)),
  of('SplitV', 'split into two', [2, 4], (tf, x) => tf.square(tf.split(x, 2, 1)[1]!)),
  of('FlipLeftRight', 'flipLeftRight', [2, 2, 3, 2], (tf, x) => tf.image.flipLeftRight(x as Tensor4D)),
];

const sums: readonly GradientCase[] = [
  of('Cumprod', 'of a vector', [4], (tf, x) => tf.cumprod(x)),
  of('Cumprod', 'exclusive', [5], (tf, x) => tf.cumprod(x, 0, true)),
  of('Cumprod', 'reverse', [3, 2], (tf, x) => tf.cumprod(x, 0, false, true)),
  of('Cumprod', 'exclusive and reverse', [2, 3, 2], (tf, x) => tf.cumprod(x, 1, true, true)),
  {
    kernel: 'Cumprod',
    name: 'with zeros in it',
    inputs: { x: given([2, 4], [0.5, 0, -0.7, 2, 0, 1.5, 0, 3]) },
    forward: (tf, { x }) => tf.cumprod(x!, 1),
  },
  ...(
    [
      ['ij,jk->ik', [[2, 3], [3, 2]]],
      ['ij,kj->ki', [[2, 3], [4, 3]]],
      ['bij,bjk->bik', [[2, 2, 3], [2, 3, 2]]],
      ['i,j->ij', [[2], [3]]],
      ['ij,ij->', [[2, 3], [2, 3]]],
      ['ij,jk->jki', [[2, 3], [3, 2]]],
    ] as const
  ).map(([equation, shapes]) => ofTwo('Einsum', equation, shapes, (tf, a, b) => tf.einsum(equation, a, b))), // biome-ignore format: a table
  ...['ij->ji', 'ij->i', 'ij->', 'ij->j'].map((equation) =>
    of('Einsum', equation, [2, 3], (tf, x) => tf.einsum(equation, x)),
  ),
  of('DenseBincount', 'one beyond the last bin', [4], (tf, x) =>
    tf.denseBincount(int(tf, [1, 0, 1, 5]) as Tensor1D, x as Tensor1D, 2),
  ),
  of('DenseBincount', 'in rows', [2, 3], (tf, x) =>
    tf.denseBincount(int(tf, [1, 0, 1, 2, 2, 0], [2, 3]) as Tensor2D, x as Tensor2D, 3),
  ),
  of('Bincount', 'bincount', [3], (tf, x) => tf.bincount(int(tf, [1, 0, 1]) as Tensor1D, x as Tensor1D, 3)),
  of('SparseSegmentSum', 'one row twice', [3, 2], (tf, x) =>
    tf.sparse.sparseSegmentSum(x, int(tf, [2, 0, 2]) as Tensor1D, int(tf, [0, 0, 1]) as Tensor1D),
  ),
  of('SparseSegmentMean', 'one row twice', [3, 2], (tf, x) =>
    tf.sparse.sparseSegmentMean(x, int(tf, [2, 0, 2]) as Tensor1D, int(tf, [0, 0, 1]) as Tensor1D),
  ),
  ofTwo(
    'SparseFillEmptyRows',
    'values and a default',
    [[2], []],
    (tf, a, b) =>
      tf.sparse.sparseFillEmptyRows(
        int(tf, [0, 0, 2, 1], [2, 2]) as Tensor2D,
        a as Tensor1D,
        int(tf, [4, 2]) as Tensor1D,
        b as never,
      ).outputValues!,
  ),
  of('LRN', 'radius 1', [1, 2, 1, 4], (tf, x) =>
    tf.localResponseNormalization(x as Tensor4D, 1, 1.5, 0.7, 0.6),
  ),
  of('LRN', 'defaults', [1, 1, 2, 3], (tf, x) => tf.localResponseNormalization(x as Tensor4D)),
  {
    kernel: 'DivNoNan',
    name: 'a, at b = 0',
    inputs: { a: given([3], [0.5, -0.7, 1.2]) },
    forward: (tf, { a }) => tf.divNoNan(a!, tf.tensor1d([2, 0, -0.5])),
  },
  {
    kernel: 'DivNoNan',
    name: 'broadcast',
    inputs: { a: signed([2, 3]), b: given([3], [0.6, -1.2, 2]) },
    forward: (tf, { a, b }) => tf.divNoNan(a!, b!),
  },
];

const boxes = (tf: TF): Tensor2D => tf.tensor2d([[0, 0, 1, 1], [0.13, 0.4, 0.82, 0.97], [-0.2, 0.9, 0.6, 0.2]]); // biome-ignore format: a table
const projection = (tf: TF): Tensor2D => tf.tensor2d([[0.9, 0.13, -0.2, -0.11, 1.2, 0.3, 0.02, -0.01]]);

const images: readonly GradientCase[] = [
  ...(['bilinear', 'nearest'] as const).flatMap((method) =>
    (
      [
        [3, 2],
        [1, 4],
      ] as const
    ).map(
      (
        size, // biome-ignore format: a table
      ) =>
        of('CropAndResize', `${method} to ${size}`, [2, 4, 3, 2], (tf, x) =>
          tf.image.cropAndResize(
            x as Tensor4D,
            boxes(tf),
            int(tf, [1, 0, 1]) as Tensor1D,
            [...size],
            method,
            2,
          ),
        ),
    ),
  ),
  // Rows 0.5, 1.5, 2.5 and 3.5, where 4 (1/3) 0.125 + 4 (2/3) 0.875 would be a little less.
  of('CropAndResize', 'halfway between pixels', [1, 5, 1, 1], (tf, x) =>
    tf.image.cropAndResize(
      x as Tensor4D,
      tf.tensor2d([[0.125, 0.0625, 0.875, 0.5]]),
      int(tf, [0]) as Tensor1D,
      [4, 1],
      'nearest',
    ),
  ),
  {
    kernel: 'CropAndResize',
    name: 'boxes',
    inputs: {
      image: signed([2, 4, 5, 2]),
      boxes: given([2, 4], [0.13, 0.21, 0.84, 0.93, 0.91, 0.08, 0.27, 0.72]),
    },
    forward: (tf, inputs) =>
      tf.image.cropAndResize(
        inputs.image as Tensor4D,
        inputs.boxes as Tensor2D,
        int(tf, [1, 0]) as Tensor1D,
        [3, 2],
      ),
  },
  ...(['constant', 'nearest', 'reflect', 'wrap'] as const).flatMap((fillMode) =>
    (['bilinear', 'nearest'] as const).map((interpolation) =>
      of('Transform', `${interpolation}, ${fillMode}`, [1, 4, 3, 2], (tf, x) =>
        tf.image.transform(x as Tensor4D, projection(tf), interpolation, fillMode, 0.5, [5, 6]),
      ),
    ),
  ),
  of('RotateWithOffset', 'turned', [2, 3, 4, 2], (tf, x) =>
    tf.image.rotateWithOffset(x as Tensor4D, 0.6, 0.25, [0.4, 0.7]),
  ),
];

const windows: readonly GradientCase[] = [
  ofTwo(
    'Conv3DBackpropInputV2',
    'conv3dTranspose',
    [
      [1, 2, 2, 2, 1],
      [2, 2, 2, 2, 1],
    ],
    (tf, a, b) => tf.conv3dTranspose(a as Tensor5D, b as Tensor5D, [1, 3, 3, 3, 2], 1, 'valid'),
  ),
  ofTwo(
    'Conv3DBackpropInputV2',
    'conv3dTranspose, strides',
    [
      [1, 2, 2, 1, 2],
      [2, 2, 2, 1, 2],
    ],
    (tf, a, b) => tf.conv3dTranspose(a as Tensor5D, b as Tensor5D, [1, 4, 3, 2, 1], 2, 'same'),
  ),
  ...[true, false].map((withBatch) =>
    of('MaxPoolWithArgmax', `maxPoolWithArgmax, ${withBatch}`, [2, 4, 4, 2], (tf, x) => {
      const { result } = tf.maxPoolWithArgmax(x as Tensor4D, 2, 2, 'valid', withBatch) as { result: Tensor };
      return result;
    }),
  ),
];

const complexNumbers: readonly GradientCase[] = [
  ofTwo('ComplexAbs', 'abs(complex)', [[3], [3]], (tf, a, b) => tf.abs(tf.complex(a, b))),
  ofTwo('Real', 'real of a product', [[3], [3]], (tf, a, b) =>
    tf.real(tf.mul(tf.complex(a, b), tf.complex(b, tf.square(a)))),
  ),
  ofTwo('Imag', 'imag of a product', [[3], [3]], (tf, a, b) =>
    tf.imag(tf.mul(tf.complex(a, tf.neg(a)), tf.complex(b, tf.square(b)))),
  ),
  ofTwo(
    'FFT',
    'fft',
    [
      [2, 5],
      [2, 5],
    ],
    (tf, a, b) => tf.real(tf.fft(tf.complex(a, b))),
  ),
  ofTwo(
    'IFFT',
    'ifft',
    [
      [2, 4],
      [2, 4],
    ],
    (tf, a, b) => tf.imag(tf.ifft(tf.complex(a, b))),
  ),
  of('FFT', 'rfft', [2, 6], (tf, x) => tf.abs(tf.spectral.rfft(x))),
  ofTwo(
    'IFFT',
    'irfft',
    [
      [2, 4],
      [2, 4],
    ],
    (tf, a, b) => tf.spectral.irfft(tf.complex(a, b)),
  ),
  of('FFT', 'stft', [12], (tf, x) => tf.imag(tf.signal.stft(x as Tensor1D, 4, 2))),
  ofTwo(
    'Complex',
    'reshape, concat and difference',
    [
      [2, 3],
      [2, 3],
    ],
    (tf, a, b) => {
      const z = tf.reshape(tf.complex(a, b), [6]);
      return tf.abs(tf.concat([z, tf.sub(z, tf.complex(tf.reshape(b, [6]), tf.reshape(a, [6])))]));
    },
  ),
  of('Complex', 'real times complex', [3], (tf, x) =>
    tf.imag(tf.mul(x, tf.complex([0.3, -1, 2], [1, 0.5, -0.7]))),
  ),
];

const fused: readonly GradientCase[] = [
  of('FusedConv2D', 'without a bias', [1, 4, 4, 1], (tf, x) =>
    tf.fused.conv2d({ x: x as Tensor4D, filter: tf.ones([2, 2, 1, 2]), strides: 1, pad: 'same' }),
  ),
  {
    kernel: 'FusedConv2D',
    name: 'with a bias and dilations',
    inputs: { x: signed([1, 5, 5, 2]), filter: signed([2, 2, 2, 2], 2), bias: signed([2], 3) },
    forward: (tf, { x, filter, bias }) =>
      tf.fused.conv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        bias: bias!,
        strides: 1,
        pad: 'valid',
        dilations: 2,
        activation: 'relu',
      }),
  },
  {
    kernel: 'FusedConv2D',
    name: 'with a bias and dilations, linear',
    inputs: { x: signed([1, 5, 5, 2]), filter: signed([2, 2, 2, 2], 2), bias: signed([2], 3) },
    forward: (tf, { x, filter, bias }) =>
      tf.fused.conv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        bias: bias!,
        strides: 1,
        pad: 'valid',
        dilations: 2,
      }),
  },
  {
    kernel: 'FusedDepthwiseConv2D',
    name: 'with a bias and dilations',
    inputs: { x: signed([1, 5, 4, 2]), filter: signed([2, 2, 2, 1], 2), bias: signed([2], 3) },
    forward: (tf, { x, filter, bias }) =>
      tf.fused.depthwiseConv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        bias: bias!,
        strides: 1,
        pad: 'same',
        dilations: [2, 2],
      }),
  },
  {
    kernel: '_FusedMatMul',
    name: 'with a batch and a bias that are broadcast',
    inputs: { a: signed([1, 2, 3]), b: signed([2, 3, 2], 2), bias: signed([2], 3) },
    forward: (tf, { a, b, bias }) => tf.fused.matMul({ a: a!, b: b!, bias: bias! }),
  },
  of(
    '_FusedMatMul',
    'without a bias, transposed',
    [3, 2],
    (tf, x) =>
    tf.fused.matMul({ a: x, b: tf.tensor2d([[1, 2, -1], [0.5, -2, 3]]), transposeA: true, transposeB: true }), // biome-ignore format: a table
  ),
];

const traced: readonly GradientCase[] = [
  of('logSigmoid', 'of an intermediate', [2, 3], (tf, x) => tf.logSigmoid(tf.mul(x, 3))),
  ofTwo(
    'softmaxCrossEntropy',
    'labels that sum to no 1',
    [
      [2, 3],
      [2, 3],
    ],
    (tf, a, b) => tf.losses.softmaxCrossEntropy(a, b),
  ),
];

export const cases: readonly GradientCase[] = [
  ...steps,
  ...moved,
  ...sums,
  ...images,
  ...windows,
  ...complexNumbers,
  ...fused,
  ...traced,
];
