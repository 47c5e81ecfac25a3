import {
  backend_util,
  type EinsumAttrs,
  mul,
  reshape,
  sum,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { type Correction, outOf } from '../corrections.ts';

/**
 * einsum where a summed label is not in both operands: the shipped kernels sum over only some of the labels, or leave
 * out an operand. Both operands are expanded to all labels, those of the output first, multiplied and summed.
 */
export const einsum: Correction = (shipped) => (parameters) => {
  const tensors = Object.values(parameters.inputs) as Tensor[];
  const { equation } = parameters.attrs as unknown as EinsumAttrs;
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  const isShared = summedDims.every((label) => idDims.every((labels) => labels.includes(label)));
  if (isShared) return shipped(parameters);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors);
  const labels = allDims.map((_, label) => label);
  return outOf(() => {
    const laid = tensors.map((tensor, k) => {
      const own = idDims[k]!;
      const ordered = transpose(
        tensor,
        labels.filter((label) => own.includes(label)).map((label) => own.indexOf(label)),
      );
      return reshape(
        ordered,
        labels.map((label) => (own.includes(label) ? tensor.shape[own.indexOf(label)]! : 1)),
      );
    });
    return sum(laid.length === 2 ? mul(laid[0]!, laid[1]!) : laid[0]!, summedDims);
  });
};
