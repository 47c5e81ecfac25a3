import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';

/** A window of two dimensions, and how it moves. */
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

/** The windows of a pooling: x is [batch, depth, height, width, channels], with a depth of 1 in two dimensions. */
export interface Windows {
  readonly outShape: number[];
  readonly batch: number;
  readonly input: readonly [depth: number, height: number, width: number];
  readonly channels: number;
  readonly output: readonly [depth: number, height: number, width: number];
  readonly size: readonly [depth: number, height: number, width: number];
  readonly strides: readonly [depth: number, height: number, width: number];
  readonly padding: readonly [front: number, top: number, left: number];
  /** Of equal values the last is the maximum, else the first. TensorFlow.js does one in 3D and the other in 2D. */
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

/** Where the results of maxPool go; 0 is nowhere. */
export interface MaxPoolTargets {
  readonly maxima: number;
  readonly positions: number;
  /** Positions count from the start of x, else from the start of its image. */
  readonly positionsInBatch: boolean;
}

/** The maximum of every window, and where it is. */
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
