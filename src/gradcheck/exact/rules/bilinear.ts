import { sizeOf } from '../../../numerics/shape.ts';
import { degreeOfSum } from '../algebra.ts';
import type { Call, Rule } from '../call.ts';
import { aboutOf, type Entry, type Numbers } from '../entry.ts';
import type { PrimeField, Vec } from '../field.ts';

/** The number of products of centred residues below 2^20 that a double can sum without rounding. */
const TERMS = 2 ** 15;
const HALF = 2 ** 10;

type Inputs = readonly [string, string];

/** The largest number of terms that one output element can have. */
function termsOf(call: Call, [a, b]: Inputs): number {
  return Math.min(sizeOf(call.inputs[a]!.shape), sizeOf(call.inputs[b]!.shape));
}

function onResidues(call: Call, [a, b]: Inputs, field: PrimeField, x: Float64Array, y: Float64Array) {
  const right = field.centre(y);
  const apply = (left: Float64Array): Float64Array => field.reduce(call.run({ [a]: left, [b]: right })[0]!);
  const left = field.centre(x);
  if (termsOf(call, [a, b]) <= TERMS) return apply(left);
  // For longer sums, one side is split into two halves of 10 bits.
  const high = left.map((value) => Math.trunc(value / HALF));
  const low = left.map((value) => value % HALF);
  return field.add2(apply(low), field.mul2(apply(high), Float64Array.of(field.residue(HALF))));
}

/** A kernel that is linear in each of two inputs: runs the kernel itself on every pair of planes. */
export function bilinear(call: Call, names: Inputs, real = call.real): Entry {
  const { world, size } = call;
  const [a, b] = names.map((name) => call.operand(name).entry) as [Entry, Entry];
  const terms = Math.min(a.size, b.size);
  return world.make(size, aboutOf([a, b], false), (algebra, lane): Numbers => {
    const [x, y] = [a.numbers[lane]!, b.numbers[lane]!];
    const { field } = algebra;
    const product = (left: Vec, right: Vec): Vec => {
      if (algebra.kind === 'degrees') return degreeOfSum(field.mul(left, right), terms);
      if (algebra.kind === 'doubles')
        return { re: call.run({ [names[0]]: left.re, [names[1]]: right.re })[0]!, im: null };
      const { p } = world.lanes[lane]!;
      const planes = (l: Float64Array, r: Float64Array) => onResidues(call, names, p, l, r);
      const re = planes(left.re, right.re);
      if (left.im === null && right.im === null) return { re, im: null };
      const crossed = [left.im && planes(left.im, right.re), right.im && planes(left.re, right.im)].filter(
        (plane) => plane !== null,
      );
      return {
        re: left.im && right.im ? p.sub2(re, planes(left.im, right.im)) : re,
        im: crossed.reduce((sum, plane) => p.add2(sum, plane)),
      };
    };
    const value =
      algebra.kind === 'doubles' ? { re: Float64Array.from(real), im: null } : product(x.value, y.value);
    // d(a b) = da b + a db
    const parts = [x.tangent && product(x.tangent, y.value), y.tangent && product(x.value, y.tangent)].filter(
      (part) => part !== null,
    );
    const tangent =
      world.tangents && parts.length > 0 ? parts.reduce((sum, part) => field.add(sum, part)) : null;
    if (algebra.kind !== 'residues' || !world.options.exponents) return { value, tangent, exponent: null };
    const { q } = world.lanes[lane]!;
    const [e, f] = [a.exponent(lane), b.exponent(lane)];
    return {
      value,
      tangent,
      exponent: {
        q: onResidues(call, names, q, e.q, f.q),
        sign: null,
        lost: e.lost || f.lost || e.sign !== null || f.sign !== null,
        random: e.random || f.random,
      },
    };
  });
}

const bilinearIn =
  (a: string, b: string): Rule =>
  (call) =>
    bilinear(call, [a, b]);

/** Kernels that are linear in each of two inputs, with the names of these. */
export const bilinearKernels: Readonly<Record<string, Rule>> = {
  BatchMatMul: bilinearIn('a', 'b'),
  Conv2D: bilinearIn('x', 'filter'),
  Conv2DBackpropFilter: bilinearIn('x', 'dy'),
  Conv2DBackpropInput: bilinearIn('dy', 'filter'),
  Conv3D: bilinearIn('x', 'filter'),
  Conv3DBackpropFilterV2: bilinearIn('x', 'dy'),
  Conv3DBackpropInputV2: bilinearIn('dy', 'filter'),
  DepthwiseConv2dNative: bilinearIn('x', 'filter'),
  DepthwiseConv2dNativeBackpropFilter: bilinearIn('x', 'dy'),
  DepthwiseConv2dNativeBackpropInput: bilinearIn('dy', 'filter'),
};
