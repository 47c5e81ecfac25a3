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
  reshape,
  type Tensor,
  type TensorInfo,
  tensor1d,
  util,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { channelsLast } from '../channelsLast.ts';
import { alignedBatches, type Correction, inTurn, outOf, resolvedAxis } from '../corrections.ts';
import type { TF } from '../types.ts';
import {
  addedPixels,
  ofConvolution2D,
  ofPooling,
  type PaddingsOf,
  type WindowAttributes,
  withoutUnreached,
} from '../windows.ts';
import { type FusedAttributes, type FusedInputs, inParts } from './fused.ts';
import { isOneTap, oneTapCorrected } from './oneTap.ts';

/** Only ops are taken from it: the other parts of TensorFlow.js need not be installed. */
const tf = core as unknown as TF;

/** prelu: the shipped kernel repeats alpha along the last axes of x, whatever its shape, and reads int32 as float32. */
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
 * gather: with batchDims the shipped kernel reads x of another batch. A lookup in rows, each index moved to the rows of
 * its batch, needs none of it.
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

/** matMul over an inner side of 0: the shipped kernel leaves its output as it finds it. One column of zeros says it. */
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

/** fused.matMul of transposed matrices or several at once: the shipped kernel takes the bias by rows of the output. */
const fusedMatMul: Correction = (shipped) => (parameters) => {
  const inputs = parameters.inputs as FusedInputs & { a: Tensor; b: Tensor };
  const attributes = parameters.attrs as unknown as BatchMatMulAttrs & FusedAttributes;
  const isPlain = !attributes.transposeA && !attributes.transposeB && isOne(inputs.a) && isOne(inputs.b);
  if (isPlain && inputs.a.shape.at(-1) !== 0) return shipped(parameters);
  return outOf(() => inParts('BatchMatMul', inputs, attributes));
};

/** Fused convolutions with kernels of one tap, in parts: as with the plain ones, NaN is lost. */
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

/** clipByValue and relu6: the shipped kernels make the lower bound of NaN. */
const clip: Correction = (shipped) => (parameters) => {
  const x = parameters.inputs.x as Tensor;
  const { clipValueMin, clipValueMax } = (parameters.attrs ?? {}) as unknown as Partial<ClipByValueAttrs>;
  if (x.dtype !== 'float32') return shipped(parameters);
  return outOf(() => minimum(maximum(x, clipValueMin ?? 0), clipValueMax ?? 6));
};

/**
 * Padding by a single number: the shipped kernels count their windows, and TensorFlow.js otherwise where those or their
 * strides are not square, so that they write beyond their output.
 */
const countedPadding =
  (paddingsOf: PaddingsOf): Correction =>
  (shipped) =>
  (parameters) => {
    const { x, filter } = parameters.inputs as { x: Tensor; filter?: Tensor };
    const attributes = parameters.attrs as unknown as WindowAttributes;
    if (typeof attributes.pad !== 'number') return shipped(parameters);
    const paddings = paddingsOf(tf, x.shape, filter?.shape ?? null, attributes);
    const attrs = { ...parameters.attrs, pad: addedPixels(paddings) };
    return outOf(() => {
      const inputs = { ...parameters.inputs, x: withoutUnreached(tf, x, paddings) };
      return shipped({ ...parameters, inputs, attrs });
    });
  };

const flat = countedPadding(ofConvolution2D(false));
const byDepth = countedPadding(ofConvolution2D(true));

/** The corrections of shipped kernels. */
export const corrections: Readonly<Record<string, Correction>> = {
  BatchMatMul: inTurn(alignedBatches('wasm'), matMul),
  ClipByValue: clip,
  Conv2D: inTurn(channelsLast(tf, ['x'], true), oneTapCorrected, flat),
  Conv2DBackpropFilter: channelsLast(tf, ['x', 'dy'], false),
  Conv2DBackpropInput: channelsLast(tf, ['dy'], true),
  Cumprod: resolvedAxis,
  Cumsum: resolvedAxis,
  DepthwiseConv2dNative: inTurn(oneTapCorrected, byDepth),
  FusedConv2D: inTurn(channelsLast(tf, ['x'], true), fusedConvolution('Conv2D'), flat),
  FusedDepthwiseConv2D: inTurn(fusedConvolution('DepthwiseConv2dNative'), byDepth),
  GatherV2: gather,
  MaxPool: countedPadding(ofPooling),
  Prelu: prelu,
  Relu6: clip,
  _FusedMatMul: fusedMatMul,
};
