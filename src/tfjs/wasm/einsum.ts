import type { EinsumAttrs, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { einsum as einsumOf } from '../einsum.ts';
import type { WasmBackend } from './backend.ts';

/** einsum of one or two tensors of float32 or int32, which wasm lacks. */
export const einsum: KernelFunc = ({ inputs, backend, attrs }) => {
  const wasm = backend as WasmBackend;
  const tensors = Object.values(inputs) as TensorInfo[];
  const strange = tensors.find(({ dtype }) => dtype !== 'float32' && dtype !== 'int32');
  if (strange)
    throw new Error(`einsum: expected float32 or int32 on wasm, got ${strange.dtype}: cast it, or use cpu`);
  const { equation } = attrs as unknown as EinsumAttrs;
  const { shape, values } = einsumOf(equation, tensors, (tensor) => wasm.typedArrayFromHeap(tensor));
  const dtype = tensors.every((tensor) => tensor.dtype === 'int32') ? 'int32' : 'float32';
  const out = wasm.makeOutput(shape, dtype);
  wasm.typedArrayFromHeap(out).set(values);
  return out;
};
