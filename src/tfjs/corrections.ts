import {
  broadcast_util,
  getBackend,
  getKernel,
  type KernelBackend,
  type KernelFunc,
  type Tensor,
  type TensorInfo,
  tidy,
  util,
} from '@tensorflow/tfjs';

/** A shipped kernel with what it gets wrong done another way, and all else left to it. */
export type Correction = (shipped: KernelFunc, kernelName: string) => KernelFunc;

/** A kernel out of ops, whose intermediate tensors are disposed. */
export const outOf = (work: () => TensorInfo | TensorInfo[]): TensorInfo => tidy(work as () => Tensor);

/** cumsum and cumprod: the kernels of cpu and wasm take a negative axis for one that is not there. */
export const resolvedAxis: Correction = (shipped) => (parameters) => {
  const { axis } = parameters.attrs as unknown as { axis: number };
  const [resolved] = util.parseAxisParam(axis, (parameters.inputs.x as TensorInfo).shape);
  return shipped({ ...parameters, attrs: { ...parameters.attrs, axis: resolved! } });
};

/**
 * matMul of batches that are broadcast: the kernels of cpu and wasm count through both as if only a single matrix, or
 * leading axes, could be repeated, and mistake [2,3] matrices by [2,1] or make half of [2,1] by [1,2].
 */
export const alignedBatches: Correction = (shipped) => (parameters) => {
  const { a, b } = parameters.inputs as Record<'a' | 'b', TensorInfo>;
  const [batchOfA, batchOfB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const isSingle = util.sizeFromShape(batchOfA) === 1 || util.sizeFromShape(batchOfB) === 1;
  if (isSingle || util.arraysEqual(batchOfA, batchOfB)) return shipped(parameters);
  const batch = broadcast_util.assertAndGetBroadcastShape(batchOfA, batchOfB);
  const backend = parameters.backend as KernelBackend;
  const tile = getKernel('Tile', getBackend()).kernelFunc;
  // By the kernel: operands of kernels need not be tensors that ops take.
  const repeated = (matrices: TensorInfo): TensorInfo => {
    const ones = new Array<number>(batch.length + 2 - matrices.shape.length).fill(1);
    const shape = [...ones, ...matrices.shape];
    const reps = shape.map((length, axis) => (axis < batch.length ? batch[axis]! / length : 1));
    return tile({ inputs: { x: { ...matrices, shape } }, attrs: { reps }, backend }) as TensorInfo;
  };
  const whole = { a: repeated(a), b: repeated(b) };
  try {
    return shipped({ ...parameters, inputs: { ...parameters.inputs, ...whole } });
  } finally {
    for (const { dataId } of Object.values(whole)) backend.disposeData(dataId);
  }
};
