import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { KernelFunc, MaxPool3DGradAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { maxPool3DGradient } from '../maxPool3DGradient.ts';

/**
 * The gradient of maxPool3d. The shipped cpu kernel uses the height of a window in place of its width when it records
 * the position of the maximum.
 *
 * input [batch, inDepth, inHeight, inWidth, channels], dy [batch, outDepth, outHeight, outWidth, channels].
 */
export const maxPool3DGrad: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const cpu = backend as MathBackendCPU;
  const [x, upstream] = [input, dy].map(({ dataId }) => cpu.data.get(dataId).values as Float32Array);
  const sums = maxPool3DGradient(x!, upstream!, input.shape, attrs as unknown as MaxPool3DGradAttrs);
  return cpu.makeTensorInfo(input.shape, 'float32', new Float32Array(sums));
};
