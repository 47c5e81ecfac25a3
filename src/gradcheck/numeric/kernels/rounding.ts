import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import { isFloat, type NumberArray } from './rule.ts';

/** A kernel call, with everything needed to estimate how far rounding inside it may move its results. */
export interface RoundingCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  read(tensor: TensorInfo): NumberArray;
  /** Runs the kernel itself with other values for the named inputs, and returns its first output. */
  runOn(values: Readonly<Record<string, NumberArray>>, attrs?: NamedAttrMap): NumberArray;
}

/**
 * The magnitude at which each element of the first output is rounded: its error is a few units of roundoff times this.
 * null means its own magnitude.
 */
type Scale = (call: RoundingCall, output: NumberArray) => NumberArray | null;

/** Kernels that only move or choose numbers or change signs, so nothing is rounded. */
const EXACT = new Set([
  ...['Identity', 'Reshape', 'Transpose', 'Slice', 'StridedSlice', 'Pack', 'Unpack', 'Concat', 'SplitV'],
  ...[
    'Tile',
    'Reverse',
    'PadV2',
    'MirrorPad',
    'ExpandDims',
    'BroadcastTo',
    'GatherV2',
    'GatherNd',
    'ScatterNd',
  ],
  ...['Select', 'SpaceToBatchND', 'BatchToSpaceND', 'DepthToSpace', 'ZerosLike', 'OnesLike', 'Fill', 'Cast'],
  ...[
    'Relu',
    'Relu6',
    'Abs',
    'Neg',
    'Sign',
    'Step',
    'Floor',
    'Ceil',
    'Round',
    'ClipByValue',
    'OneHot',
    'Range',
  ],
  ...[
    'Maximum',
    'Minimum',
    'Max',
    'Min',
    'MaxPool',
    'MaxPool3D',
    'MaxPoolWithArgmax',
    'TopK',
    'Real',
    'Imag',
  ],
  ...['LinSpace', 'FlipLeftRight', 'ResizeNearestNeighbor', 'SparseToDense', 'TensorScatterUpdate'],
]);

/** A loop, because TypedArray.from with a function takes eight times as long. */
function absolute(values: NumberArray): Float64Array {
  const magnitudes = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) magnitudes[i] = Math.abs(values[i]!);
  return magnitudes;
}

/** Sums of products, and weighted sums, are rounded at the sum of the magnitudes of their terms. */
const sumOfTerms: Scale = ({ inputs, attrs, read, runOn }) => {
  const magnitudes: Record<string, NumberArray> = {};
  for (const [name, tensor] of Object.entries(inputs))
    if (isFloat(tensor)) magnitudes[name] = absolute(read(tensor!));
  return runOn(magnitudes, 'activation' in attrs ? { ...attrs, activation: 'linear' } : attrs);
};

/** offset - mean scale / sqrt(variance + epsilon) + x scale / sqrt(variance + epsilon) */
const batchNorm: Scale = ({ inputs, read, runOn }) => {
  const magnitudes: Record<string, NumberArray> = {};
  for (const name of ['x', 'mean', 'scale', 'offset']) {
    const tensor = inputs[name];
    const sign = name === 'mean' ? -1 : 1;
    if (tensor != null) magnitudes[name] = Float64Array.from(read(tensor), (x) => sign * Math.abs(x));
  }
  return runOn(magnitudes);
};

/** exp(x - max) / sum: the relative error of exp is the relative error of its exponent times the exponent. */
const exponentialShare: Scale = (_call, output) =>
  Float64Array.from(output, (y) => (y > 0 ? y * (1 - Math.log(y)) : 0));

const SCALES: Readonly<Record<string, Scale>> = {
  ...Object.fromEntries(
    [
      ...[
        'BatchMatMul',
        '_FusedMatMul',
        'Conv2D',
        'FusedConv2D',
        'Conv2DBackpropInput',
        'Conv2DBackpropFilter',
      ],
      ...['Conv3D', 'Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2', 'DepthwiseConv2dNative'],
      ...['FusedDepthwiseConv2D', 'DepthwiseConv2dNativeBackpropInput', 'Einsum', 'AddN', 'Sum', 'Mean'],
      ...['DepthwiseConv2dNativeBackpropFilter', 'Cumsum', 'AvgPool', 'AvgPoolGrad', 'AvgPool3D'],
      ...['AvgPool3DGrad', 'ResizeBilinear', 'ResizeBilinearGrad', 'UnsortedSegmentSum'],
    ].map((kernel) => [kernel, sumOfTerms]),
  ),
  FusedBatchNorm: batchNorm,
  Softmax: exponentialShare,
};

/** The magnitude at which each element of a kernel's first output is rounded; null if the kernel rounds nothing. */
export function roundingScale(kernel: string, call: RoundingCall, output: NumberArray): NumberArray | null {
  if (EXACT.has(kernel)) return null;
  const scale = SCALES[kernel]?.(call, output);
  return scale ?? absolute(output);
}

/** For kernels that are not defined everywhere: the operand, and whether a value is in the domain. */
const DOMAINS: Readonly<Record<string, { operand: string; inside(x: number): boolean }>> = {
  Sqrt: { operand: 'x', inside: (x) => x >= 0 },
  Rsqrt: { operand: 'x', inside: (x) => x > 0 },
  Log: { operand: 'x', inside: (x) => x > 0 },
  Log1p: { operand: 'x', inside: (x) => x > -1 },
  Acos: { operand: 'x', inside: (x) => Math.abs(x) <= 1 },
  Asin: { operand: 'x', inside: (x) => Math.abs(x) <= 1 },
  Atanh: { operand: 'x', inside: (x) => Math.abs(x) < 1 },
  Acosh: { operand: 'x', inside: (x) => x >= 1 },
};

/**
 * The operands of a kernel that a perturbation moved out of its domain, with those elements restored to the base point;
 * empty if all are inside. Integer exponents are always restored, because a negative base has no other powers.
 */
export function heldOperands(
  kernel: string,
  values: Readonly<Record<string, NumberArray>>,
  base: Readonly<Record<string, NumberArray>>,
): Record<string, NumberArray> {
  if (kernel === 'Pow') return heldPower(values, base);
  const domain = DOMAINS[kernel];
  if (domain === undefined) return {};
  const { operand, inside } = domain;
  const held = holdWhere(values[operand]!, base[operand]!, (x, was) => inside(was) && !inside(x));
  return held === null ? {} : { [operand]: held };
}

function heldPower(
  values: Readonly<Record<string, NumberArray>>,
  base: Readonly<Record<string, NumberArray>>,
): Record<string, NumberArray> {
  const held: Record<string, NumberArray> = {};
  const exponents = holdWhere(values.b!, base.b!, (x, was) => x !== was && Number.isInteger(was));
  if (exponents !== null) held.b = exponents;
  const bases = base.b!.every((exponent) => Number.isInteger(exponent))
    ? null
    : holdWhere(values.a!, base.a!, (x, was) => was >= 0 && x < 0);
  if (bases !== null) held.a = bases;
  return held;
}

function holdWhere(
  values: NumberArray,
  base: NumberArray,
  leaves: (x: number, was: number) => boolean,
): NumberArray | null {
  let held: Float64Array | null = null;
  if (values.length !== base.length) return null;
  for (let i = 0; i < values.length; i++) {
    if (!leaves(values[i]!, base[i]!)) continue;
    held ??= Float64Array.from(values);
    held[i] = base[i]!;
  }
  return held;
}
