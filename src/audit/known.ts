import type { AuditedCase } from '../results/audit.ts';
import type { AuditBackend, AuditVerdict } from '../results/names.ts';

/** Shapes and attributes of a case. */
type Point = Pick<AuditedCase, 'shapes' | 'attributes'>;

/** A fault of TensorFlow.js that is known and not fixed here. */
export interface KnownFault {
  readonly kernel: string;
  readonly backends: readonly AuditBackend[];
  readonly verdict: Exclude<AuditVerdict, 'right'>;
  /** Where it shows; without it, in all cases of the kernel. */
  readonly at?: (point: Point) => boolean;
  readonly reason: string;
}

const everywhere = ['native', 'wasm', 'cpu', 'webgl', 'webgpu', 'float64'] as const;
const onCpu = ['cpu', 'float64'] as const;

const sameShapes = ({ a, b }: Point['shapes']): boolean => String(a) === String(b);
/** Whether the axes before the last two differ. */
const sameBatches = ({ a, b }: Point['shapes']): boolean =>
  String(a?.slice(0, -2)) === String(b?.slice(0, -2));
/** Padding that is given in numbers. */
const isExplicit = ({ pad }: Point['attributes']): boolean => pad !== undefined && typeof pad !== 'string';
const isPadded = ({ pad }: Point['attributes']): boolean => pad !== undefined && pad !== 'valid';
const isSquare = (image: readonly number[]): boolean => image.at(-3) === image.at(-2);

const broadcastRefused = (kernel: string): KnownFault => ({
  kernel,
  backends: everywhere,
  verdict: 'refused',
  at: ({ shapes }) => !sameShapes(shapes),
  reason: 'the gradient is not summed over the axes that were broadcast',
});

const dilationRefused = (kernel: string): KnownFault => ({
  kernel,
  backends: everywhere,
  verdict: 'refused',
  at: ({ attributes }) => Number(attributes.dilations) > 1,
  reason: 'dilation above 1 is refused by the gradient',
});

