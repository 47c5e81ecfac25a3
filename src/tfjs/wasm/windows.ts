import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';

/** The attributes of a window in two dimensions. */
export interface Pool2DAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The same in three dimensions. */
export interface Pool3DAttributes {
  readonly filterSize: [number, number, number] | number;
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The windows of a pooling op: x is [batch, depth, height, width, channels], with a depth of 1 in two dimensions. */
export interface Windows {
  readonly outShape: number[];
  readonly batch: number;
  readonly input: readonly [depth: number, height: number, width: number];
  readonly channels: number;
  readonly output: readonly [depth: number, height: number, width: number];
  readonly size: readonly [depth: number, height: number, width: number];
  readonly strides: readonly [depth: number, height: number, width: number];
  readonly padding: readonly [front: number, top: number, left: number];
  /**
   * Whether the last of equal values is the maximum, else the first. TensorFlow.js uses the last in 3D and the first in
   * 2D.
   */
  readonly lastOfEqual: boolean;
}

/** The windows of maxPool. */
export function windows2D(
  x: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: Pool2DAttributes,
): Windows {
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    input: [1, info.inHeight, info.inWidth],
    channels: info.inChannels,
    output: [1, info.outHeight, info.outWidth],
    size: [1, info.filterHeight, info.filterWidth],
    strides: [1, info.strideHeight, info.strideWidth],
    padding: [0, info.padInfo.top, info.padInfo.left],
    lastOfEqual: false,
  };
}

/** The windows of maxPool3d. */
export function windows3D(
  x: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: Pool3DAttributes,
): Windows {
  const shape = x.shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    input: [info.inDepth, info.inHeight, info.inWidth],
    channels: info.inChannels,
    output: [info.outDepth, info.outHeight, info.outWidth],
    size: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    padding: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    lastOfEqual: true,
  };
}

/** The addresses of maxPool's results; 0 skips one. */
export interface MaxPoolTargets {
  readonly maxima: number;
  readonly positions: number;
  /** Whether positions count from the start of x, else from the start of its image. */
  readonly positionsInBatch: boolean;
}

/** Computes the maximum of every window, and its position. */
export function maxPool(
  x: TensorInfo,
  { batch, input, channels, output, size, strides, padding, lastOfEqual }: Windows,
  { maxima, positions, positionsInBatch }: MaxPoolTargets,
  { kernels, address }: Workspace,
): void {
  const pool = x.dtype === 'int32' ? kernels.maxPoolInt32 : kernels.maxPoolFloat32;
  pool(
    address(x),
    batch,
    ...input,
    channels,
    ...output,
    ...size,
    ...strides,
    ...padding,
    Number(lastOfEqual),
    Number(positionsInBatch),
    maxima,
    positions,
  );
}
