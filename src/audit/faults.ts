import type { AuditedCase, CaseResult, MendingEntry } from '../results/audit.ts';
import type { AuditBackend, AuditMode, AuditVerdict } from '../results/auditNames.ts';

/** Shapes and attributes of a case. */
export type Point = Pick<AuditedCase, 'shapes' | 'attributes'>;

/** A fault of TensorFlow.js 4.22. */
export interface Fault {
  readonly id: string;
  /** The kernels whose cases show it. */
  readonly kernels: readonly string[];
  readonly backends: readonly AuditBackend[];
  readonly verdicts: readonly Exclude<AuditVerdict, 'right'>[];
  /** Where it shows; without it, in all cases of the kernels. */
  readonly at?: (point: Point) => boolean;
  /** There not every case shows it: values decide, or more than shapes and attributes tell. */
  readonly sometimes?: true;
  /** The kernel does not end: as shipped, it is never run. */
  readonly endless?: true;
  /** Refused since TensorFlow.js has none: only such results are meant. */
  readonly missing?: CaseResult['missing'];
  readonly reason: string;
  /** The entry that puts it right; null where none does. */
  readonly mendedBy: MendingEntry | null;
  /** Issues of tensorflow/tfjs. */
  readonly upstream: readonly number[];
}

/** The known fault that a result is, if it is one: a fault that is mended is none any more with the entries. */
export function faultOf(
  subject: Point & { readonly kernel: string },
  backend: AuditBackend,
  mode: AuditMode,
  result: Pick<CaseResult, 'verdict' | 'missing'>,
): Fault | null {
  const { verdict, missing } = result;
  if (verdict === 'right') return null;
  return (
    faultsAt(subject, backend, mode).find(
      (fault) =>
        fault.verdicts.includes(verdict) && (fault.missing === undefined || fault.missing === missing),
    ) ?? null
  );
}

/** The known faults that a case may show. */
export const faultsAt = (
  subject: Point & { readonly kernel: string },
  backend: AuditBackend,
  mode: AuditMode,
): Fault[] =>
  FAULTS.filter(
    ({ kernels, backends, at, mendedBy }) =>
      kernels.includes(subject.kernel) &&
      backends.includes(backend) &&
      (mode === 'plain' || mendedBy === null) &&
      (at?.(subject) ?? true),
  );

const everywhere = ['native', 'wasm', 'cpu', 'webgl', 'webgpu', 'float64'] as const;

const broadcasts = ({ shapes: { a, b } }: Point): boolean => String(a) !== String(b);
/** Whether the axes before the last two differ. */
const broadcastsBatch = ({ shapes: { a, b } }: Point): boolean =>
  String(a?.slice(0, -2)) !== String(b?.slice(0, -2));
/** Padding that is given in numbers. */
const padsByNumber = ({ attributes: { pad } }: Point): boolean =>
  pad !== undefined && typeof pad !== 'string';
const pads = ({ attributes: { pad } }: Point): boolean => pad !== undefined && pad !== 'valid';
const isDilated = ({ attributes: { dilations } }: Point): boolean => Number(dilations) > 1;
const isSquare = (image: readonly number[]): boolean => image.at(-3) === image.at(-2);

/** The pixel of the image that is nearest to each one of the result, along one axis. */
const nearest = (from: number, to: number, halfPixelCenters: boolean): string =>
  Array.from({ length: to }, (_, at) =>
    Math.min(from - 1, Math.floor((at + (halfPixelCenters ? 0.5 : 0)) * (from / to))),
  ).join();

/** Whether a filter steps over pixels, on an image that is padded. */
const stepsOver = ({ shapes, attributes: { strides, pad } }: Point): boolean => {
  const filter = shapes.filter ?? shapes.depthwise;
  if (filter === undefined || pad === 'valid') return false;
  return [strides, strides].flat().some((stride, axis) => Number(stride) > filter[axis % 2]!);
};

type Named = Omit<Fault, 'backends' | 'verdicts' | 'mendedBy' | 'upstream'> & Partial<Fault>;

/** Of a gradient function of tfjs-core, which all backends have. */
const wrongGradient = (fault: Named): Fault => ({
  backends: everywhere,
  verdicts: ['wrong'],
  mendedBy: 'backproof/gradients',
  upstream: [],
  ...fault,
});
const refusedGradient = (fault: Named): Fault => wrongGradient({ verdicts: ['refused'], ...fault });
/** Of kernels of one backend. */
const wrongOnWasm = (fault: Named): Fault =>
  wrongGradient({ backends: ['wasm'], mendedBy: 'backproof/wasm-training', ...fault });
