import { type Algebra, degreeOfSum, type Formula, type View } from '../algebra.ts';
import { derive, type Formulas, type Operand, type Rule, rational } from '../call.ts';
import type { Entry } from '../entry.ts';
import { PrimeField, type Vec } from '../field.ts';
import type { Exponent, Lane } from '../lane.ts';
import type { Real, World } from '../world.ts';
import { elementwise } from './arithmetic.ts';

interface Unary {
  value(algebra: Algebra, x: View): Vec;
  /** dy / dx, in terms of x, y and the constant. */
  slope(algebra: Algebra, x: View, y: Vec, constant?: Vec): Vec;
  exponent?: Formulas['exponent'];
  /** Whether the argument is used as an exponent. */
  readonly exponential?: boolean;
  /** The taint of a value that is a random function of x: the same value written in another way differs. */
  readonly random?: string;
  /** The same for slopes. */
  readonly randomSlope?: string;
  /** Whether the value, or only the slope, has the sign of a root, which is ambiguous. */
  readonly root?: 'value' | 'slope';
  /** Whether all values are squares. */
  readonly positive?: boolean;
  /** A number that the slope uses. */
  readonly constant?: number;
}

const negative: Formula = (f, x) => f.neg(x!);
const twiceNegative: Formula = (f, x) => f.scale(x!, -2);
const negativeSquare: Formula = (f, x) => f.neg(f.square(x!));

const expOfNegative = (algebra: Algebra, x: View): Vec => algebra.exp(algebra.map(x, negative));
/** 1 / (1 + e^-x) */
const sigmoid = (algebra: Algebra, x: View): Vec =>
  algebra.field.inverse(algebra.field.plusOne(expOfNegative(algebra, x)));
/** (e^x + e^-x) / 2 or (e^x - e^-x) / 2 */
const hyperbolic = (algebra: Algebra, x: View, combine: 'add' | 'sub'): Vec => {
  const { field: f } = algebra;
  const e = algebra.exp(x);
  return f.scale(f[combine](e, f.inverse(e)), 1, 2);
};
/** The logarithm of values without an imaginary part. */
const logarithm =
  (argument: (lane: Lane, x: View) => Vec): NonNullable<Formulas['exponent']> =>
  (lane, [x]): Exponent | null => {
    const { re, im } = argument(lane, x!);
    return im === null ? lane.log(re) : null;
  };

