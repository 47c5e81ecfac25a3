import type { Tensor4D } from '@tensorflow/tfjs';
import { type AuditCase, auditCase } from '../case.ts';
import { between, type CaseValues, signed } from '../values.ts';

const normalized = (shape: readonly number[], parameters: readonly number[], note: string): AuditCase =>
  auditCase(
    'FusedBatchNorm',
    'batchNorm',
    note,
    {
      x: signed(shape),
      mean: signed(parameters, 2),
      variance: between(parameters, 0.5, 2, 3),
      offset: signed(parameters, 4),
      scale: between(parameters, 0.5, 2, 5),
    },
    (tf, { x, mean, variance, offset, scale }) => tf.batchNorm(x, mean, variance, offset, scale),
  );

const moments = {
  x: signed([2, 3, 2, 2]) as CaseValues,
  mean: signed([2], 2) as CaseValues,
  variance: between([2], 0.5, 2, 3) as CaseValues,
};

/** Batch and local response normalization. */
export const normalization: readonly AuditCase[] = [
  normalized([4, 2], [2], 'per channel'),
  normalized([2, 3, 2], [2], 'per channel'),
  normalized([2, 3, 2, 2], [2], 'per channel'),
  normalized([2, 2], [2, 2], 'per element'),
  normalized([2, 2, 2, 2], [2, 2, 2, 2], 'per element'),
  auditCase('FusedBatchNorm', 'batchNorm', 'no offset, no scale', moments, (tf, { x, mean, variance }) =>
    tf.batchNorm(x, mean, variance),
  ),
  auditCase(
    'FusedBatchNorm',
    'batchNorm',
    'no scale',
    { ...moments, offset: signed([2], 4) as CaseValues },
    (tf, { x, mean, variance, offset }) => tf.batchNorm(x, mean, variance, offset),
  ),
  auditCase(
    'FusedBatchNorm',
    'batchNorm',
    'no offset',
    { ...moments, scale: between([2], 0.5, 2, 5) as CaseValues },
    (tf, { x, mean, variance, scale }) => tf.batchNorm(x, mean, variance, undefined, scale),
  ),
  auditCase(
    'FusedBatchNorm',
    'batchNorm',
    { varianceEpsilon: 0.1 },
    { ...moments, offset: signed([2], 4) as CaseValues, scale: between([2], 0.5, 2, 5) as CaseValues },
    (tf, { x, mean, variance, offset, scale }) => tf.batchNorm(x, mean, variance, offset, scale, 0.1),
  ),
  ...(
    [
      [[1, 2, 2, 5], 1, 1, 1, 0.5],
      [[2, 2, 1, 6], 2, 0.7, 0.3, 0.75],
      [[2, 1, 2, 4], 5, 1, 1, 0.5],
    ] as const
  ).map(([shape, radius, bias, alpha, beta]) =>
    auditCase(
      'LRN',
      'localResponseNormalization',
      { radius, bias, alpha, beta },
      { x: signed(shape) },
      (tf, { x }) => tf.localResponseNormalization(x as Tensor4D, radius, bias, alpha, beta),
    ),
  ),
];
