import type { Tensor, TF } from '../../gradcheck/index.ts';
import { type AuditCase, auditCase } from '../case.ts';
import { between, type CaseValues, given, integers, signed } from '../values.ts';

type Axis = number | number[] | undefined;
type Reduction = (tf: TF, x: Tensor, axis: Axis, keepDims: boolean) => Tensor;
type Domain = (shape: readonly number[]) => CaseValues;

const any: Domain = (shape) => signed(shape);

const ops: readonly [kernel: string, op: string, f: Reduction, domain: Domain, note?: string][] = [
  ['Sum', 'sum', (tf, x, axis, keepDims) => tf.sum(x, axis, keepDims), any],
  ['Mean', 'mean', (tf, x, axis, keepDims) => tf.mean(x, axis, keepDims), any],
  ['Max', 'max', (tf, x, axis, keepDims) => tf.max(x, axis, keepDims), any],
  [
    'Max',
    'max',
    (tf, x, axis, keepDims) => tf.max(x, axis, keepDims),
    (s) => between(s, -3, -1),
    'negative values',
  ],
  ['Min', 'min', (tf, x, axis, keepDims) => tf.min(x, axis, keepDims), any],
  ['Prod', 'prod', (tf, x, axis, keepDims) => tf.prod(x, axis, keepDims), (s) => between(s, -1.5, 1.6)],
];

const variants: readonly [shape: readonly number[], axis: Axis, keepDims: boolean][] = [
  [[5], undefined, false],
  [[2, 3, 2], undefined, false],
  [[2, 3, 2], 0, false],
  [[2, 3, 2], 1, false],
  [[2, 3, 2], -1, false],
  [[2, 3, 2], 1, true],
  [[2, 3, 2], [0, 2], false],
  [[2, 3, 2], [1, 2], true],
  [[2, 3, 2], [0, 1], false],
];

const picked = (kernel: string, op: string, f: (tf: TF, x: Tensor, axis: number) => Tensor): AuditCase[] =>
  [0, 1].map((axis) =>
    // The index of the largest element times x: an index by itself has no gradient.
    auditCase(kernel, op, { axis, note: 'times x' }, { x: signed([3, 3]) }, (tf, { x }) =>
      tf.mul(x, tf.cast(f(tf, x, axis), 'float32')),
    ),
  );

/** Sums, means, extremes and products along axes, running sums, and sums by segment. */
export const reductions: readonly AuditCase[] = [
  ...ops.flatMap(([kernel, op, f, domain, note]) =>
    variants.map(([shape, axis, keepDims]) => {
      const attributes = { axis: axis ?? 'all', keepDims, ...(note === undefined ? {} : { note }) };
      return auditCase(kernel, op, attributes, { x: domain(shape) }, (tf, { x }) => f(tf, x, axis, keepDims));
    }),
  ),
  auditCase('Prod', 'prod', 'with one 0', { x: given([2, 3], [0.5, 0, -1.5, 2, 0.25, 0.75]) }, (tf, { x }) =>
    tf.prod(x, 1),
  ),
  ...picked('ArgMax', 'argMax', (tf, x, axis) => tf.argMax(x, axis)),
  ...picked('ArgMin', 'argMin', (tf, x, axis) => tf.argMin(x, axis)),
  ...(
    [
      [[5], 0, false, false],
      [[3, 4], 1, false, false],
      [[3, 4], 1, true, false],
      [[3, 4], 1, false, true],
      [[3, 4], 1, true, true],
      [[3, 4], 0, false, false],
      [[3, 3], 0, false, false],
      [[2, 3, 2], 1, false, false],
      [[2, 3, 2], 2, false, false],
      [[2, 3, 2], -1, false, false],
    ] as const
  ).map(([shape, axis, exclusive, reverse]) =>
    auditCase(
      'Cumsum',
      'cumsum',
      { axis, exclusive, reverse },
      { x: signed(shape as readonly number[]) },
      (tf, { x }) => tf.cumsum(x, axis, exclusive, reverse),
    ),
  ),
  auditCase(
    'UnsortedSegmentSum',
    'unsortedSegmentSum',
    '2 segments',
    { x: signed([4]), segments: integers([4], [1, 0, 1, 1]) },
    (tf, { x, segments }) => tf.unsortedSegmentSum(x, segments, 2),
  ),
  auditCase(
    'UnsortedSegmentSum',
    'unsortedSegmentSum',
    '4 segments, one empty',
    { x: signed([5, 2, 2]), segments: integers([5], [3, 0, 1, 3, 0]) },
    (tf, { x, segments }) => tf.unsortedSegmentSum(x, segments, 4),
  ),
  auditCase(
    'UnsortedSegmentSum',
    'unsortedSegmentSum',
    'negative ids are dropped',
    { x: signed([4, 2]), segments: integers([4], [1, -1, 0, -1]) },
    (tf, { x, segments }) => tf.unsortedSegmentSum(x, segments, 2),
  ),
  ...[-1, 1].flatMap((axis) => [
    auditCase('Softmax', 'softmax', { axis }, { x: signed([3, 4]) }, (tf, { x }) => tf.softmax(x, axis)),
    auditCase('LogSoftmax', 'logSoftmax', { axis }, { x: signed([3, 4]) }, (tf, { x }) =>
      tf.logSoftmax(x, axis),
    ),
  ]),
  auditCase('Softmax', 'softmax', 'wide range', { x: between([2, 3, 4], -15, 15) }, (tf, { x }) =>
    tf.softmax(x),
  ),
  auditCase('LogSoftmax', 'logSoftmax', 'wide range', { x: between([2, 3, 4], -15, 15) }, (tf, { x }) =>
    tf.logSoftmax(x),
  ),
  auditCase('Sum', 'logSumExp', { axis: 1 }, { x: signed([3, 4]) }, (tf, { x }) => tf.logSumExp(x, 1)),
  auditCase('Sum', 'norm', { ord: 'euclidean', axis: 1 }, { x: signed([3, 4]) }, (tf, { x }) =>
    tf.norm(x, 'euclidean', 1),
  ),
  auditCase(
    'Mean',
    'moments',
    { axis: 0, note: 'variance' },
    { x: signed([3, 4]) },
    (tf, { x }) => tf.moments(x, 0).variance,
  ),
];
