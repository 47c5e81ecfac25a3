import * as core from '@tensorflow/tfjs-core';
import {
  type BatchMatMulAttrs,
  backend_util,
  type ClipByValueAttrs,
  type GatherV2Attrs,
  less,
  maximum,
  minimum,
  mul,
  type ResizeNearestNeighborGradAttrs,
  reshape,
  type Tensor,
  type TensorInfo,
  tensor1d,
  unsortedSegmentSum,
  util,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { channelsLast } from '../channelsLast.ts';
import { alignedBatches, type Correction, inTurn, outOf, resolvedAxis } from '../corrections.ts';
import { nearestSources } from '../resizeScale.ts';
import { stridedSlice } from '../stridedSlice.ts';
import type { TF } from '../types.ts';
import { volumeCorrections } from '../volumes.ts';
import {
  addedPixels,
  ofConvolution2D,
  ofPooling,
  type Paddings,
  type PaddingsOf,
  type WindowAttributes,
  withoutUnreached,
} from '../windows.ts';
import { complexCorrections } from './complex.ts';
import { cropAndResize } from './cropAndResize.ts';
import { type FusedAttributes, type FusedInputs, inParts } from './fused.ts';
import { windowsInPadding } from './maxPool.ts';
import { isOneTap, oneTapCorrected } from './oneTap.ts';

/** Only its ops are used, so the other parts of TensorFlow.js need not be installed. */
const tf = core as unknown as TF;

/**
 * prelu: the shipped kernel repeats alpha along the last axes of x, regardless of its shape, and reads int32 as
 * float32.
 */
const prelu: Correction = (shipped) => (parameters) => {
  const { x, alpha } = parameters.inputs as { x: Tensor; alpha: Tensor };
  const inner = alpha.shape.slice(alpha.shape.findIndex((length) => length !== 1));
  const isRepeated =
    util.sizeFromShape(alpha.shape) === 1 || String(x.shape.slice(-inner.length)) === String(inner);
  if (isRepeated && alpha.shape.length <= x.shape.length && alpha.dtype === 'float32')
    return shipped(parameters);
  return outOf(() => where(less(x, 0), mul(x, alpha), x));
};

/**
 * gather: with batchDims the shipped kernel reads x of the wrong batch. This looks up rows instead, with each index
 * shifted to the rows of its batch, which needs no batchDims.
 */
const gather: Correction = (shipped) => (parameters) => {
  const { x, indices } = parameters.inputs as { x: Tensor; indices: Tensor };
  const { axis, batchDims } = parameters.attrs as unknown as GatherV2Attrs;
  if (batchDims === 0) return shipped(parameters);
  const at = util.parseAxisParam(axis, x.shape)[0]!;
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, at, batchDims);
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
  if (util.sizeFromShape(outputShape) === 0) return shipped(parameters);
  return outOf(() => {
    const wanted = indices.dataSync();
    const perBatch = wanted.length / batchSize;
    const rows = Array.from({ length: batchSize * outerSize * perBatch }, (_, i) => {
      const outer = Math.floor(i / perBatch);
      const row = wanted[Math.floor(outer / outerSize) * perBatch + (i % perBatch)]!;
      util.assert(
        row >= 0 && row < dimSize,
        () => `GatherV2: the index value ${row} is not in [0, ${dimSize - 1}]`,
      );
      return outer * dimSize + row;
    });
    const inputs = {
      x: reshape(x, [batchSize * outerSize * dimSize, sliceSize]),
      indices: tensor1d(rows, 'int32'),
    };
    const attrs = { axis: 0, batchDims: 0 };
    return { ...(shipped({ ...parameters, inputs, attrs }) as TensorInfo), shape: outputShape };
  });
};

/**
 * matMul over an inner side of 0: the shipped kernel does not write its output. One column of zeros gives the right
 * result.
 */
const matMul: Correction = (shipped) => (parameters) => {
  const { a, b } = parameters.inputs as { a: Tensor; b: Tensor };
  const { transposeA, transposeB } = parameters.attrs as unknown as BatchMatMulAttrs;
  const inner = a.shape.length - (transposeA ? 2 : 1);
  if (a.shape[inner] !== 0) return shipped(parameters);
  return outOf(() => {
    const other = b.shape.length - (transposeB ? 1 : 2);
    const inputs = { a: zeros(withLength(a.shape, inner, 1)), b: zeros(withLength(b.shape, other, 1)) };
    return shipped({ ...parameters, inputs });
  });
};

const withLength = (shape: readonly number[], axis: number, length: number): number[] =>
  shape.map((old, each) => (each === axis ? length : old));

/** fused.matMul of transposed matrices or of batches: the shipped kernel adds the bias by rows of the output. */
const fusedMatMul: Correction = (shipped) => (parameters) => {
  const inputs = parameters.inputs as FusedInputs & { a: Tensor; b: Tensor };
  const attributes = parameters.attrs as unknown as BatchMatMulAttrs & FusedAttributes;
  const isPlain = !attributes.transposeA && !attributes.transposeB && isOne(inputs.a) && isOne(inputs.b);
  if (isPlain && inputs.a.shape.at(-1) !== 0) return shipped(parameters);
  return outOf(() => inParts('BatchMatMul', inputs, attributes));
};

