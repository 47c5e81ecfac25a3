import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type TensorInfo, type TypedArray, util } from '@tensorflow/tfjs-core';
import { alignedBatches, type Correction, resolvedAxis } from '../corrections.ts';

/** transform: the shipped kernel ends after the first image. So each image has a call of its own. */
const transform: Correction = (shipped) => (parameters) => {
  const { image, transforms } = parameters.inputs as { image: TensorInfo; transforms: TensorInfo };
  const cpu = parameters.backend as MathBackendCPU;
  const [batch, ...sides] = image.shape as [number, ...number[]];
  if (batch < 2) return shipped(parameters);
  /** Row n of a tensor, with a batch of 1. */
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

/** Corrections of kernels of the cpu backend, in single precision and in double. */
export const corrections: Readonly<Record<string, Correction>> = {
  BatchMatMul: alignedBatches('cpu'),
  Cumprod: resolvedAxis,
  Cumsum: resolvedAxis,
  Transform: transform,
  _FusedMatMul: alignedBatches('cpu'),
};
