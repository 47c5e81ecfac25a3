import type { Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import { type AuditCase, auditCase } from '../case.ts';
import { between, type CaseValues, signed } from '../values.ts';

type Pad = 'valid' | 'same' | number;
type Sides = [number, number];
type Edges = [number, number, number];
type Domain = (shape: readonly number[]) => CaseValues;

const domains: readonly [note: string | null, domain: Domain][] = [
  [null, (shape) => signed(shape)],
  ['negative values', (shape) => between(shape, -4, -1)],
];

const flat: readonly [image: readonly number[], window: number | Sides, strides: number | Sides, pad: Pad][] =
  [
    [[1, 4, 4, 1], 2, 2, 'valid'],
    [[2, 5, 4, 2], 2, 1, 'valid'],
    [[2, 5, 5, 2], 3, 2, 'same'],
    [[2, 4, 5, 1], [2, 3], [2, 1], 'same'],
    [[2, 4, 4, 2], 3, 1, 1],
    [[2, 5, 5, 1], 2, 3, 'valid'],
  ];

const deep: readonly [image: readonly number[], window: number | Edges, strides: number | Edges, pad: Pad][] =
  [
    [[1, 4, 4, 4, 1], 2, 2, 'valid'],
    [[2, 3, 3, 3, 2], 2, 1, 'valid'],
    [[2, 3, 4, 3, 1], 2, 2, 'same'],
    [[1, 3, 3, 3, 1], 3, 1, 1],
    [[2, 3, 4, 3, 1], [2, 3, 1], [1, 1, 2], 'valid'],
    [[1, 3, 3, 4, 2], [1, 2, 3], [2, 1, 1], 'same'],
    [[1, 4, 3, 6, 1], 1, [2, 1, 3], 'same'],
  ];

/**
 * The largest and average value of windows over two and three axes: for values of both signs, and for negative ones
 * only.
 */
export const pooling: readonly AuditCase[] = [
  ...flat.flatMap(([image, window, strides, pad]) =>
    domains.flatMap(([note, values]) => [
      auditCase(
        'MaxPool',
        'maxPool',
        { window, strides, pad, ...(note === null ? {} : { note }) },
        { x: values(image) },
        (tf, { x }) => tf.maxPool(x as Tensor4D, window, strides, pad),
      ),
      ...(note === null
        ? [
            auditCase('AvgPool', 'avgPool', { window, strides, pad }, { x: values(image) }, (tf, { x }) =>
              tf.avgPool(x as Tensor4D, window, strides, pad),
            ),
          ]
        : []),
    ]),
  ),
  ...deep.flatMap(([image, window, strides, pad]) =>
    domains.flatMap(([note, values]) => [
      auditCase(
        'MaxPool3D',
        'maxPool3d',
        { window, strides, pad, ...(note === null ? {} : { note }) },
        { x: values(image) },
        (tf, { x }) => tf.maxPool3d(x as Tensor5D, window, strides, pad),
      ),
      ...(note === null
        ? [
            auditCase('AvgPool3D', 'avgPool3d', { window, strides, pad }, { x: values(image) }, (tf, { x }) =>
              tf.avgPool3d(x as Tensor5D, window, strides, pad),
            ),
          ]
        : []),
    ]),
  ),
  auditCase(
    'MaxPool',
    'maxPool',
    { note: 'image without a batch', window: 2, strides: 2 },
    { x: signed([4, 4, 2]) },
    (tf, { x }) => tf.maxPool(x, 2, 2, 'valid'),
  ),
  auditCase(
    'AvgPool',
    'avgPool',
    { note: 'image without a batch', window: 2, strides: 2 },
    { x: signed([4, 4, 2]) },
    (tf, { x }) => tf.avgPool(x, 2, 2, 'valid'),
  ),
  auditCase(
    'AvgPool',
    'avgPool',
    { window: 1, strides: 2, pad: 1 },
    { x: signed([1, 3, 3, 2]) },
    (tf, { x }) => tf.avgPool(x, 1, 2, 1),
  ),
  auditCase(
    'MaxPool',
    'pool',
    { type: 'max', window: 2, dilations: 2 },
    { x: signed([1, 6, 6, 1]) },
    (tf, { x }) => tf.pool(x, [2, 2], 'max', 'valid', [2, 2], [1, 1]),
  ),
  auditCase(
    'AvgPool',
    'pool',
    { type: 'avg', window: 2, dilations: 2 },
    { x: signed([1, 6, 6, 1]) },
    (tf, { x }) => tf.pool(x, [2, 2], 'avg', 'valid', [2, 2], [1, 1]),
  ),
];
