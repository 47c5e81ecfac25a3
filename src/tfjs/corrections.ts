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

/** A shipped kernel with what it gets wrong done another way, and all else left to it. */
export type Correction = (shipped: KernelFunc, kernelName: string) => KernelFunc;

/** A kernel out of ops, whose intermediate tensors are disposed. */
export const outOf = (work: () => TensorInfo | TensorInfo[]): TensorInfo => tidy(work as () => Tensor);

/** Each hands the next what it knows: the first is the outermost. */
export const inTurn =
  (...corrections: readonly Correction[]): Correction =>
  (shipped, kernelName) =>
    corrections.reduceRight((kernel, correct) => correct(kernel, kernelName), shipped);

/** Several tables as one: a kernel that more than one of them corrects is corrected in turn, the first outermost. */
export function combined(
  ...tables: readonly Readonly<Record<string, Correction>>[]
): Record<string, Correction> {
  const all: Record<string, Correction> = {};
  for (const [kernelName, correct] of tables.flatMap((table) => Object.entries(table)))
    all[kernelName] = all[kernelName] ? inTurn(all[kernelName], correct) : correct;
  return all;
}

/** A kernel's result for ops, which do not take bare tensor data. */
export const toTensor = (tf: TF, result: TensorInfo): Tensor =>
  result instanceof tf.Tensor ? result : tf.engine().makeTensorFromTensorInfo(result);

/** A backend whose kernels are corrected here. */
export type CorrectedBackend = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/**
 * Runs kernels of a backend by their names. Kernels and not ops where corrections run on bare tensor data as well, as they
 * do where the noise of a gradient is measured; their results are to be disposed.
 */
export const kernelsOf =
  (backendName: CorrectedBackend, backend: object) =>
  (kernelName: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap = {}): TensorInfo =>
    getKernel(kernelName, backendName).kernelFunc({ inputs, backend, attrs }) as TensorInfo;

/** cumsum and cumprod: the kernels of all backends but native take a negative axis for one that is not there. */
export const resolvedAxis: Correction = (shipped) => (parameters) => {
  const { axis } = parameters.attrs as unknown as { axis: number };
  const [resolved] = util.parseAxisParam(axis, (parameters.inputs.x as TensorInfo).shape);
  return shipped({ ...parameters, attrs: { ...parameters.attrs, axis: resolved! } });
};

/**
 * matMul of batches that are broadcast: the kernels of all backends but native count through both as if only a single matrix, or
 * leading axes, could be repeated, and mistake [2,3] matrices by [2,1] or make half of [2,1] by [1,2].
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
