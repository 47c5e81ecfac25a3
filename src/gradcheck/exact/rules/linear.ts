import { sizeOf } from '../../../numerics/shape.ts';
import { degreeOfSum } from '../algebra.ts';
import type { Call, Rule } from '../call.ts';
import { aboutOf, type Entry, type Numbers } from '../entry.ts';
import type { PrimeField, Vec } from '../field.ts';
import { CannotProve } from '../world.ts';

/** A number that follows from a call of a kernel that is linear in the named input. */
type Count = (call: Call, name: string) => number;

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
  const whole = field.modulus * denominator * HALF < LARGEST;
  const high = plane.map((x) => Math.floor(x / HALF));
  const sums = whole
    ? apply(plane)
    : field.add2(
        apply(plane.map((x) => x % HALF)),
        field.mul2(apply(high), Float64Array.of(field.residue(HALF))),
      );
  return field.mul2(sums, field.fraction(1, denominator).re);
}

/**
 * A kernel that is linear in one input for any values of the others: runs the kernel itself on every plane.
 *
 * @param terms as many elements of the input as one of the output is made of, at most
 * @param denominator a common one of the results of a kernel that divides
 */
export function linear(call: Call, name: string, terms: number, denominator: number): Entry {
  const { world, size } = call;
  const { entry } = call.operand(name);
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

const linearIn =
  (name: string, terms: Count, denominator: Count = () => 1): Rule =>
  (call) =>
    linear(call, name, terms(call, name), denominator(call, name));

/** Kernels whose other inputs decide the branches; these are held as the real numbers take them. */
const held =
  (rule: Rule): Rule =>
  (call) => {
    call.world.hold(call.size);
    return rule(call);
  };

/** All elements, any of which may be in the sum. */
const every: Count = ({ inputs }, name) => sizeOf(inputs[name]!.shape);

/** The elements along the axes that are summed; 1 for none at all. */
export const reduced: Count = (call, name) => every(call, name) / call.size || 1;

const alongAxis: Count = ({ inputs, attrs, world }, name) => {
  const { shape } = inputs[name]!;
  return shape[world.tf.util.parseAxisParam(attrs.axis as number, shape)[0]!]!;
};

const lengthsOf = ({ attrs, kernel }: Call): number[] => {
  const filter = attrs.filterSize as number | number[];
  return typeof filter === 'number' ? Array(kernel.includes('3D') ? 3 : 2).fill(filter) : filter;
};

/** The elements of a pooling window. */
const inWindow: Count = (call) => sizeOf(lengthsOf(call));

/** The number of elements in a window; with padding, a multiple of every number that can be inside. */
const windows: Count = (call, name) =>
  call.attrs.pad === 'valid'
    ? inWindow(call, name)
    : sizeOf(lengthsOf(call).map((length) => leastCommonMultiple(length)));

/** The least common multiple of 1 to n. */
function leastCommonMultiple(n: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let multiple = 1;
  for (let k = 2; k <= n; k++) multiple = (multiple / divisor(multiple, k)) * k;
  return multiple;
}

/** The most rows that a segment has. */
const inSegment: Count = (call) => {
  const counts = new Map<number, number>();
  for (const id of Array.from(call.operand('segmentIds').real)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return Math.max(1, ...counts.values());
};

/** A multiple of the number of rows in every segment, over which the kernel averages. */
const segments: Count = (call, name) => leastCommonMultiple(inSegment(call, name));

/** The weights are multiples of 1 / output length, or of half of that. */
const resized =
  (large: string): Count =>
  ({ inputs, outputs, attrs }) => {
    const [, height, width] = (large === 'y' ? outputs[0]! : inputs[large]!).shape;
    const length = (n: number): number =>
      attrs.alignCorners && n > 1 ? n - 1 : attrs.halfPixelCenters ? 2 * n : n;
    return length(height!) * length(width!);
  };

const corners: Count = () => 4;

/** Kernels that are linear in the named input. */
export const linearKernels: Readonly<Record<string, Rule>> = {
  AvgPool: linearIn('x', inWindow, windows),
  AvgPool3D: linearIn('x', inWindow, windows),
  AvgPool3DGrad: linearIn('dy', inWindow, windows),
  AvgPoolGrad: linearIn('dy', inWindow, windows),
  Bincount: linearIn('weights', every),
  Cumsum: linearIn('x', alongAxis),
  DenseBincount: linearIn('weights', every),
  Dilation2DBackpropFilter: held(linearIn('dy', every)),
  Dilation2DBackpropInput: held(linearIn('dy', every)),
  MaxPool3DGrad: held(linearIn('dy', inWindow)),
  MaxPoolGrad: held(linearIn('dy', inWindow)),
  Mean: linearIn('x', reduced, reduced),
  ResizeBilinear: linearIn('images', corners, resized('y')),
  ResizeBilinearGrad: linearIn('dy', every, resized('dy')),
  ResizeNearestNeighborGrad: linearIn('dy', every),
  ScatterNd: linearIn('updates', every),
  SparseSegmentMean: linearIn('data', inSegment, segments),
  SparseSegmentSum: linearIn('data', inSegment),
  Sum: linearIn('x', reduced),
  UnsortedSegmentSum: linearIn('x', inSegment),
};