const nativePadding = (kernel: string): KnownFault => ({
  kernel,
  backends: ['native'],
  verdict: 'refused',
  at: ({ attributes }) => isExplicit(attributes),
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
    at: ({ attributes }) => attributes.to === 'int32',
    reason: 'dy passes through a cast to int32; a step function has gradient 0',
  },
  broadcastRefused('Maximum'),
  broadcastRefused('Minimum'),
  broadcastRefused('SquaredDifference'),
  {
    kernel: 'BatchMatMul',
    backends: everywhere,
    verdict: 'refused',
    at: ({ shapes }) => !sameBatches(shapes),
    reason: 'the gradient is not summed over the batch axes that were broadcast',
  },
  {
    kernel: 'Prod',
    backends: everywhere,
    verdict: 'refused',
    at: ({ attributes }) => Number(attributes.axis) < 0,
    reason: 'a negative axis is not resolved',
  },
  {
    kernel: 'Cumsum',
    backends: everywhere,
    verdict: 'wrong',
    at: ({ shapes, attributes }) => attributes.axis === 0 && String(shapes.x) === '3,3',
    reason: 'transposed once too often: unseen in the shape of a square matrix',
  },
  {
    kernel: 'Cumsum',
    backends: everywhere,
    verdict: 'refused',
    at: ({ shapes: { x }, attributes: { axis } }) =>
      x!.length > 1 && axis !== x!.length - 1 && String(x) !== '3,3',
    reason: 'transposed once too often; a negative axis is not resolved',
  },
  dilationRefused('Conv2D'),
  dilationRefused('DepthwiseConv2dNative'),
  dilationRefused('Conv3D'),
  {
    kernel: 'AvgPool',
    backends: ['wasm'],
    verdict: 'wrong',
    at: ({ attributes }) => isPadded(attributes),
    reason:
      'kernel AvgPoolGrad: dy is divided by the whole window; forward divides by the part inside the image',
  },
  {
    kernel: 'AvgPool3D',
    backends: ['wasm'],
    verdict: 'wrong',
    at: ({ attributes }) => isPadded(attributes),
    reason:
      'kernel AvgPool3DGrad: dy is divided by the whole window; forward divides by the part inside the image',
  },
  {
    kernel: 'ResizeBilinear',
    backends: ['native', 'wasm', 'webgl', 'webgpu'],
    verdict: 'wrong',
    at: ({ attributes }) => attributes.halfPixelCenters === true,
    reason: 'halfPixelCenters is ignored by the gradient',
  },
  {
    kernel: 'ResizeBilinear',
    backends: onCpu,
    verdict: 'wrong',
    at: ({ shapes, attributes }) => attributes.halfPixelCenters === true && isSquare(shapes.x!),
    reason: 'halfPixelCenters is ignored by the gradient',
  },
  {
    kernel: 'ResizeBilinear',
    backends: onCpu,
    verdict: 'refused',
    at: ({ shapes }) => !isSquare(shapes.x!),
    reason: 'kernel ResizeBilinearGrad of cpu: height and width of the image are exchanged',
  },
  {
    kernel: 'ResizeNearestNeighbor',
    backends: everywhere,
    verdict: 'wrong',
    // To twice the size the nearest pixels are the same ones.
    at: ({ attributes: { to, halfPixelCenters } }) =>
      halfPixelCenters === true && ['5,5', '2,2', '4,5'].includes(String(to)),
    reason: 'halfPixelCenters is ignored by the gradient',
  },
  {
    kernel: 'FusedBatchNorm',
    backends: everywhere,
    verdict: 'refused',
    at: ({ shapes }) => shapes.scale === undefined || shapes.offset === undefined,
    reason: 'the gradient takes for granted that scale and offset were given',
  },
  {
    kernel: 'MirrorPad',
    backends: everywhere,
    verdict: 'wrong',
    at: ({ attributes }) => [attributes.paddings].flat(2).some((width) => width !== 0),
    reason: 'dy of the mirrored border is dropped, as if the padding were constant',
  },
  {
    kernel: 'Tile',
    backends: everywhere,
    verdict: 'refused',
    at: ({ shapes }) => shapes.x!.length > 4,
    reason: 'the gradient ends at rank 4',
  },
  {
    kernel: 'Prelu',
    backends: ['wasm'],
    verdict: 'wrong',
    at: ({ shapes }) => shapes.b!.length > 1 && shapes.b!.at(-1) === 1,
    reason: 'kernel Prelu of wasm: forward repeats alpha along the last axis, whatever its shape',
  },
  {
    kernel: 'GatherV2',
    backends: ['wasm'],
    verdict: 'wrong',
    at: ({ attributes: { axis, batchDims } }) => batchDims === 1 && Number(axis) > 1,
    reason: 'kernel GatherV2 of wasm: forward is wrong with batchDims 1 and an axis beyond it',
  },
  {
    kernel: 'GatherV2',
    backends: ['native'],
    verdict: 'refused',
    at: ({ attributes }) => Number(attributes.axis) < 0,
    reason: 'tfjs-node does not resolve a negative axis',
  },
  {
    kernel: 'Dilation2D',
    backends: ['wasm'],
    verdict: 'wrong',
    at: ({ attributes: { pad, dilations } }) => pad === 'valid' || Number(dilations) > 1,
    reason:
      'kernel Dilation2D of wasm: the largest starts from the smallest positive number, so negative values fail',
  },
  {
    kernel: 'Conv2D',
    backends: ['native', 'wasm'],
    verdict: 'refused',
    at: ({ attributes }) => attributes.dataFormat === 'NCHW',
    reason: 'the backend has only channels last',
  },
  {
    kernel: 'DepthwiseConv2dNative',
    backends: ['native'],
    verdict: 'refused',
    at: ({ attributes }) => Array.isArray(attributes.strides),
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
