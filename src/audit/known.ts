import type { AuditBackend, AuditVerdict } from '../results/audit.ts';

/** A fault of TensorFlow.js that is known and not fixed here. */
export interface KnownFault {
  readonly kernel: string;
  readonly backends: readonly AuditBackend[];
  readonly verdict: Exclude<AuditVerdict, 'right'>;
  /** The inputs it shows at, by the words of the case; without it, all of the kernel's. */
  readonly input?: RegExp;
  readonly reason: string;
}

const everywhere = ['native', 'wasm', 'cpu', 'float64'] as const;
const shippedCpu = ['cpu', 'float64'] as const;

const broadcastRefused = (kernel: string): KnownFault => ({
  kernel,
  backends: everywhere,
  verdict: 'refused',
  input: /broadcasting/,
  reason: 'the gradient is not summed over the axes that were broadcast',
});

const dilationRefused = (kernel: string): KnownFault => ({
  kernel,
  backends: everywhere,
  verdict: 'refused',
  input: /dilations 2/,
  reason: 'dilation above 1 is refused by the gradient',
});

const nativePadding = (kernel: string): KnownFault => ({
  kernel,
  backends: ['native'],
  verdict: 'refused',
  input: /pad (\d|\[)/,
  reason: 'tfjs-node has only the paddings valid and same',
});

const noGradient = (kernel: string): KnownFault => ({
  kernel,
  backends: everywhere,
  verdict: 'refused',
  reason: 'no gradient is registered, or no kernel',
});

/** Whose fault it is in each: the gradient function of tfjs-core, unless a backend's kernel is named. */
export const KNOWN: readonly KnownFault[] = [
  {
    kernel: 'FloorDiv',
    backends: everywhere,
    verdict: 'wrong',
    reason: 'the gradient is that of div; a step function has gradient 0',
  },
  {
    kernel: 'Cast',
    backends: everywhere,
    verdict: 'wrong',
    input: /int32/,
    reason: 'dy passes through a cast to int32; a step function has gradient 0',
  },
  broadcastRefused('Maximum'),
  broadcastRefused('Minimum'),
  broadcastRefused('SquaredDifference'),
  {
    kernel: 'BatchMatMul',
    backends: everywhere,
    verdict: 'refused',
    input: /broadcast batch/,
    reason: 'the gradient is not summed over the batch axes that were broadcast',
  },
  {
    kernel: 'Prod',
    backends: everywhere,
    verdict: 'refused',
    input: /axis -1/,
    reason: 'a negative axis is not resolved',
  },
  {
    kernel: 'Cumsum',
    backends: everywhere,
    verdict: 'wrong',
    input: /x \[3,3\]; axis 0/,
    reason: 'transposed once too often: unseen in the shape of a square matrix',
  },
  {
    kernel: 'Cumsum',
    backends: everywhere,
    verdict: 'refused',
    input: /x \[3,4\]; axis 0|x \[2,3,2\]; axis (1|-1)/,
    reason: 'transposed once too often; a negative axis is not resolved',
  },
  dilationRefused('Conv2D'),
  dilationRefused('DepthwiseConv2dNative'),
  dilationRefused('Conv3D'),
  {
    kernel: 'AvgPool',
    backends: ['wasm', 'cpu', 'float64'],
    verdict: 'wrong',
    input: /pad (same|1)/,
    reason:
      'kernel AvgPoolGrad: dy is divided by the whole window; forward divides by the part inside the image',
  },
  {
    kernel: 'AvgPool3D',
    backends: ['wasm', 'cpu', 'float64'],
    verdict: 'wrong',
    input: /pad (same|1)/,
    reason:
      'kernel AvgPool3DGrad: dy is divided by the whole window; forward divides by the part inside the image',
  },
  {
    kernel: 'MaxPool3D',
    backends: ['float64'],
    verdict: 'wrong',
    input: /window \d,\d,\d/,
    reason: 'kernel MaxPool3DGrad of cpu as shipped: takes the height of a window for its width',
  },
  {
    kernel: 'ResizeBilinear',
    backends: ['native', 'wasm'],
    verdict: 'wrong',
    input: /halfPixelCenters/,
    reason: 'halfPixelCenters is ignored by the gradient',
  },
  {
    kernel: 'ResizeBilinear',
    backends: shippedCpu,
    verdict: 'wrong',
    input: /(3,3|4,4),\d\]; to.*halfPixelCenters/,
    reason: 'halfPixelCenters is ignored by the gradient',
  },
  {
    kernel: 'ResizeBilinear',
    backends: shippedCpu,
    verdict: 'refused',
    input: /(2,3|3,2|4,3),\d\]; to/,
    reason: 'kernel ResizeBilinearGrad of cpu: height and width of the image are exchanged',
  },
  {
    kernel: 'ResizeNearestNeighbor',
    backends: ['native', 'wasm', 'cpu'],
    verdict: 'wrong',
    input: /to \[(5,5|2,2|4,5)\], halfPixelCenters/,
    reason: 'halfPixelCenters is ignored by the gradient',
  },
  {
    kernel: 'ResizeNearestNeighbor',
    backends: ['float64'],
    verdict: 'wrong',
    input: /x \[2,\d,\d,\d\]|to \[4,5\], halfPixelCenters/,
    reason:
      'kernel ResizeNearestNeighborGrad of cpu as shipped: wrong with a batch above 1; halfPixelCenters is ignored',
  },
  {
    kernel: 'FusedBatchNorm',
    backends: everywhere,
    verdict: 'refused',
    input: /no (scale|offset)/,
    reason: 'the gradient takes for granted that scale and offset were given',
  },
  {
    kernel: 'MirrorPad',
    backends: everywhere,
    verdict: 'wrong',
    input: /; [12],/,
    reason: 'dy of the mirrored border is dropped, as if the padding were constant',
  },
  {
    kernel: 'Tile',
    backends: everywhere,
    verdict: 'refused',
    input: /reps 1,2,1,2,1/,
    reason: 'the gradient ends at rank 4',
  },
  {
    kernel: 'Prelu',
    backends: ['wasm'],
    verdict: 'wrong',
    input: /b \[2,1\]/,
    reason: 'kernel Prelu of wasm: forward repeats alpha along the last axis, whatever its shape',
  },
  {
    kernel: 'GatherV2',
    backends: ['wasm'],
    verdict: 'wrong',
    input: /axis 2, batchDims 1/,
    reason: 'kernel GatherV2 of wasm: forward is wrong with batchDims 1 and an axis beyond it',
  },
  {
    kernel: 'GatherV2',
    backends: ['native'],
    verdict: 'refused',
    input: /axis -/,
    reason: 'tfjs-node does not resolve a negative axis',
  },
  {
    kernel: 'Dilation2D',
    backends: ['wasm'],
    verdict: 'wrong',
    input: /pad valid|dilations 2/,
    reason:
      'kernel Dilation2D of wasm: the largest starts from the smallest positive number, so negative values fail',
  },
  {
    kernel: 'Conv2D',
    backends: ['native', 'wasm'],
    verdict: 'refused',
    input: /NCHW/,
    reason: 'the backend has only channels last',
  },
  {
    kernel: 'DepthwiseConv2dNative',
    backends: ['native'],
    verdict: 'refused',
    input: /strides 1,2/,
    reason: 'TensorFlow has only equal strides',
  },
  ...['Conv2D', 'DepthwiseConv2dNative', 'MaxPool', 'AvgPool', 'MaxPool3D', 'AvgPool3D'].map(nativePadding),
  ...[
    'ComplexAbs',
    'Conv3DBackpropInputV2',
    'CropAndResize',
    'Cumprod',
    'DenseBincount',
    'DepthToSpace',
    'Einsum',
    'Equal',
    'GatherNd',
    'ScatterNd',
    'StridedSlice',
    'TopK',
    'Transform',
  ].map(noGradient),
];
