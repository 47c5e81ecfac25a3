import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { EinsumAttrs, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { Correction } from '../corrections.ts';
import { einsum as einsumOf } from '../einsum.ts';

/** einsum, except of complex numbers. */
export const einsum: Correction = (shipped) => (parameters) => {
  const tensors = Object.values(parameters.inputs) as TensorInfo[];
  if (tensors.some(({ dtype }) => dtype === 'complex64')) return shipped(parameters);
  const cpu = parameters.backend as MathBackendCPU;
  const { equation } = parameters.attrs as unknown as EinsumAttrs;
  const { shape, values } = einsumOf(
    equation,
    tensors,
    ({ dataId }) => cpu.data.get(dataId).values as TypedArray,
  );
  return tensors.every(({ dtype }) => dtype === 'int32')
    ? cpu.makeTensorInfo(shape, 'int32', Int32Array.from(values))
    : cpu.makeTensorInfo(shape, 'float32', Float32Array.from(values));
};
