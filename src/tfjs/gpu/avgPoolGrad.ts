import {
  type AvgPool3DGradAttrs,
  type AvgPoolGradAttrs,
  backend_util,
  type TensorInfo,
} from '@tensorflow/tfjs';
import type { GpuBackend } from '../../results/auditNames.ts';
import type { Correction } from '../corrections.ts';
import { ranges } from '../cpu/windows.ts';
import { call, type GpuKernels } from './backend.ts';

/**
 * The gradients of avgPool and avgPool3d: dx[p] is the sum of dy / n over the windows that p is in, where n is the
 * number of elements of the window inside the image. The shipped kernels divide by the whole window, padding included,
 * unlike their forward, so they are called with dy * (size of the window / n).
 *
 * input [batch, (inDepth,) inHeight, inWidth, channels], dy [batch, (outDepth,) outHeight, outWidth, channels].
 */
export const avgPoolGrad =
  (backendName: GpuBackend): Correction =>
  (shipped) =>
  (args) => {
    const { inputs, backend, attrs } = args;
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
    const axes = axesOf(input.shape, attrs as unknown as AvgPoolGradAttrs & AvgPool3DGradAttrs);
    const factors = axes.reduce<number[]>(
      (before, { windows, size }) =>
        before.flatMap((factor) => windows.map(([start, end]) => (factor * size) / (end - start))),
      [1],
    );
    if (factors.every((factor) => factor === 1)) return shipped(args);
    const gpu = backend as GpuKernels;
    const shape = [1, ...axes.map(({ windows }) => windows.length), 1];
    const scale = gpu.makeTensorInfo(shape, 'float32', Float32Array.from(factors));
    const scaled = call('Multiply', backendName, backend, { a: dy, b: scale });
    const dx = shipped({ ...args, inputs: { ...inputs, dy: scaled } });
    for (const { dataId } of [scale, scaled]) gpu.disposeData(dataId);
    return dx;
  };

/** The windows along each axis of the image, and their size including padding. */
function axesOf(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: AvgPoolGradAttrs & AvgPool3DGradAttrs,
): { windows: [number, number][]; size: number }[] {
  if (shape.length === 5) {
    const volume = shape as [number, number, number, number, number];
    const info = backend_util.computePool3DInfo(volume, filterSize, strides, 1, pad, dimRoundingMode);
    return [
      {
        windows: ranges(info.outDepth, info.strideDepth, info.padInfo.front, info.filterDepth, info.inDepth),
        size: info.filterDepth,
      },
      ...planeOf(info),
    ];
  }
  return planeOf(
    backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      filterSize as number | [number, number],
      strides as number | [number, number],
      1,
      pad,
      dimRoundingMode,
    ),
  );
}

type Plane = Pick<
  backend_util.Conv2DInfo,
  | 'outHeight'
  | 'strideHeight'
  | 'filterHeight'
  | 'inHeight'
  | 'outWidth'
  | 'strideWidth'
  | 'filterWidth'
  | 'inWidth'
> & { readonly padInfo: { readonly top: number; readonly left: number } };

const planeOf = (info: Plane): { windows: [number, number][]; size: number }[] => [
  {
    windows: ranges(info.outHeight, info.strideHeight, info.padInfo.top, info.filterHeight, info.inHeight),
    size: info.filterHeight,
  },
  {
    windows: ranges(info.outWidth, info.strideWidth, info.padInfo.left, info.filterWidth, info.inWidth),
    size: info.filterWidth,
  },
];
