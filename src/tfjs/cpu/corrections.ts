import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { broadcast_util, type TensorInfo, type TypedArray, util } from '@tensorflow/tfjs-core';
import { alignedBatches, type Correction, resolvedAxis } from '../corrections.ts';
import { poolOfOne } from '../poolOfOne.ts';
import { stridedSlice } from '../stridedSlice.ts';
import { volumeCorrections } from '../volumes.ts';
import { einsum } from './einsum.ts';

/** transform: the shipped kernel stops after the first image, so it is called once for each image. */
const transform: Correction = (shipped) => (parameters) => {
  const { image, transforms } = parameters.inputs as { image: TensorInfo; transforms: TensorInfo };
  const cpu = parameters.backend as MathBackendCPU;
  const [batch, ...sides] = image.shape as [number, ...number[]];
  if (batch < 2) return shipped(parameters);
  /** Row n of a tensor, as a batch of 1. */
  const rowOf = ({ dataId, shape, dtype }: TensorInfo, n: number): TensorInfo => {
    const values = cpu.data.get(dataId).values as TypedArray;
    const size = util.sizeFromShape(shape.slice(1));
    const at = shape[0] === 1 ? 0 : n * size;
    return cpu.makeTensorInfo([1, ...shape.slice(1)], dtype, values.slice(at, at + size));
  };
  const outputs = Array.from({ length: batch }, (_, n) => {
    const inputs = { image: rowOf(image, n), transforms: rowOf(transforms, n) };
    const output = shipped({ ...parameters, inputs }) as TensorInfo;
    for (const { dataId } of Object.values(inputs)) cpu.disposeData(dataId);
    return output;
  });
  const [, height, width] = outputs[0]!.shape;
  const shape = [batch, height!, width!, sides.at(-1)!];
  const values = outputs.map(({ dataId }) => cpu.data.get(dataId).values as TypedArray);
  const all = new (values[0]!.constructor as Float32ArrayConstructor)(util.sizeFromShape(shape));
  for (const [n, own] of values.entries()) all.set(own as Float32Array, n * own.length);
  for (const { dataId } of outputs) cpu.disposeData(dataId);
  return cpu.makeTensorInfo(shape, image.dtype, all);
};

/**
 * add, sub and mul of complex numbers: if one has fewer axes than the other, the shipped kernels take it to be twice as
 * long and read past its end. With leading axes of length 1 they read it correctly.
 */
const complexRanks: Correction = (shipped) => (parameters) => {
  const { a, b } = parameters.inputs as { a: TensorInfo; b: TensorInfo };
  // The op has made both complex if one is.
  if (a.dtype !== 'complex64' || a.shape.length === b.shape.length) return shipped(parameters);
  const { length } = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const aligned = (tensor: TensorInfo): TensorInfo => {
    const missing = Array.from({ length: length - tensor.shape.length }, () => 1);
    const { dataId, dtype } = tensor;
    return { dataId, dtype, shape: [...missing, ...tensor.shape] };
  };
  return shipped({ ...parameters, inputs: { a: aligned(a), b: aligned(b) } });
};

/** tensorScatterUpdate: the shipped kernel writes into its input, so it gets a copy. */
const tensorScatterUpdate: Correction = (shipped) => (parameters) => {
  const tensor = parameters.inputs.tensor as TensorInfo;
  if (tensor.dtype === 'string') return shipped(parameters);
  const cpu = parameters.backend as MathBackendCPU;
  const values = cpu.data.get(tensor.dataId).values as TypedArray;
  const copy = cpu.makeTensorInfo(tensor.shape, tensor.dtype, values.slice());
  const result = shipped({ ...parameters, inputs: { ...parameters.inputs, tensor: copy } });
  cpu.disposeData(copy.dataId);
  return result;
};

/** Corrections of kernels of the cpu backend, in single and in double precision. */
export const corrections: Readonly<Record<string, Correction>> = {
  ...volumeCorrections('cpu'),
  Add: complexRanks,
  BatchMatMul: alignedBatches('cpu'),
  Cumprod: resolvedAxis,
  Cumsum: resolvedAxis,
  Einsum: einsum,
  MaxPool: poolOfOne('cpu', Number.NEGATIVE_INFINITY),
  Multiply: complexRanks,
  StridedSlice: stridedSlice('cpu'),
  Sub: complexRanks,
  TensorScatterUpdate: tensorScatterUpdate,
  Transform: transform,
  _FusedMatMul: alignedBatches('cpu'),
};
