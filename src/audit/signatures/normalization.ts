import { call, input } from '../expression.ts';
import type { Signature } from './signature.ts';

const x = input('x');

const batchNorm: Signature = {
  kernel: 'FusedBatchNorm',
  op: 'batchNorm',
  draw: (choices) => {
    const shape = choices.shape(2, 4, 3);
    const parameters = choices.flag() ? shape : shape.slice(-1);
    const hasOffset = choices.flag();
    const hasScale = choices.flag();
    const varianceEpsilon = choices.pick([0.001, 0.1]);
    return {
      attributes: { varianceEpsilon },
      inputs: {
        x: choices.values(shape),
        mean: choices.values(parameters),
        variance: choices.values(parameters, [0.5, 2]),
        ...(hasOffset ? { offset: choices.values(parameters) } : {}),
        ...(hasScale ? { scale: choices.values(parameters, [0.5, 2]) } : {}),
      },
      expression: call(
        'batchNorm',
        x,
        input('mean'),
        input('variance'),
        hasOffset ? input('offset') : undefined,
        hasScale ? input('scale') : undefined,
        varianceEpsilon,
      ),
    };
  },
};

const localResponse: Signature = {
  kernel: 'LRN',
  op: 'localResponseNormalization',
  draw: (choices) => {
    const shape = [
      choices.between(1, 2),
      choices.between(1, 2),
      choices.between(1, 2),
      choices.between(1, 6),
    ];
    const radius = choices.between(1, 5);
    const bias = choices.pick([1, 0.7]);
    const alpha = choices.pick([1, 0.3]);
    const beta = choices.pick([0.5, 0.75]);
    return {
      attributes: { radius, bias, alpha, beta },
      inputs: { x: choices.values(shape) },
      expression: call('localResponseNormalization', x, radius, bias, alpha, beta),
    };
  },
};

const softmaxCrossEntropy: Signature = {
  // Not a kernel: the op is a customGrad.
  kernel: 'SoftmaxCrossEntropy',
  op: 'losses.softmaxCrossEntropy',
  draw: (choices) => {
    const shape = choices.shape(2, 2);
    return {
      inputs: { labels: choices.values(shape, [0.05, 0.95]), logits: choices.values(shape) },
      expression: call('losses.softmaxCrossEntropy', input('labels'), input('logits')),
    };
  },
};

/** Batch and local response normalization, and the loss that is a customGrad. */
export const normalization: readonly Signature[] = [batchNorm, localResponse, softmaxCrossEntropy];