const LOGARITHM = 'the value of a logarithm';
const ROOT = 'the sign of a root';
const unary: Readonly<Record<string, Unary>> = {
  Acos: {
    value: (a, x) => a.random('acos', x),
    slope: (a, x) => a.field.neg(a.field.inverse(a.sqrt(a.field.oneMinus(a.field.square(x.value))))),
    random: 'the value of acos',
    root: 'slope',
  },
  Acosh: {
    value: (a, x) => a.random('acosh', x),
    slope: (a, x) => a.field.inverse(a.sqrt(a.field.sub(a.field.square(x.value), a.field.one))),
    random: 'the value of acosh',
    root: 'slope',
  },
  Asin: {
    value: (a, x) => a.random('asin', x, true),
    slope: (a, x) => a.field.inverse(a.sqrt(a.field.oneMinus(a.field.square(x.value)))),
    random: 'the value of asin',
    root: 'slope',
  },
  Asinh: {
    value: (a, x) => a.random('asinh', x, true),
    slope: (a, x) => a.field.inverse(a.sqrt(a.field.plusOne(a.field.square(x.value)))),
    random: 'the value of asinh',
    root: 'slope',
  },
  Atan: {
    value: (a, x) => a.random('atan', x, true),
    slope: (a, x) => a.field.inverse(a.field.plusOne(a.field.square(x.value))),
    random: 'the value of atan',
  },
  Atanh: {
    value: (a, x) => a.random('atanh', x, true),
    slope: (a, x) => a.field.inverse(a.field.oneMinus(a.field.square(x.value))),
    random: 'the value of atanh',
  },
  Cos: {
    value: (a, x) => a.cos(x),
    slope: (a, x) => a.field.neg(a.sin(x)),
    random: 'the value of cos',
    randomSlope: 'the value of sin',
  },
  Cosh: {
    value: (a, x) => hyperbolic(a, x, 'add'),
    slope: (a, x) => hyperbolic(a, x, 'sub'),
    exponential: true,
  },
  Erf: {
    value: (a, x) => a.random('erf', x, true),
    // 2 / sqrt(pi) e^(-x^2)
    slope: (a, x, _y, constant) => a.field.mul(constant!, a.exp(a.map(x, negativeSquare))),
    constant: 2 / Math.sqrt(Math.PI),
    random: 'the value of erf',
    exponential: true,
  },
  Exp: { value: (a, x) => a.exp(x), slope: (_a, _x, y) => y, exponential: true, positive: true },
  Expm1: {
    value: (a, x) => a.field.sub(a.exp(x), a.field.one),
    slope: (a, _x, y) => a.field.plusOne(y),
    exponential: true,
  },
  Log: {
    value: (a, x) => a.log(x),
    slope: (a, x) => a.field.inverse(x.value),
    exponent: logarithm((_lane, x) => x.value),
    random: LOGARITHM,
  },
  Log1p: {
    value: (a, x) => a.random('log1p', x),
    slope: (a, x) => a.field.inverse(a.field.plusOne(x.value)),
    exponent: logarithm((lane, x) => lane.p.plusOne(x.value)),
    random: LOGARITHM,
  },
  Rsqrt: {
    value: (a, x) => a.field.inverse(a.sqrt(x.value)),
    // -y^3 / 2
    slope: (a, _x, y) => a.field.scale(a.field.power(y, 3), -1, 2),
    exponent: (lane, [x]) => rootExponent(lane, x!, true),
    root: 'value',
  },
  Sigmoid: {
    value: (a, x) => sigmoid(a, x),
    slope: (a, _x, y) => a.field.mul(y, a.field.oneMinus(y)),
    exponential: true,
  },
  Sin: {
    value: (a, x) => a.sin(x),
    slope: (a, x) => a.cos(x),
    random: 'the value of sin',
    randomSlope: 'the value of cos',
  },
  Sinh: {
    value: (a, x) => hyperbolic(a, x, 'sub'),
    slope: (a, x) => hyperbolic(a, x, 'add'),
    exponential: true,
  },
  Softplus: {
    value: (a, x) => a.random('softplus', x),
    slope: (a, x) => sigmoid(a, x),
    exponent: logarithm((lane, x) => lane.p.plusOne(lane.exp(x.exponent()))),
    random: LOGARITHM,
    exponential: true,
  },
  Sqrt: {
    value: (a, x) => a.sqrt(x.value),
    slope: (a, _x, y) => a.field.inverse(a.field.scale(y, 2)),
    exponent: (lane, [x]) => rootExponent(lane, x!, false),
    root: 'value',
  },
  Tan: {
    value: (a, x) => a.field.div(a.sin(x), a.cos(x)),
    slope: (a, x) => a.field.inverse(a.field.square(a.cos(x))),
    random: 'the value of tan',
    randomSlope: 'the value of cos',
  },
  Tanh: {
    // (1 - e^-2x) / (1 + e^-2x)
    value: (a, x) => {
      const e = a.exp(a.map(x, twiceNegative));
      return a.field.div(a.field.oneMinus(e), a.field.plusOne(e));
    },
    slope: (a, _x, y) => a.field.oneMinus(a.field.square(y)),
    exponential: true,
  },
};

/** A root modulo q: a random function of the radicand, consistent for the root and its reciprocal. */
function rootExponent(lane: Lane, x: View, inverse: boolean): Exponent {
  const q = lane.hash(x.keys(false).keys, 'root', lane.q);
  return { q: inverse ? lane.q.inverse1(q) : q, sign: null, lost: false, random: true };
}

/** The causes that a function adds to the taint of its values and slopes. Also notes what affects the bound. */
function taints(world: World, { entry }: Operand, f: Unary): [values: string[], slopes: string[]] {
  const exponents = f.exponential ? world.exponential(entry) : [];
  // The exponent is not a multiple of the argument.
  if (f === unary.Erf) world.exponentials = 'unbounded';
  if (f.root !== undefined) world.roots += entry.size;
  const faithful = f.root === 'value' && entry.about.faithful;
  const root = f.root !== undefined && !faithful ? [ROOT] : [];
  return [
    [...(f.random !== undefined ? [f.random] : []), ...exponents, ...(f.root === 'value' ? root : [])],
    [...(f.randomSlope !== undefined ? [f.randomSlope] : []), ...exponents, ...root],
  ];
}

