import {
  broadcast_util,
  getKernel,
  type KernelBackend,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type Tensor,
  type TensorInfo,
  tidy,
  util,
} from '@tensorflow/tfjs-core';
import type { TF } from './types.ts';

/** Replaces a shipped kernel: handles the cases that it gets wrong, and calls it for all others. */
export type Correction = (shipped: KernelFunc, kernelName: string) => KernelFunc;

/** A kernel made of ops, whose intermediate tensors are disposed. */
export const outOf = (work: () => TensorInfo | TensorInfo[]): TensorInfo => tidy(work as () => Tensor);

/** Chains corrections: each wraps the next as its shipped kernel, the first is the outermost. */
export const inTurn =
  (...corrections: readonly Correction[]): Correction =>
  (shipped, kernelName) =>
    corrections.reduceRight((kernel, correct) => correct(kernel, kernelName), shipped);

/**
 * Merges tables. A kernel that is in several of them gets all of its corrections, those of the first table outermost.
 */
export function combined(
  ...tables: readonly Readonly<Record<string, Correction>>[]
): Record<string, Correction> {
  const all: Record<string, Correction> = {};
  for (const [kernelName, correct] of tables.flatMap((table) => Object.entries(table)))
    all[kernelName] = all[kernelName] ? inTurn(all[kernelName], correct) : correct;
  return all;
}

/** Makes a tensor of a kernel's result, because ops do not take bare tensor data. */
export const toTensor = (tf: TF, result: TensorInfo): Tensor =>
  result instanceof tf.Tensor ? result : tf.engine().makeTensorFromTensorInfo(result);

/** A backend whose kernels are corrected here. */
export type CorrectedBackend = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/**
 * Runs the kernels of a backend by name. Kernels instead of ops, because corrections also run on bare tensor data, as
 * they do where the noise of a gradient is measured; the caller disposes of their results.
 */
export const kernelsOf =
  (backendName: CorrectedBackend, backend: object) =>
  (kernelName: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap = {}): TensorInfo =>
    getKernel(kernelName, backendName).kernelFunc({ inputs, backend, attrs }) as TensorInfo;

/** cumsum and cumprod: the kernels of every backend but native treat a negative axis as one that does not exist. */
export const resolvedAxis: Correction = (shipped) => (parameters) => {
  const { axis } = parameters.attrs as unknown as { axis: number };
  const [resolved] = util.parseAxisParam(axis, (parameters.inputs.x as TensorInfo).shape);
  return shipped({ ...parameters, attrs: { ...parameters.attrs, axis: resolved! } });
};

/**
 * matMul of broadcast batches: the kernels of every backend but native step through both batches as if only a single
 * matrix, or leading axes, could be repeated. They compute [2,3] matrices by [2,1] wrong, and only half of [2,1] by
 * [1,2].
 */
export const alignedBatches =
  (backendName: CorrectedBackend): Correction =>
  (shipped) =>
  (parameters) => {
    const { a, b } = parameters.inputs as { a: TensorInfo; b: TensorInfo };
    const backend = parameters.backend as KernelBackend;
    const [batchOfA, batchOfB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const isSingle = util.sizeFromShape(batchOfA) === 1 || util.sizeFromShape(batchOfB) === 1;
    if (isSingle || util.arraysEqual(batchOfA, batchOfB)) return shipped(parameters);
    const batch = broadcast_util.assertAndGetBroadcastShape(batchOfA, batchOfB);
    const run = kernelsOf(backendName, backend);
    const repeated = (matrices: TensorInfo): TensorInfo => {
      const missing = batch.length + 2 - matrices.shape.length;
      const shape = [...Array.from({ length: missing }, () => 1), ...matrices.shape];
      const reps = shape.map((length, axis) => (length === 1 ? (batch[axis] ?? 1) : 1));
      return run('Tile', { x: { ...matrices, shape } }, { reps });
    };
    const inputs = { ...parameters.inputs, a: repeated(a), b: repeated(b) };
    const product = shipped({ ...parameters, inputs });
    backend.disposeData(inputs.a.dataId);
    backend.disposeData(inputs.b.dataId);
    return product;
  };
