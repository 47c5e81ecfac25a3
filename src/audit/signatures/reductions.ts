import { call, type Expression, input, picked } from '../expression.ts';
import type { Choices, Domain } from '../generate/choices.ts';
import type { Signature } from './signature.ts';

const x = input('x');

/** All axes, one, or several in order. */
function axesOf(choices: Choices, rank: number): number | number[] | undefined {
  const how = choices.pick(['all', 'one', 'several'] as const);
  if (how === 'all' || rank === 0) return undefined;
  if (how === 'one') return choices.axis(rank);
  return Array.from({ length: rank }, (_, axis) => axis).filter(() => choices.flag());
}

const reduction = (kernel: string, op: string, domain?: Domain): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const shape = choices.shape(0, 5);
    const axis = axesOf(choices, shape.length);
    const keepDims = choices.flag();
    return {
      attributes: { axis: axis ?? 'all', keepDims },
      inputs: { x: choices.values(shape, domain) },
      expression: call(op, x, axis, keepDims),
    };
  },
});

/** Along one axis. */
const along = (
  kernel: string,
  op: string,
  domain?: Domain,
  f: (axis: number) => Expression = (axis) => call(op, x, axis),
): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const shape = choices.shape(1, 5);
    const axis = choices.axis(shape.length);
    return { attributes: { axis }, inputs: { x: choices.values(shape, domain) }, expression: f(axis) };
  },
});

/** The norm of a zero vector has no gradient, so no value is 0. */
const norm: Signature = {
  kernel: 'Sum',
  op: 'norm',
  draw: (choices) => {
    const shape = choices.shape(1, 5);
    const axis = choices.axis(shape.length);
    const { values, ...drawn } = choices.values(shape);
    const inputs = { x: { ...drawn, values: values.map((value) => value || 0.5) } };
    return { attributes: { axis }, inputs, expression: call('norm', x, 'euclidean', axis) };
  },
};

/** Softmax supports only the last axis. */
const lastAxis = (kernel: string, op: string): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const shape = choices.shape(1, 4);
    const axis = choices.pick([-1, shape.length - 1]);
    return {
      attributes: { axis },
      inputs: { x: choices.values(shape, choices.pick([[-2, 2] as const, [-15, 15] as const])) },
      expression: call(op, x, axis),
    };
  },
});

const cumulative = (kernel: string, op: string): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const shape = choices.shape(1, 4);
    // The only negative axis is the last one, because the kernel accepts no other.
    const axis = choices.pick([...shape.keys(), -1]);
    const exclusive = choices.flag();
    const reverse = choices.flag();
    return {
      attributes: { axis, exclusive, reverse },
      inputs: { x: choices.values(shape, [-1.5, 1.6]) },
      expression: call(op, x, axis, exclusive, reverse),
    };
  },
});

/** An index, times x along that axis: by itself an index has no gradient. */
const place = (kernel: string, op: string): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const shape = choices.shape(1, 4);
    const axis = choices.axis(shape.length);
    const found = call('expandDims', call('cast', call(op, x, axis), 'float32'), axis);
    return {
      attributes: { axis },
      inputs: { x: choices.values(shape) },
      expression: call('mul', x, found),
    };
  },
});

const segments: Signature = {
  kernel: 'UnsortedSegmentSum',
  op: 'unsortedSegmentSum',
  draw: (choices) => {
    const shape = choices.shape(1, 4);
    const count = choices.between(1, 4);
    return {
      attributes: { segments: count },
      inputs: {
        x: choices.values(shape),
        ids: choices.integers([shape[0]!], choices.pick([0, -1]), count - 1),
      },
      expression: call('unsortedSegmentSum', x, input('ids'), count),
    };
  },
};

const topk: Signature = {
  kernel: 'TopK',
  op: 'topk',
  draw: (choices) => {
    const shape = choices.shape(1, 4);
    const k = choices.between(1, shape.at(-1)!);
    return {
      attributes: { k },
      inputs: { x: choices.values(shape) },
      expression: picked('values', 'topk', x, k),
    };
  },
};

const bincount: Signature = {
  kernel: 'DenseBincount',
  op: 'denseBincount',
  draw: (choices) => {
    const shape = choices.shape(1, 2);
    const size = choices.between(1, 4);
    return {
      attributes: { size },
      inputs: { x: choices.integers(shape, 0, size - 1), weights: choices.values(shape) },
      expression: call('denseBincount', x, input('weights'), size),
    };
  },
};

/** Reductions along axes: sums, products, extremes, running sums, indices, and sums by segment. */
export const reductions: readonly Signature[] = [
  reduction('Sum', 'sum'),
  reduction('Mean', 'mean'),
  reduction('Max', 'max'),
  reduction('Max', 'max', [-3, -1]),
  reduction('Min', 'min'),
  reduction('Prod', 'prod', [-1.5, 1.6]),
  reduction('Sum', 'logSumExp'),
  norm,
  along('Mean', 'moments', undefined, (axis) => picked('variance', 'moments', x, axis)),
  lastAxis('Softmax', 'softmax'),
  lastAxis('LogSoftmax', 'logSoftmax'),
  cumulative('Cumsum', 'cumsum'),
  cumulative('Cumprod', 'cumprod'),
  place('ArgMax', 'argMax'),
  place('ArgMin', 'argMin'),
  segments,
  topk,
  bincount,
];
