import { sizeOf } from '../../../numerics/shape.ts';
import { degreeOfSum } from '../algebra.ts';
import type { Call, Rule } from '../call.ts';
import { aboutOf, type Entry, type Numbers } from '../entry.ts';
import type { PrimeField, Vec } from '../field.ts';
import { CannotProve } from '../world.ts';

/** A common denominator of the results of a linear kernel that divides. */
type Denominator = (call: Call) => number;

/** Integers up to this size are far enough below 2^53 to be distinguishable from fractions. */
const LARGEST = 2 ** 48;
const OFF = 2 ** -6;
const HALF = 2 ** 10;

/** Runs the kernel on residues; if it divides, on residues times the denominator. */
function onResidues(call: Call, name: string, field: PrimeField, plane: Float64Array, denominator: number) {
  const apply = (part: Float64Array): Float64Array => {
    const [sums] = call.run({ [name]: part.map((x) => x * denominator) });
    for (const [k, sum] of sums!.entries()) {
      const whole = Math.round(sum);
      if (Math.abs(sum - whole) > OFF || Math.abs(whole) > LARGEST * 16)
        throw new CannotProve(`${call.kernel}: no common denominator below 2^53`);
      sums![k] = whole;
    }
    return field.reduce(sums!);
  };
  const terms = plane.length;
  const whole = field.modulus * denominator * Math.min(terms, HALF) < LARGEST;
  const high = plane.map((x) => Math.floor(x / HALF));
  const sums = whole
    ? apply(plane)
    : field.add2(
        apply(plane.map((x) => x % HALF)),
        field.mul2(apply(high), Float64Array.of(field.residue(HALF))),
      );
  return denominator === 1 ? sums : field.mul2(sums, field.fraction(1, denominator).re);
}

/** A kernel that is linear in one input for any values of the others: runs the kernel itself on every plane. */
export function linear(call: Call, name: string, denominator = 1): Entry {
  const { world, size } = call;
  const { entry } = call.operand(name);
  const terms = Math.max(1, Math.ceil(entry.size / Math.max(1, size)), termsOf(call));
  return world.make(size, aboutOf([entry], true), (algebra, lane): Numbers => {
    const { value } = entry.numbers[lane]!;
    const tangent = world.tangents ? entry.numbers[lane]!.tangent : null;
    if (algebra.kind === 'degrees')
      return {
        value: degreeOfSum(value, terms),
        tangent: tangent && degreeOfSum(tangent, terms),
        exponent: null,
      };
    if (algebra.kind === 'doubles')
      return {
        value: { re: Float64Array.from(call.real), im: null },
        tangent: tangent && { re: call.run({ [name]: tangent.re })[0]!, im: null },
        exponent: null,
      };
    const { p, q } = world.lanes[lane]!;
    const plane = (field: PrimeField, x: Float64Array) => onResidues(call, name, field, x, denominator);
    const both = ({ re, im }: Vec): Vec => ({ re: plane(p, re), im: im && plane(p, im) });
    const exponent = world.options.exponents ? entry.exponent(lane) : null;
    return {
      value: both(value),
      tangent: tangent && both(tangent),
      exponent: exponent && {
        ...exponent,
        q: plane(q, exponent.q),
        sign:
          exponent.sign && denominator === 1
            ? call.run({ [name]: exponent.sign })[0]!.map((sum) => Math.abs(sum) % 2)
            : null,
        lost: exponent.lost || (exponent.sign !== null && denominator !== 1),
      },
    };
  });
}

/** The number of terms in a sum that does not follow from the shapes: the elements of a pooling window. */
function termsOf({ attrs }: Call): number {
  const { filterSize } = attrs;
  if (typeof filterSize === 'number') return filterSize ** 3;
  return Array.isArray(filterSize) ? sizeOf(filterSize as number[]) : 1;
}

const linearIn =
  (name: string, denominator: Denominator = () => 1): Rule =>
  (call) =>
    linear(call, name, denominator(call));

/** Kernels whose other inputs decide the branches; these are held as the real numbers take them. */
const held =
  (rule: Rule): Rule =>
  (call) => {
    call.world.hold(call.size);
    return rule(call);
  };

const averaged: Denominator = ({ inputs, size }) => sizeOf(inputs.x!.shape) / Math.max(1, size);

/** The number of elements in a window; with padding, a multiple of every number that can be inside. */
const windows: Denominator = ({ attrs, kernel }) => {
  const filter = attrs.filterSize as number | number[];
  const lengths =
    typeof filter === 'number' ? [filter, filter, ...(kernel.includes('3D') ? [filter] : [])] : filter;
  if (attrs.pad === 'valid') return sizeOf(lengths);
  return lengths.map((length) => leastCommonMultiple(length)).reduce((a, b) => a * b);
};

/** The least common multiple of 1 to n. */
function leastCommonMultiple(n: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let multiple = 1;
  for (let k = 2; k <= n; k++) multiple = (multiple / divisor(multiple, k)) * k;
  return multiple;
}

/** A multiple of the number of rows in every segment, over which the kernel averages. */
const segments: Denominator = (call) => {
  const counts = new Map<number, number>();
  for (const id of Array.from(call.operand('segmentIds').real)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return leastCommonMultiple(Math.max(1, ...counts.values()));
};

/** The weights are multiples of 1 / output length, or of half of that. */
const resized =
  (large: string): Denominator =>
  ({ inputs, outputs, attrs }) => {
    const [, height, width] = (large === 'y' ? outputs[0]! : inputs[large]!).shape;
    const length = (n: number): number =>
      attrs.alignCorners && n > 1 ? n - 1 : attrs.halfPixelCenters ? 2 * n : n;
    return length(height!) * length(width!);
  };

/** Kernels that are linear in the named input. */
export const linearKernels: Readonly<Record<string, Rule>> = {
  AvgPool: linearIn('x', windows),
  AvgPool3D: linearIn('x', windows),
  AvgPool3DGrad: linearIn('dy', windows),
  AvgPoolGrad: linearIn('dy', windows),
  Bincount: linearIn('weights'),
  Cumsum: linearIn('x'),
  DenseBincount: linearIn('weights'),
  Dilation2DBackpropFilter: held(linearIn('dy')),
  Dilation2DBackpropInput: held(linearIn('dy')),
  MaxPool3DGrad: held(linearIn('dy')),
  MaxPoolGrad: held(linearIn('dy')),
  Mean: linearIn('x', averaged),
  ResizeBilinear: linearIn('images', resized('y')),
  ResizeBilinearGrad: linearIn('dy', resized('dy')),
  ResizeNearestNeighborGrad: linearIn('dy'),
  ScatterNd: linearIn('updates'),
  SparseSegmentMean: linearIn('data', segments),
  SparseSegmentSum: linearIn('data'),
  Sum: linearIn('x'),
  UnsortedSegmentSum: linearIn('x'),
};