const wrongOnCpu = (fault: Named): Fault =>
  wrongGradient({ backends: ['cpu'], mendedBy: 'backproof/cpu-fixes', ...fault });
const wrongOnGpu = (fault: Named): Fault =>
  wrongGradient({ backends: ['webgpu'], mendedBy: 'backproof/gpu-fixes', ...fault });
const refusedOnNative = (fault: Named): Fault =>
  wrongGradient({ backends: ['native'], verdicts: ['refused'], mendedBy: 'backproof/native', ...fault });

/** In this order a result is looked up, and the page lists them: wrong, refused, missing. */
export const FAULTS: readonly Fault[] = [
  wrongOnGpu({
    id: 'webgl-floor-div-rounds',
    kernels: ['FloorDiv'],
    backends: ['webgl'],
    reason: 'kernel FloorDiv of webgl: forward rounds both numbers to whole ones before it divides',
  }),
  wrongGradient({
    id: 'floor-div',
    kernels: ['FloorDiv'],
    reason: 'the gradient is that of div; a step function has gradient 0',
  }),
  wrongGradient({
    id: 'cast-to-int32',
    kernels: ['Cast'],
    at: ({ attributes }) => attributes.to === 'int32',
    reason: 'dy passes through a cast to int32; a step function has gradient 0',
  }),
  wrongOnWasm({
    id: 'wasm-cumulative-axis',
    sometimes: true,
    kernels: ['Cumsum', 'Cumprod'],
    verdicts: ['wrong', 'refused'],
    at: ({ attributes: { axis } }) => Number(axis) < 0,
    reason: 'kernels Cumsum and Cumprod of wasm: with a negative axis they write outside of their output',
  }),
  wrongGradient({
    id: 'cumsum-axis',
    kernels: ['Cumsum'],
    verdicts: ['wrong', 'refused'],
    at: ({ shapes: { x }, attributes: { axis } }) => axis !== x!.length - 1,
    reason:
      'the gradient is transposed once too often: wrong for square matrices, refused for others; a negative axis is not resolved',
  }),
  wrongGradient({
    id: 'resize-bilinear-half-pixel',
    kernels: ['ResizeBilinear'],
    at: ({ attributes }) => attributes.halfPixelCenters === true,
    reason: 'halfPixelCenters is ignored by the gradient',
  }),
  wrongGradient({
    id: 'resize-nearest-half-pixel',
    kernels: ['ResizeNearestNeighbor'],
    at: ({ shapes, attributes: { to, halfPixelCenters } }) =>
      halfPixelCenters === true &&
      (to as number[]).some((size, axis) => {
        const from = shapes.x!.at(axis - 3)!;
        return nearest(from, size, true) !== nearest(from, size, false);
      }),
    reason: 'halfPixelCenters is ignored by the gradient',
  }),
  wrongGradient({
    id: 'mirror-pad-border',
    kernels: ['MirrorPad'],
    at: ({ attributes }) => [attributes.paddings].flat(2).some((width) => width !== 0),
    reason: 'dy of the mirrored border is dropped, as if the padding were constant',
  }),
  wrongGradient({
    id: 'softmax-cross-entropy-labels',
    kernels: ['SoftmaxCrossEntropy'],
    reason: 'the gradient with respect to labels is labels - softmax; it is -logSoftmax',
  }),
  wrongGradient({
    id: 'pool-of-one',
    sometimes: true,
    kernels: ['AvgPool', 'MaxPool'],
    at: ({ attributes: { window, pad } }) =>
      [window].flat(2).every((length) => length === 1) && pad !== 'valid',
    reason:
      'forward with a window of 1 is taken for the identity where the shape stays, even where strides and padding move it',
    mendedBy: null,
  }),
  wrongOnCpu({
    id: 'cpu-avg-pool-border',
    kernels: ['AvgPool', 'AvgPool3D'],
    at: pads,
    reason:
      'kernels AvgPoolGrad and AvgPool3DGrad of cpu: dy is divided by the whole window; forward divides by the part inside the image',
  }),
  wrongOnCpu({
    id: 'cpu-max-pool3d-window',
    kernels: ['MaxPool3D'],
    at: ({ attributes: { window } }) => Array.isArray(window),
    reason: 'kernel MaxPool3DGrad of cpu: takes the height of a window for its width',
  }),
  wrongOnCpu({
    id: 'cpu-resize-nearest-batch',
    kernels: ['ResizeNearestNeighbor'],
    at: ({ shapes: { x } }) => x!.length === 4 && x![0]! > 1,
    reason:
      'kernel ResizeNearestNeighborGrad of cpu: images of a batch behind the first are read at wrong places',
  }),
  wrongOnCpu({
    id: 'cpu-resize-nearest-endless',
    sometimes: true,
    endless: true,
    kernels: ['ResizeNearestNeighbor'],
    at: ({ shapes: { x }, attributes: { to, alignCorners } }) =>
      alignCorners === true && [to].flat(2).some((size, axis) => Number(size) > 1 && x!.at(axis - 3) === 1),
    reason:
      'kernel ResizeNearestNeighborGrad of cpu: does not end with alignCorners and an image of one pixel along an axis',
  }),
  wrongOnCpu({
    id: 'cpu-resize-bilinear-sides',
    kernels: ['ResizeBilinear'],
    verdicts: ['refused'],
    at: ({ shapes }) => !isSquare(shapes.x!),
    reason: 'kernel ResizeBilinearGrad of cpu: height and width of the image are exchanged',
  }),
  wrongOnWasm({
    id: 'wasm-max-pool-least',
    sometimes: true,
    kernels: ['MaxPool', 'MaxPool3D'],
    reason:
      'kernels MaxPoolGrad, MaxPool3D and MaxPool3DGrad of wasm: the largest starts from the smallest positive number, so windows of negative values fail',
  }),
  wrongOnWasm({
    id: 'wasm-avg-pool-border',
    kernels: ['AvgPool', 'AvgPool3D'],
    at: pads,
    reason:
      'kernels AvgPoolGrad and AvgPool3DGrad of wasm: dy is divided by the whole window; forward divides by the part inside the image',
  }),
  wrongOnWasm({
    id: 'wasm-conv3d-gradients',
    sometimes: true,
    kernels: ['Conv3D', 'Conv3DBackpropInputV2'],
    reason: 'kernels Conv3DBackpropFilterV2 and Conv3DBackpropInputV2 of wasm are wrong in some runs',
  }),
  wrongOnWasm({
    id: 'wasm-dilation2d-least',
    sometimes: true,
    kernels: ['Dilation2D'],
    reason:
      'kernel Dilation2D of wasm: the largest starts from the smallest positive number, so negative values fail',
  }),
  wrongOnWasm({
    id: 'wasm-gather-batch-dims',
    kernels: ['GatherV2'],
    at: ({ attributes: { axis, batchDims } }) => batchDims === 1 && Number(axis) > 1,
    reason: 'kernel GatherV2 of wasm: forward is wrong with batchDims 1 and an axis beyond it',
  }),
  wrongOnWasm({
    id: 'wasm-prelu-alpha',
    kernels: ['Prelu'],
    at: ({ shapes: { a, b } }) => b!.length > 1 && String(a) !== String(b),
    reason: 'kernel Prelu of wasm: forward repeats alpha along the last axis, whatever its shape',
  }),
  wrongOnGpu({
    id: 'gpu-avg-pool-border',
    kernels: ['AvgPool', 'AvgPool3D'],
    backends: ['webgl', 'webgpu'],
    at: pads,
    reason:
      'kernels AvgPoolGrad and AvgPool3DGrad of webgl and webgpu: dy is divided by the whole window; forward divides by the part inside the image',
  }),
  wrongOnGpu({
    id: 'webgpu-cumulative-length',
    kernels: ['Cumsum', 'Cumprod', 'Prod'],
    sometimes: true,
    reason:
      'kernels Cumsum and Cumprod of webgpu in reverse, as the gradients of cumsum and prod call them: once they have run on an axis of one length, they are wrong on every other one, for the shader is kept without it',
  }),
  wrongOnGpu({
    id: 'webgpu-max-pool3d-window',
    kernels: ['MaxPool3D'],
    at: ({ attributes: { window } }) => {
      const [depth, height, width] = [window].flat() as (number | undefined)[];
      return height !== undefined && depth !== 1 && height !== width;
    },
    reason:
      'kernel MaxPool3DGrad of webgpu: takes the height of a window for its width where it counts the place of the largest',
  }),
  wrongOnWasm({
    id: 'wasm-fused-matmul-transposed',
    kernels: ['_FusedMatMul'],
    at: ({ attributes: { transposeA, transposeB } }) => transposeA === true || transposeB === true,
    reason: 'kernel _FusedMatMul of wasm: bias and activation are taken for those of another shape',
  }),
  wrongOnWasm({
    id: 'wasm-conv2d-steps-over',
    sometimes: true,
    kernels: ['Conv2D'],
    at: stepsOver,
    reason:
      'kernel Conv2D of wasm: forward is wrong where a stride is longer than the filter, in a padded image',
  }),
  wrongOnWasm({
    id: 'wasm-depthwise-steps-over',
    sometimes: true,
    kernels: ['Conv2DBackpropInput', 'DepthwiseConv2dNative', 'FusedConv2D', 'FusedDepthwiseConv2D'],
    at: stepsOver,
    reason:
      'kernels DepthwiseConv2dNative and FusedConv2D of wasm: forward is wrong where a stride is longer than the filter, in a padded image',
    mendedBy: null,
  }),
  wrongOnWasm({
    id: 'wasm-avg-pool-steps-over',
    sometimes: true,
    kernels: ['AvgPool'],
    at: ({ attributes: { window, strides, pad } }) =>
      pad !== 'valid' &&
      Math.max(...[strides, strides].flat().map(Number)) > Math.min(...[window, window].flat().map(Number)),
    reason: 'kernel AvgPool of wasm: wrong where a stride is longer than the window, in a padded image',
    mendedBy: null,
  }),
  wrongOnWasm({
    id: 'wasm-crop-nearest',
    sometimes: true,
    kernels: ['CropAndResize'],
    at: ({ attributes }) => attributes.method === 'nearest',
    reason: 'kernel CropAndResize of wasm: rounds places halfway between two pixels in another way than cpu',
    mendedBy: null,
  }),
  wrongOnWasm({
    id: 'wasm-resize-nearest-corners',
    sometimes: true,
    kernels: ['ResizeNearestNeighbor'],
    at: ({ attributes }) => attributes.alignCorners === true,
    reason: 'alignCorners: halves are rounded in another way by the gradient of wasm than by its forward',
    mendedBy: null,
  }),
  wrongGradient({
    id: 'transform-batch',
    sometimes: true,
    kernels: ['Transform'],
    at: ({ shapes: { x } }) => x![0]! > 1,
    reason: 'images behind the first are not those of the first with other values',
    mendedBy: null,
  }),
  wrongGradient({
    id: 'native-avg-pool3d-steps-over',
    sometimes: true,
    kernels: ['AvgPool3D'],
    backends: ['native'],
    at: ({ attributes: { pad } }) => pad === 'same',
    reason:
      'AvgPool3DGrad of TensorFlow is wrong where a stride is longer than the window, in a padded volume',
    mendedBy: null,
  }),
  wrongGradient({
    id: 'wasm-batch-norm-defaults',
    kernels: ['FusedBatchNorm'],
    backends: ['wasm'],
    at: ({ shapes: { scale, offset } }) => scale === undefined || offset === undefined,
    reason: 'the gradient takes for granted that scale and offset were given, and reads what is none',
  }),
  refusedGradient({
    id: 'broadcast-extremes',
    kernels: ['Maximum', 'Minimum', 'SquaredDifference'],
    at: broadcasts,
    reason: 'the gradient is not summed over the axes that were broadcast',
  }),
  refusedGradient({
    id: 'matmul-batch',
    kernels: ['BatchMatMul'],
    at: broadcastsBatch,
    reason: 'the gradient is not summed over the batch axes that were broadcast',
    upstream: [8721],
  }),
  refusedGradient({
    id: 'prod-negative-axis',
    kernels: ['Prod'],
    at: ({ attributes: { axis } }) => Number(axis) < 0,
    reason: 'a negative axis is not resolved',
  }),
  refusedGradient({
    id: 'dilations',
    kernels: ['Conv2D', 'DepthwiseConv2dNative', 'Conv3D'],
    at: isDilated,
    reason: 'dilation above 1 is refused by the gradient',
    upstream: [7906],
  }),
  refusedGradient({
    id: 'batch-norm-defaults',
    kernels: ['FusedBatchNorm'],
    at: ({ shapes: { scale, offset } }) => scale === undefined || offset === undefined,
    reason: 'the gradient takes for granted that scale and offset were given',
  }),
  refusedGradient({
    id: 'tile-rank',
    kernels: ['Tile'],
    at: ({ shapes: { x } }) => x!.length > 4,
    reason: 'the gradient ends at rank 4',
  }),
  refusedGradient({
    id: 'one-part',
    kernels: ['Unpack', 'SplitV'],
    at: ({ shapes: { x }, attributes: { axis, parts } }) =>
      parts === undefined
        ? x!.at(Number(axis)) === 1
        : [parts].flat().length === 1 && (Array.isArray(parts) || parts === 1),
    reason: 'the gradient of several outputs is refused where there is only one',
  }),
  refusedGradient({
    id: 'wasm-channels-first',
    kernels: ['Conv2D'],
    backends: ['wasm'],
    at: ({ attributes }) => attributes.dataFormat === 'NCHW',
    reason: 'wasm has only channels last',
    mendedBy: 'backproof/wasm-training',
  }),
  refusedOnNative({
    id: 'native-channels-first',
    kernels: ['Conv2D'],
    at: ({ attributes }) => attributes.dataFormat === 'NCHW',
    reason: 'tfjs-node has only channels last',
  }),
  refusedOnNative({
    id: 'native-padding',
    kernels: ['Conv2D', 'DepthwiseConv2dNative', 'MaxPool', 'AvgPool', 'MaxPool3D', 'AvgPool3D'],
    at: padsByNumber,
    reason: 'tfjs-node has only the paddings valid and same',
  }),
  refusedOnNative({
    id: 'native-depthwise-strides',
    kernels: ['DepthwiseConv2dNative'],
    at: ({ attributes: { strides } }) => Array.isArray(strides),
    reason: 'TensorFlow has only equal strides',
  }),
  refusedOnNative({
    id: 'native-gather-axis',
    kernels: ['GatherV2'],
    at: ({ attributes }) => Number(attributes.axis) < 0,
    reason: 'tfjs-node does not resolve a negative axis',
  }),
  refusedGradient({
    id: 'wasm-no-training',
    kernels: [
      'Conv2D',
      'Conv2DBackpropInput',
      'DepthwiseConv2dNative',
      'FusedConv2D',
      'FusedDepthwiseConv2D',
      'GatherV2',
      'UnsortedSegmentSum',
    ],
    backends: ['wasm'],
    missing: 'kernel',
    reason:
      'wasm has no kernels Conv2DBackpropFilter, DepthwiseConv2dNativeBackpropFilter, DepthwiseConv2dNativeBackpropInput and UnsortedSegmentSum',
    mendedBy: 'backproof/wasm-training',
    upstream: [8474, 8082],
  }),
  refusedGradient({
    id: 'webgl-no-dilation2d',
    kernels: ['Dilation2D'],
    backends: ['webgl'],
    missing: 'kernel',
    reason: 'webgl has no kernels Dilation2DBackpropInput and Dilation2DBackpropFilter',
    mendedBy: 'backproof/gpu-fixes',
  }),
  refusedGradient({
    id: 'wasm-no-kernel',
    kernels: ['ComplexAbs', 'Einsum', 'FFT', 'IFFT', 'Imag', 'Real'],
    backends: ['wasm'],
    missing: 'kernel',
    reason: 'wasm has no such kernel, nor one of complex numbers',
    mendedBy: null,
  }),
  refusedGradient({
    id: 'native-no-kernel',
    kernels: ['DenseBincount', 'Transform'],
    backends: ['native'],
    missing: 'kernel',
    reason: 'tfjs-node has no such kernel',
    mendedBy: null,
  }),
  refusedGradient({
    id: 'comparisons',
    kernels: ['Equal', 'Greater', 'Less', 'LessEqual', 'NotEqual'],
    missing: 'gradient',
    reason: 'no gradient is registered; a step function has gradient 0',
    upstream: [619, 7710],
  }),
  refusedGradient({
    id: 'no-gradient',
    kernels: [
      'ComplexAbs',
      'Conv3DBackpropInputV2',
      'CropAndResize',
      'Cumprod',
      'DenseBincount',
      'DepthToSpace',
      'Einsum',
      'FFT',
      'GatherNd',
      'IFFT',
      'Imag',
      'Real',
      'ScatterNd',
      'StridedSlice',
      'TopK',
      'Transform',
    ],
    missing: 'gradient',
    reason: 'no gradient is registered',
    upstream: [1601, 7722],
  }),
];