/** The root of a constant if it is a simple number, with the sign of the real root: sqrt(9) = 3. */
function plainRoot(world: World, name: string, { entry }: Operand, real: Real): Entry | null {
  if (!entry.about.constant || (name !== 'Sqrt' && name !== 'Rsqrt')) return null;
  const plain = world.constant(real);
  for (const [lane, { p }] of world.lanes.entries()) {
    const [y, x] = [plain, entry].map(({ numbers }) => numbers[lane]!.value) as [Vec, Vec];
    const square = name === 'Sqrt' ? p.square(y) : p.inverse(p.square(y));
    if (x.im !== null || square.re.some((each, k) => each !== x.re[k])) return null;
  }
  return plain;
}

/** Applies a function of one operand by its row in the table. */
export function applyFunction(world: World, name: string, x: Operand, real: Real): Entry {
  const f = unary[name]!;
  const plain = plainRoot(world, name, x, real);
  if (plain !== null) return plain;
  const [taint, tangentTaint] = taints(world, x, f);
  const constants = f.constant === undefined ? [] : [world.constant([f.constant])];
  return derive(world, [x.entry, ...constants], x.entry.size, real, {
    value: (algebra, [view]) => f.value(algebra, view!),
    tangent: (algebra, [view, constant], [dx], y) =>
      algebra.field.mul(f.slope(algebra, view!, y.value, constant?.value), dx!),
    ...(f.exponent === undefined ? {} : { exponent: f.exponent }),
    taint,
    tangentTaint,
    about: {
      faithful: f.root === 'value' ? x.entry.about.faithful : (f.positive ?? false),
    },
  });
}

/** The tangent of the ratio in atan2 is not used. */
const none: Formulas['tangent'] = ({ field }) => field.zero;

/** atan2(a, b): on one branch, a random function of a / b. */
const atan2: Formulas = {
  value: (algebra, [, , ratio]) => algebra.random('atan', ratio!, true),
  // (b da - a db) / (a^2 + b^2)
  tangent: ({ field: f }, [a, b], [da, db]) =>
    f.div(f.sub(f.mul(b!.value, da!), f.mul(a!.value, db!)), f.add(f.square(a!.value), f.square(b!.value))),
  taint: ['the value of atan2'],
};

/** The sums of rows of the given length, repeated in every place of the row. */
function rowTotals({ kind, field }: Algebra, x: Vec, length: number): Vec {
  if (kind === 'degrees') return degreeOfSum(x, length);
  const total = (values: Float64Array): Float64Array => {
    const out = new Float64Array(values.length);
    for (let start = 0; start < values.length; start += length) {
      let sum = 0;
      for (let k = start; k < start + length; k++) sum += values[k]!;
      out.fill(sum, start, start + length);
    }
    return field instanceof PrimeField ? field.reduce(out) : out;
  };
  return { re: total(x.re), im: x.im && total(x.im) };
}

/** e^x divided by its sum along the last axis. */
function softmax(length: number, exponents: readonly string[]): Formulas {
  return {
    value(algebra, [x]) {
      const e = algebra.exp(x!);
      return algebra.field.div(e, rowTotals(algebra, e, length));
    },
    // y (dx - sum y dx)
    tangent(algebra, _xs, [dx], y) {
      const { field: f } = algebra;
      return f.mul(y.value, f.sub(dx!, rowTotals(algebra, f.mul(y.value, dx!), length)));
    },
    taint: exponents,
    tangentTaint: exponents,
  };
}

export const functions: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    Object.keys(unary).map((name): [string, Rule] => [
      name,
      (call) => applyFunction(call.world, name, call.operand('x'), call.real),
    ]),
  ),
  Atan2(call) {
    const [a, b] = [call.operand('a'), call.operand('b')];
    const { world } = call;
    const { shape } = call.outputs[0]!;
    const ratio = elementwise(
      world,
      [a, b],
      shape,
      call.real,
      rational((f, x, y) => f.div(x!, y!), none),
    );
    const operands = [a, b, { entry: ratio, real: call.real, shape }];
    return elementwise(world, operands, shape, call.real, atan2);
  },
  Softmax(call) {
    const { entry } = call.operand('logits');
    const { shape } = call.outputs[0]!;
    const formulas = softmax(shape.at(-1)!, call.world.exponential(entry));
    return derive(call.world, [entry], call.size, call.real, formulas);
  },
};
