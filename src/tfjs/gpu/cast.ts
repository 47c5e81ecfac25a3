import type { TensorInfo } from '@tensorflow/tfjs';
import type { Correction } from '../corrections.ts';
import { call, type GpuKernels } from './backend.ts';

/**
 * webgpu's Cast to float32 leaves booleans and integers unconverted in memory. The shader of transpose, which sums
 * along outer axes need, then does not compile: every kernel queued with it is lost, and zeros are read. This cast
 * converts the numbers.
 */
export const cast: Correction = (shipped) => (parameters) => {
  const x = parameters.inputs.x as TensorInfo;
  const { dtype } = parameters.attrs as unknown as { dtype: string };
  if (dtype !== 'float32' || (x.dtype !== 'bool' && x.dtype !== 'int32')) return shipped(parameters);
  const gpu = parameters.backend as GpuKernels;
  const one = gpu.makeTensorInfo([], 'float32', Float32Array.of(1));
  const result = call('Multiply', 'webgpu', parameters.backend, { a: x, b: one });
  gpu.disposeData(one.dataId);
  return result;
};
