import type {
  AuditBackend,
  AuditedCase,
  AuditMode,
  AuditVerdict,
  CaseResult,
  MendingEntry,
} from '../results/audit.ts';

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

const everywhere = ['native', 'wasm', 'cpu', 'float64'] as const;
const onCpu = ['cpu', 'float64'] as const;

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

/** In the order of the ops; what is wrong before what is refused, and what is missing last. */
export const FAULTS: readonly Fault[] = [
  {
    id: 'floor-div',
    kernels: ['FloorDiv'],
    backends: everywhere,
    verdicts: ['wrong'],
    reason: 'the gradient is that of div; a step function has gradient 0',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'cast-to-int32',
    kernels: ['Cast'],
    backends: everywhere,
    verdicts: ['wrong'],
    at: ({ attributes }) => attributes.to === 'int32',
    reason: 'dy passes through a cast to int32; a step function has gradient 0',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'cumsum-axis',
    kernels: ['Cumsum'],
    backends: everywhere,
    verdicts: ['wrong', 'refused'],
    at: ({ shapes: { x }, attributes: { axis } }) => axis !== x!.length - 1,
    reason:
      'the gradient is transposed once too often: wrong in the shape of a square matrix, refused in others; a negative axis is not resolved',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'resize-bilinear-half-pixel',
    kernels: ['ResizeBilinear'],
    backends: everywhere,
    verdicts: ['wrong'],
    at: ({ attributes }) => attributes.halfPixelCenters === true,
    reason: 'halfPixelCenters is ignored by the gradient',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'resize-nearest-half-pixel',
    kernels: ['ResizeNearestNeighbor'],
    backends: everywhere,
    verdicts: ['wrong'],
    at: ({ shapes, attributes: { to, halfPixelCenters } }) =>
      halfPixelCenters === true &&
      (to as number[]).some((size, axis) => {
        const from = shapes.x!.at(axis - 3)!;
        return nearest(from, size, true) !== nearest(from, size, false);
      }),
    reason: 'halfPixelCenters is ignored by the gradient',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'resize-bilinear-sides',
    kernels: ['ResizeBilinear'],
    backends: onCpu,
    verdicts: ['refused'],
    at: ({ shapes }) => !isSquare(shapes.x!),
    reason: 'kernel ResizeBilinearGrad of cpu: height and width of the image are exchanged',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'mirror-pad-border',
    kernels: ['MirrorPad'],
    backends: everywhere,
    verdicts: ['wrong'],
    at: ({ attributes }) => [attributes.paddings].flat(2).some((width) => width !== 0),
    reason: 'dy of the mirrored border is dropped, as if the padding were constant',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'wasm-prelu-alpha',
    kernels: ['Prelu'],
    backends: ['wasm'],
    verdicts: ['wrong'],
    at: ({ shapes: { a, b } }) => b!.length > 1 && String(a) !== String(b),
    reason: 'kernel Prelu of wasm: forward repeats alpha along the last axis, whatever its shape',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'wasm-gather-batch-dims',
    kernels: ['GatherV2'],
    backends: ['wasm'],
    verdicts: ['wrong'],
    at: ({ attributes: { axis, batchDims } }) => batchDims === 1 && Number(axis) > 1,
    reason: 'kernel GatherV2 of wasm: forward is wrong with batchDims 1 and an axis beyond it',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'wasm-dilation2d-least',
    kernels: ['Dilation2D'],
    backends: ['wasm'],
    verdicts: ['wrong'],
    reason:
      'kernel Dilation2D of wasm: the largest starts from the smallest positive number, so negative values fail',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'wasm-avg-pool-border',
    kernels: ['AvgPool', 'AvgPool3D'],
    backends: ['wasm'],
    verdicts: ['wrong'],
    at: pads,
    reason:
      'kernels AvgPoolGrad and AvgPool3DGrad of wasm: dy is divided by the whole window; forward divides by the part inside the image',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'broadcast-extremes',
    kernels: ['Maximum', 'Minimum', 'SquaredDifference'],
    backends: everywhere,
    verdicts: ['refused'],
    at: broadcasts,
    reason: 'the gradient is not summed over the axes that were broadcast',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'matmul-batch',
    kernels: ['BatchMatMul'],
    backends: everywhere,
    verdicts: ['refused'],
    at: broadcastsBatch,
    reason: 'the gradient is not summed over the batch axes that were broadcast',
    mendedBy: null,
    upstream: [8721],
  },
  {
    id: 'prod-negative-axis',
    kernels: ['Prod'],
    backends: everywhere,
    verdicts: ['refused'],
    at: ({ attributes: { axis } }) => Number(axis) < 0,
    reason: 'a negative axis is not resolved',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'dilations',
    kernels: ['Conv2D', 'DepthwiseConv2dNative', 'Conv3D'],
    backends: everywhere,
    verdicts: ['refused'],
    at: isDilated,
    reason: 'dilation above 1 is refused by the gradient',
    mendedBy: null,
    upstream: [7906],
  },
  {
    id: 'batch-norm-defaults',
    kernels: ['FusedBatchNorm'],
    backends: everywhere,
    verdicts: ['refused'],
    at: ({ shapes: { scale, offset } }) => scale === undefined || offset === undefined,
    reason: 'the gradient takes for granted that scale and offset were given',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'tile-rank',
    kernels: ['Tile'],
    backends: everywhere,
    verdicts: ['refused'],
    at: ({ shapes: { x } }) => x!.length > 4,
    reason: 'the gradient ends at rank 4',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'channels-first',
    kernels: ['Conv2D'],
    backends: ['native', 'wasm'],
    verdicts: ['refused'],
    at: ({ attributes }) => attributes.dataFormat === 'NCHW',
    reason: 'the backend has only channels last',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'native-padding',
    kernels: ['Conv2D', 'DepthwiseConv2dNative', 'MaxPool', 'AvgPool', 'MaxPool3D', 'AvgPool3D'],
    backends: ['native'],
    verdicts: ['refused'],
    at: padsByNumber,
    reason: 'tfjs-node has only the paddings valid and same',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'native-depthwise-strides',
    kernels: ['DepthwiseConv2dNative'],
    backends: ['native'],
    verdicts: ['refused'],
    at: ({ attributes: { strides } }) => Array.isArray(strides) && strides[0] !== strides[1],
    reason: 'TensorFlow has only equal strides',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'native-gather-axis',
    kernels: ['GatherV2'],
    backends: ['native'],
    verdicts: ['refused'],
    at: ({ attributes }) => Number(attributes.axis) < 0,
    reason: 'tfjs-node does not resolve a negative axis',
    mendedBy: null,
    upstream: [],
  },
  {
    id: 'no-gradient',
    kernels: [
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
    ],
    backends: everywhere,
    verdicts: ['refused'],
    reason: 'no gradient is registered, or no kernel',
    mendedBy: null,
    upstream: [1601, 7722],
  },
];
