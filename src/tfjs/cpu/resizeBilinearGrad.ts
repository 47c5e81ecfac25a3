import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { KernelFunc, ResizeBilinearGradAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { resizeScale } from '../resizeScale.ts';

/** The two source pixels of a resized pixel along one axis, `near` and `far`, and the weight of `far`. */
interface Source {
  readonly near: number;
  readonly far: number;
  readonly share: number;
}

/**
 * The gradient of resizeBilinear without halfPixelCenters, which no backend's gradient kernel supports: every
 * dy[n, r, c] goes back to the four pixels that it was interpolated from, with the same weights. The shipped cpu kernel
 * swaps the height and width of its result.
 *
 * images [batch, height, width, depth], dy [batch, newHeight, newWidth, depth].
 */
export const resizeBilinearGrad: KernelFunc = ({ inputs, backend, attrs }) => {
  const { images, dy } = inputs as { images: TensorInfo; dy: TensorInfo };
  const { alignCorners } = attrs as unknown as ResizeBilinearGradAttrs;
  const cpu = backend as MathBackendCPU;
  const upstream = cpu.data.get(dy.dataId).values as Float32Array;
  const [batch, height, width, depth] = images.shape as [number, number, number, number];
  const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
  const rows = sources(height, newHeight, alignCorners);
  const columns = sources(width, newWidth, alignCorners);
  // Sums in double precision, like the other kernels of this backend.
  const sums = new Float64Array(batch * height * width * depth);
  let from = 0;
  for (let n = 0; n < batch; n++) {
    for (const row of rows) {
      const near = (n * height + row.near) * width;
      const far = (n * height + row.far) * width;
      for (const column of columns) {
        for (let d = 0; d < depth; d++) {
          const dyHere = upstream[from++]!;
          const below = dyHere * row.share;
          const above = dyHere - below;
          sums[(near + column.near) * depth + d]! += above * (1 - column.share);
          sums[(near + column.far) * depth + d]! += above * column.share;
          sums[(far + column.near) * depth + d]! += below * (1 - column.share);
          sums[(far + column.far) * depth + d]! += below * column.share;
        }
      }
    }
  }
  return cpu.makeTensorInfo(images.shape, 'float32', new Float32Array(sums));
};

/** The source pixels of each row or column of the resized image. */
function sources(size: number, newSize: number, alignCorners: boolean): Source[] {
  const scale = resizeScale(size, newSize, alignCorners);
  return Array.from({ length: newSize }, (_, k) => {
    const at = k * scale;
    const near = Math.min(size - 1, Math.floor(at));
    return { near, far: Math.min(size - 1, Math.ceil(at)), share: at - near };
  });
}
