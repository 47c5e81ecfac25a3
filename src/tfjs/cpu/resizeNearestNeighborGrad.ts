import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { KernelFunc, ResizeNearestNeighborGradAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { nearestSources } from '../resizeScale.ts';

/**
 * The gradient of resizeNearestNeighbor: every dy[n, r, c] goes back to the pixel that it was copied from,
 * dx[n, source(r), source(c)] += dy[n, r, c]. From the second image on, the shipped cpu kernel reads dy with the
 * strides of dx.
 *
 * images [batch, height, width, depth], dy [batch, newHeight, newWidth, depth].
 */
export const resizeNearestNeighborGrad: KernelFunc = ({ inputs, backend, attrs }) => {
  const { images, dy } = inputs as { images: TensorInfo; dy: TensorInfo };
  const { alignCorners } = attrs as unknown as ResizeNearestNeighborGradAttrs;
  const cpu = backend as MathBackendCPU;
  const upstream = cpu.data.get(dy.dataId).values as Float32Array;
  const [batch, height, width, depth] = images.shape as [number, number, number, number];
  const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
  const rows = nearestSources(height, newHeight, alignCorners);
  const columns = nearestSources(width, newWidth, alignCorners);
  // Sums in double precision, like the other kernels of this backend.
  const sums = new Float64Array(batch * height * width * depth);
  let from = 0;
  for (let n = 0; n < batch; n++) {
    for (const row of rows) {
      for (const column of columns) {
        const to = ((n * height + row) * width + column) * depth;
        for (let d = 0; d < depth; d++) sums[to + d]! += upstream[from++]!;
      }
    }
  }
  return cpu.makeTensorInfo(images.shape, 'float32', new Float32Array(sums));
};
