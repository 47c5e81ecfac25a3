import { type AuditCase, auditCase } from '../case.ts';
import { signed } from '../values.ts';

const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

const batches: readonly [a: readonly number[], b: readonly number[]][] = [
  [[], []],
  [[2], [2]],
  [
    [2, 2],
    [2, 2],
  ],
  [[2], [1]],
  [[1], [2]],
  [[2], []],
  [[], [2]],
  [
    [2, 1],
    [1, 2],
  ],
];

/** Products of matrices and vectors, with every transposition, and batches with and without broadcasting. */
export const matmul: readonly AuditCase[] = [
  ...batches.flatMap(([batchOfA, batchOfB]) =>
    transposes.map(([transposeA, transposeB]) => {
      const a = signed([...batchOfA, ...(transposeA ? [3, 2] : [2, 3])] as readonly number[], 1);
      const b = signed([...batchOfB, ...(transposeB ? [4, 3] : [3, 4])] as readonly number[], 2.2);
      return auditCase('BatchMatMul', 'matMul', { transposeA, transposeB }, { a, b }, (tf, inputs) =>
        tf.matMul(inputs.a, inputs.b, transposeA, transposeB),
      );
    }),
  ),
  auditCase('BatchMatMul', 'dot', '', { a: signed([3]), b: signed([3], 2) }, (tf, { a, b }) => tf.dot(a, b)),
  auditCase('BatchMatMul', 'dot', '', { a: signed([2, 3]), b: signed([3], 2) }, (tf, { a, b }) =>
    tf.dot(a, b),
  ),
  auditCase('BatchMatMul', 'outerProduct', '', { a: signed([3]), b: signed([2], 2) }, (tf, { a, b }) =>
    tf.outerProduct(a, b),
  ),
  ...(['relu', 'sigmoid', 'elu', 'linear'] as const).map((activation) =>
    auditCase(
      '_FusedMatMul',
      'fused.matMul',
      { activation },
      { a: signed([2, 3]), b: signed([3, 4], 2.2), bias: signed([4], 3) },
      (tf, { a, b, bias }) => tf.fused.matMul({ a, b, bias, activation }),
    ),
  ),
];
