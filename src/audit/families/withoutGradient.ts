import { type AuditCase, auditCase } from '../case.ts';
import { between, integers, signed } from '../values.ts';

/** Ops that could be differentiated, but whose kernel has no registered gradient. */
export const withoutGradient: readonly AuditCase[] = [
  auditCase(
    'ComplexAbs',
    'abs(complex)',
    '',
    { real: signed([3]), imag: signed([3], 2) },
    (tf, { real, imag }) => tf.abs(tf.complex(real, imag)),
  ),
  auditCase('Cumprod', 'cumprod', '', { x: signed([4]) }, (tf, { x }) => tf.cumprod(x)),
  auditCase(
    'Einsum',
    'einsum',
    { equation: 'ij,jk->ik' },
    { a: signed([2, 3]), b: signed([3, 2], 2) },
    (tf, { a, b }) => tf.einsum('ij,jk->ik', a, b),
  ),
  auditCase(
    'Einsum',
    'einsum',
    { equation: 'ij,k->k' },
    { a: signed([2, 3]), b: signed([4], 2) },
    (tf, { a, b }) => tf.einsum('ij,k->k', a, b),
  ),
  auditCase(
    'GatherNd',
    'gatherND',
    '',
    { x: signed([2, 3]), indices: integers([2, 2], [0, 1, 1, 2]) },
    (tf, { x, indices }) => tf.gatherND(x, indices),
  ),
  auditCase(
    'ScatterNd',
    'scatterND',
    '',
    { updates: signed([2]), indices: integers([2, 1], [3, 1]) },
    (tf, { updates, indices }) => tf.scatterND(indices, updates, [4]),
  ),
  auditCase('StridedSlice', 'stridedSlice', { strides: 2 }, { x: signed([6]) }, (tf, { x }) =>
    tf.stridedSlice(x, [0], [6], [2]),
  ),
  auditCase(
    'StridedSlice',
    'stridedSlice',
    { strides: [1, 2], shrinkAxisMask: 1 },
    { x: signed([3, 4]) },
    (tf, { x }) => tf.stridedSlice(x, [1, 0], [2, 4], [1, 2], 0, 0, 0, 0, 1),
  ),
  auditCase(
    'TensorScatterUpdate',
    'tensorScatterUpdate',
    'beside its input',
    { x: signed([4]), updates: signed([2], 2), indices: integers([2, 1], [3, 1]) },
    (tf, { x, updates, indices }) => tf.add(tf.tensorScatterUpdate(x, indices, updates), tf.mul(x, 2)),
  ),
  auditCase(
    'Real',
    'mul(complex)',
    'of unequal ranks',
    { a: signed([2, 3]), b: signed([3], 2) },
    (tf, { a, b }) => tf.real(tf.mul(tf.complex(a, tf.mul(a, 2)), tf.complex(b, tf.square(b)))),
  ),
  auditCase('DepthToSpace', 'depthToSpace', { block: 2 }, { x: signed([1, 2, 2, 4]) }, (tf, { x }) =>
    tf.depthToSpace(x, 2),
  ),
  auditCase('TopK', 'topk', { k: 2 }, { x: signed([2, 4]) }, (tf, { x }) => tf.topk(x, 2).values),
  auditCase('Equal', 'divNoNan', '', { a: signed([2, 3]), b: between([3], 0.4, 2) }, (tf, { a, b }) =>
    tf.divNoNan(a, b),
  ),
  auditCase(
    'DenseBincount',
    'denseBincount',
    'weights',
    { weights: signed([3]), x: integers([3], [1, 0, 1]) },
    (tf, { x, weights }) => tf.denseBincount(x, weights, 2),
  ),
  auditCase('CropAndResize', 'image.cropAndResize', '', { x: signed([1, 4, 4, 1]) }, (tf, { x }) =>
    tf.image.cropAndResize(x, [[0.1, 0.1, 0.8, 0.9]], [0], [3, 3]),
  ),
  auditCase('Transform', 'image.transform', '', { x: signed([1, 4, 4, 1]) }, (tf, { x }) =>
    tf.image.transform(x, [[1, 0.1, 0, 0, 1, 0.2, 0, 0]], 'bilinear'),
  ),
  auditCase(
    'Conv3DBackpropInputV2',
    'conv3dTranspose',
    '',
    { x: signed([1, 2, 2, 2, 1]), filter: signed([2, 2, 2, 1, 1], 2) },
    (tf, { x, filter }) => tf.conv3dTranspose(x, filter, [1, 3, 3, 3, 1], 1, 'valid'),
  ),
  auditCase(
    'Conv3DBackpropInputV2',
    'conv3dTranspose',
    { to: [1, 4, 3, 6, 1], strides: [2, 1, 3], pad: 'same' },
    { x: signed([1, 2, 3, 2, 1]), filter: signed([1, 1, 1, 1, 1], 2) },
    (tf, { x, filter }) => tf.conv3dTranspose(x, filter, [1, 4, 3, 6, 1], [2, 1, 3], 'same'),
  ),
];
