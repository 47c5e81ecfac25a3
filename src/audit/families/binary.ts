import type { Tensor, TF } from '../../gradcheck/index.ts';
import { type AuditCase, auditCase } from '../case.ts';
import { between, booleans, type CaseValues, given, integers, signed } from '../values.ts';

type Domain = (shape: readonly number[]) => CaseValues;
type Binary = (tf: TF, a: Tensor, b: Tensor) => Tensor;

const left: Domain = (shape) => signed(shape, 1);
const right: Domain = (shape) => signed(shape, 2.2);
const positive: Domain = (shape) => between(shape, 0.4, 2.5, 2.2);

const ops: readonly [kernel: string, op: string, f: Binary, a: Domain, b: Domain][] = [
  ['Add', 'add', (tf, a, b) => tf.add(a, b), left, right],
  ['Atan2', 'atan2', (tf, a, b) => tf.atan2(a, b), left, right],
  [
    'FloorDiv',
    'floorDiv',
    (tf, a, b) => tf.cast(tf.floorDiv(a, b), 'float32'),
    (shape) => between(shape, -5, 6),
    positive,
  ],
  ['Maximum', 'maximum', (tf, a, b) => tf.maximum(a, b), left, right],
  ['Minimum', 'minimum', (tf, a, b) => tf.minimum(a, b), left, right],
  ['Mod', 'mod', (tf, a, b) => tf.mod(a, b), (shape) => between(shape, -5, 6), positive],
  ['Multiply', 'mul', (tf, a, b) => tf.mul(a, b), left, right],
  ['Pow', 'pow', (tf, a, b) => tf.pow(a, b), positive, left],
  ['RealDiv', 'div', (tf, a, b) => tf.div(a, b), left, positive],
  ['SquaredDifference', 'squaredDifference', (tf, a, b) => tf.squaredDifference(a, b), left, right],
  ['Sub', 'sub', (tf, a, b) => tf.sub(a, b), left, right],
  ['Prelu', 'prelu', (tf, a, b) => tf.prelu(a, b), left, positive],
];

const shapes: readonly [a: readonly number[], b: readonly number[]][] = [
  [[5], [5]],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 3],
    [2, 1],
  ],
  [[2, 3], []],
];

/** a broadcast to b's shape: not for prelu, where only alpha may be broadcast. */
const shapesOfBoth: typeof shapes = [
  [[3], [2, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
];

const compared = (kernel: string, op: string, f: Binary): AuditCase[] =>
  [...shapes.slice(1, 3)].map(([a, b]) =>
    auditCase(kernel, op, 'times a', { a: left(a), b: right(b) }, (tf, inputs) =>
      tf.mul(inputs.a, tf.cast(f(tf, inputs.a, inputs.b), 'float32')),
    ),
  );

/** Functions of two tensors, element by element: equal shapes, and every kind of broadcasting. */
export const binary: readonly AuditCase[] = [
  ...ops.flatMap(([kernel, op, f, a, b]) =>
    [...shapes, ...(kernel === 'Prelu' ? [] : shapesOfBoth)].map(([shapeOfA, shapeOfB]) =>
      auditCase(kernel, op, '', { a: a(shapeOfA), b: b(shapeOfB) }, (tf, inputs) =>
        f(tf, inputs.a, inputs.b),
      ),
    ),
  ),
  auditCase('Pow', 'pow', 'negative base, exponent 3', { a: between([2, 3], -2, -0.4) }, (tf, { a }) =>
    tf.pow(a, 3),
  ),
  auditCase(
    'RealDiv',
    'div',
    'negative divisor',
    { a: left([2, 3]), b: between([3], -3, -0.4) },
    (tf, { a, b }) => tf.div(a, b),
  ),
  auditCase(
    'Mod',
    'mod',
    'negative divisor',
    { a: between([2, 3], -5, 6), b: between([3], -3, -0.4) },
    (tf, { a, b }) => tf.mod(a, b),
  ),
  auditCase('Multiply', 'mul', 'x by itself', { x: left([2, 3]) }, (tf, { x }) => tf.mul(x, x)),
  auditCase(
    'Multiply',
    'mul',
    'float by whole numbers',
    { a: left([2, 3]), b: integers([3], [2, -1, 3]) },
    (tf, { a, b }) => tf.mul(a, b),
  ),
  auditCase('Pow', 'pow', 'with a base 0', { a: given([3], [0, 0.5, 2]) }, (tf, { a }) => tf.pow(a, 2)),
  ...compared('GreaterEqual', 'greaterEqual', (tf, a, b) => tf.greaterEqual(a, b)),
  auditCase(
    'AddN',
    'addN',
    '',
    { a: left([2, 3]), b: right([2, 3]), c: signed([2, 3], 3) },
    (tf, { a, b, c }) => tf.addN([a, b, c]),
  ),
  auditCase('AddN', 'addN', 'the same tensor twice', { a: left([4]), b: right([4]) }, (tf, { a, b }) =>
    tf.addN([a, b, a]),
  ),
  auditCase(
    'Select',
    'where',
    '',
    { condition: booleans([2, 3]), t: left([2, 3]), e: right([2, 3]) },
    (tf, { condition, t, e }) => tf.where(condition, t, e),
  ),
  auditCase(
    'Select',
    'where',
    '',
    { condition: booleans([2, 3]), t: left([3]), e: right([2, 1]) },
    (tf, { condition, t, e }) => tf.where(condition, t, e),
  ),
];