/** Fused convolutions with filters of one tap, run in parts: the shipped kernels lose NaN, like the plain ones. */
const fusedConvolution =
  (plainKernel: string): Correction =>
  (shipped) =>
  (parameters) =>
    isOneTap(parameters.inputs as { x: Tensor; filter: Tensor }, plainKernel)
      ? outOf(() =>
          inParts(
            plainKernel,
            parameters.inputs as FusedInputs,
            parameters.attrs as unknown as FusedAttributes,
          ),
        )
      : shipped(parameters);

const isOne = (matrices: Tensor): boolean => util.sizeFromShape(matrices.shape.slice(0, -2)) === 1;

/** clipByValue and relu6: the shipped kernels turn NaN into the lower bound. */
const clip: Correction = (shipped) => (parameters) => {
  const x = parameters.inputs.x as Tensor;
  const { clipValueMin, clipValueMax } = (parameters.attrs ?? {}) as unknown as Partial<ClipByValueAttrs>;
  if (x.dtype !== 'float32') return shipped(parameters);
  return outOf(() => minimum(maximum(x, clipValueMin ?? 0), clipValueMax ?? 6));
};

/**
 * Padding by a single number: if windows or strides are not square, the shipped kernels and TensorFlow.js count the
 * windows differently, so that the kernels write past the end of their output. In a padded image they misplace a filter
 * that skips pixels, and read random memory where it lies only in the padding. So the image is padded before the call.
 */
const countedPadding =
  (paddingsOf: PaddingsOf): Correction =>
  (shipped) =>
  (parameters) => {
    const { x, filter } = parameters.inputs as { x: Tensor; filter?: Tensor };
    const attributes = parameters.attrs as unknown as WindowAttributes;
    const { pad } = attributes;
    if (pad === 'valid') return shipped(parameters);
    const paddings = paddingsOf(tf, x.shape, filter?.shape ?? null, attributes);
    const added = addedPixels(paddings);
    const isPaddedBefore = filter !== undefined && isMisplaced(filter.shape, attributes, added);
    if (!isPaddedBefore && typeof pad !== 'number') return shipped(parameters);
    return outOf(() => {
      const reached = withoutUnreached(tf, x, paddings);
      const image = isPaddedBefore ? tf.pad(reached, added) : reached;
      const attrs = { ...parameters.attrs, pad: isPaddedBefore ? 'valid' : added };
      return shipped({ ...parameters, inputs: { ...parameters.inputs, x: image }, attrs });
    });
  };

const isMisplaced = (
  filter: readonly number[],
  { strides }: WindowAttributes,
  [, rows, columns]: Paddings,
): boolean =>
  [strides, strides].flat().some((stride, axis) => stride > filter[axis % 2]!) ||
  [rows!, columns!].some((added, axis) => Math.max(...added) >= filter[axis]!);

/**
 * The gradient of resizeNearestNeighbor with aligned corners: the shipped kernel rounds halves differently from its
 * forward.
 */
const resizeNearestNeighborGrad: Correction = (shipped) => (parameters) => {
  const { images, dy } = parameters.inputs as { images: Tensor; dy: Tensor };
  const { alignCorners } = parameters.attrs as unknown as ResizeNearestNeighborGradAttrs;
  if (!alignCorners) return shipped(parameters);
  const [batch, height, width, depth] = images.shape as [number, number, number, number];
  const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
  const rows = nearestSources(height, newHeight, alignCorners);
  const columns = nearestSources(width, newWidth, alignCorners);
  const sources = Array.from({ length: batch }, (_, n) =>
    rows.map((row) => columns.map((column) => (n * height + row) * width + column)),
  ).flat(2);
  return outOf(() => {
    const upstream = reshape(dy, [sources.length, depth]);
    const sums = unsortedSegmentSum(upstream, tensor1d(sources, 'int32'), batch * height * width);
    return reshape(sums, images.shape);
  });
};

const paddedConvolution = countedPadding(ofConvolution2D);

/** The corrections of shipped kernels, by name. */
export const corrections: Readonly<Record<string, Correction>> = {
  ...complexCorrections,
  ...volumeCorrections('wasm'),
  BatchMatMul: inTurn(alignedBatches('wasm'), matMul),
  ClipByValue: clip,
  Conv2D: inTurn(channelsLast(tf, ['x'], true), oneTapCorrected, paddedConvolution),
  Conv2DBackpropFilter: channelsLast(tf, ['x', 'dy'], false),
  Conv2DBackpropInput: channelsLast(tf, ['dy'], true),
  CropAndResize: cropAndResize,
  Cumprod: resolvedAxis,
  Cumsum: resolvedAxis,
  DepthwiseConv2dNative: inTurn(oneTapCorrected, paddedConvolution),
  FusedConv2D: inTurn(channelsLast(tf, ['x'], true), fusedConvolution('Conv2D'), paddedConvolution),
  FusedDepthwiseConv2D: inTurn(fusedConvolution('DepthwiseConv2dNative'), paddedConvolution),
  GatherV2: gather,
  MaxPool: inTurn(windowsInPadding, countedPadding(ofPooling)),
  Prelu: prelu,
  Relu6: clip,
  ResizeNearestNeighborGrad: resizeNearestNeighborGrad,
  StridedSlice: stridedSlice('wasm'),
  _FusedMatMul: fusedMatMul,
};
