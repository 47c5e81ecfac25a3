import {
  type Fault,
  isCutByBorder,
  isSquare,
  liesInPadding,
  movesPixels,
  nearest,
  pads,
  stepsOver,
  stepsOverVolume,
  wrongGradient,
  wrongOnCpu,
  wrongOnGpu,
  wrongOnWasm,
} from './fault.ts';

const VOLUMES = ['AvgPool3D', 'Conv3D', 'Conv3DBackpropInputV2', 'MaxPool3D'];
/** Faults of every backend that is TensorFlow.js's own implementation. */
const STARTS_BEHIND = {
  sometimes: true,
  kernels: VOLUMES,
  at: stepsOverVolume(1),
  reason:
    'with padding same and a stride longer than the window, windows of volumes start after the first pixel; in TensorFlow they start at it',
} as const;

/** Gradients and kernels that give wrong numbers; looked up and listed on the page in this order. */
export const WRONG: readonly Fault[] = [
  wrongOnGpu({
    id: 'webgl-floor-div-rounds',
    kernels: ['FloorDiv'],
    backends: ['webgl'],
    reason: 'kernel FloorDiv of webgl: forward rounds both numbers to integers before it divides',
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
  wrongOnGpu({
    id: 'gpu-pool-of-one',
    sometimes: true,
    kernels: ['AvgPool', 'MaxPool'],
    backends: ['webgl', 'webgpu'],
    at: movesPixels,
    reason:
      'kernels AvgPool and MaxPool of webgl and webgpu: windows of one pixel return x if the shape stays the same, even where strides and padding move them',
  }),
  wrongOnCpu({
    id: 'cpu-avg-pool-in-padding',
    kernels: ['AvgPool'],
    at: liesInPadding,
    reason:
      'kernel AvgPool of cpu: a window that lies in the padding gives NaN, but 0 in avgPool3d and on webgl and webgpu; windows of one pixel return x if the shape stays the same, even where padding moves them',
  }),
  wrongOnWasm({
    id: 'wasm-pool-in-padding',
    sometimes: true,
    kernels: ['AvgPool', 'MaxPool'],
    at: liesInPadding,
    reason:
      'kernels AvgPool and MaxPool of wasm: the output of a window that lies in the padding is not written',
  }),
  wrongOnCpu({ id: 'cpu-volume-steps-over', ...STARTS_BEHIND }),
  wrongOnWasm({ id: 'wasm-volume-steps-over', ...STARTS_BEHIND }),
  wrongOnGpu({ id: 'gpu-volume-steps-over', ...STARTS_BEHIND, backends: ['webgl', 'webgpu'] }),
  wrongGradient({
    id: 'native-volume-steps-over',
    sometimes: true,
    kernels: VOLUMES,
    backends: ['native'],
    at: stepsOverVolume(2),
    reason:
      'Conv3D, AvgPool3D and MaxPool3D of TensorFlow, and their gradients, compute a negative padding for same where a stride is longer than the window by 2 or more',
    fixedBy: 'backproof/native',
  }),
  wrongGradient({
    id: 'native-avg-pool3d-steps-over',
    sometimes: true,
    kernels: ['AvgPool3D'],
    backends: ['native'],
    at: stepsOverVolume(1),
    reason:
      'AvgPool3DGrad of TensorFlow is wrong where a stride is longer than the window, in a padded volume',
    fixedBy: 'backproof/native',
  }),
  wrongGradient({
    id: 'native-max-pool3d-equal',
    sometimes: true,
    kernels: ['MaxPool3D'],
    backends: ['native'],
    reason: 'MaxPool3DGrad of TensorFlow: each of several equal largest values in a window gets all of dy',
    fixedBy: 'backproof/native',
  }),
  wrongOnCpu({
    id: 'cpu-avg-pool-border',
    kernels: ['AvgPool', 'AvgPool3D'],
    at: isCutByBorder,
    reason:
      'kernels AvgPoolGrad and AvgPool3DGrad of cpu: dy is divided by the whole window; forward divides by the part inside the image',
  }),
  wrongOnCpu({
    id: 'cpu-max-pool3d-window',
    kernels: ['MaxPool3D'],
    at: ({ attributes: { window } }) => Array.isArray(window),
    reason: 'kernel MaxPool3DGrad of cpu: uses the height of a window as its width',
  }),
  wrongOnCpu({
    id: 'cpu-resize-nearest-batch',
    kernels: ['ResizeNearestNeighbor'],
    at: ({ shapes: { x } }) => x!.length === 4 && x![0]! > 1,
    reason:
      'kernel ResizeNearestNeighborGrad of cpu: images of a batch after the first are read at wrong places',
  }),
  wrongOnCpu({
    id: 'cpu-resize-nearest-endless',
    sometimes: true,
    endless: true,
    kernels: ['ResizeNearestNeighbor'],
    at: ({ shapes: { x }, attributes: { to, alignCorners } }) =>
      alignCorners === true && [to].flat(2).some((size, axis) => Number(size) > 1 && x!.at(axis - 3) === 1),
    reason:
      'kernel ResizeNearestNeighborGrad of cpu: never returns with alignCorners and an image of one pixel along an axis',
  }),
  wrongOnCpu({
    id: 'cpu-resize-bilinear-sides',
    kernels: ['ResizeBilinear'],
    verdicts: ['refused'],
    at: ({ shapes }) => !isSquare(shapes.x!),
    reason: 'kernel ResizeBilinearGrad of cpu: height and width of the image are swapped',
  }),
  wrongOnWasm({
    id: 'wasm-max-pool-least',
    sometimes: true,
    kernels: ['MaxPool', 'MaxPool3D'],
    reason:
      'kernels MaxPoolGrad, MaxPool3D and MaxPool3DGrad of wasm: the search for the largest value starts at the smallest positive number, so windows of negative values fail',
  }),
  wrongOnWasm({
    id: 'wasm-avg-pool-border',
    kernels: ['AvgPool', 'AvgPool3D'],
    at: isCutByBorder,
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
      'kernel Dilation2D of wasm: the search for the largest value starts at the smallest positive number, so negative values fail',
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
    reason: 'kernel Prelu of wasm: forward repeats alpha along the last axis, regardless of its shape',
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
      'kernels Cumsum and Cumprod of webgpu in reverse, as the gradients of cumsum and prod call them: after a run on an axis of one length they are wrong for every other length, because the cached shader contains the first',
  }),
  wrongOnGpu({
    id: 'webgpu-max-pool3d-window',
    kernels: ['MaxPool3D'],
    at: ({ attributes: { window } }) => {
      const [depth, height, width] = [window].flat() as (number | undefined)[];
      return height !== undefined && depth !== 1 && height !== width;
    },
    reason:
      'kernel MaxPool3DGrad of webgpu: uses the height of a window as its width to compute the position of the largest value',
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
  }),
  wrongOnWasm({
    id: 'wasm-avg-pool-steps-over',
    sometimes: true,
    kernels: ['AvgPool'],
    at: ({ attributes: { window, strides, pad } }) =>
      pad !== 'valid' &&
      Math.max(...[strides, strides].flat().map(Number)) > Math.min(...[window, window].flat().map(Number)),
    reason: 'kernel AvgPool of wasm: wrong where a stride is longer than the window, in a padded image',
  }),
  wrongOnWasm({
    id: 'wasm-crop-and-resize',
    sometimes: true,
    kernels: ['CropAndResize'],
    reason:
      'kernel CropAndResize of wasm: forward uses one row for all rows of a box that lies between two, and rounds halves differently from cpu',
  }),
  wrongOnWasm({
    id: 'wasm-resize-nearest-corners',
    sometimes: true,
    kernels: ['ResizeNearestNeighbor'],
    at: ({ attributes }) => attributes.alignCorners === true,
    reason: 'alignCorners: the gradient of wasm rounds halves differently from its forward',
  }),
  wrongOnCpu({
    id: 'cpu-transform-batch',
    sometimes: true,
    kernels: ['Transform'],
    backends: ['cpu', 'float64'],
    at: ({ shapes: { x } }) => x![0]! > 1,
    reason: 'kernel Transform of cpu: forward stops after the first image',
  }),
  wrongGradient({
    id: 'wasm-batch-norm-defaults',
    kernels: ['FusedBatchNorm'],
    backends: ['wasm'],
    at: ({ shapes: { scale, offset } }) => scale === undefined || offset === undefined,
    reason: 'the gradient assumes that scale and offset were given, and reads inputs that do not exist',
  }),
];
