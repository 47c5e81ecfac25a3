import { type Algebra, degree, Residues, type View } from '../algebra.ts';
import { derive, type Formulas, type Rule } from '../call.ts';
import type { Entry } from '../entry.ts';
import type { PrimeField, Vec } from '../field.ts';
import type { Real, World } from '../world.ts';
import { stretched } from './branches.ts';
import { gather } from './move.ts';

const ROOT = 'the sign of a root';
const POWER = 'the sign of a power';

/**
 * a^(b + shift) for a constant b. If b is an integer, a power of a; if 2b is, a power of the root of a; otherwise
 * a^floor(b) g^(rest log |a|), so that a^b a = a^(b + 1) although g^(rest log |a|) leaves out a sign.
 */
function raise(algebra: Algebra, a: View, b: number, constant: View, shift: number): Vec {
  const { field } = algebra;
  if (algebra.kind === 'doubles')
    return { re: a.value.re.map((x) => x ** (constant.value.re[0]! + shift)), im: null };
  if (Number.isInteger(b)) return field.power(a.value, b + shift);
  if (!(algebra instanceof Residues)) return field.power(a.value, Math.sign(b) * Math.ceil(Math.abs(b) + 1));
  if (Number.isInteger(2 * b)) return field.power(algebra.sqrt(a.value), 2 * (b + shift));
  const { lane } = algebra;
  const whole = Math.floor(b);
  const rest = lane.q.sub2(constant.exponent().q, lane.q.fraction(whole).re);
  const { q } = algebra.logOfBase(a.value);
  const root = lane.exp({ q: lane.q.mul2(q, rest), sign: null });
  return field.mul(field.power(a.value, whole + shift), root);
}

/** One of the different exponents of a power, with a mask of the elements that have it. */
interface Exponents {
  /** The real exponent if the residues are exactly this number; otherwise never an integer or half an integer. */
  readonly b: number;
  readonly entry: Entry;
  readonly mask: Vec;
}

/** The different exponents in b, distinguished by their numbers in all lanes. */
function differentIn(world: World, b: Entry, real: Real): Exponents[] {
  const keyOf = (k: number): string => `${real[k]} ${world.lanes.map((_, l) => b.numbers[l]!.value.re[k])}`;
  const keys = Array.from(real, (_, k) => keyOf(k));
  const places = new Map(keys.map((key, k) => [key, k]));
  return [...places].map(([key, k]) => {
    const entry = gather(world, [b], [k + 1]);
    const plain = world.constant([real[k]!]);
    const exact = world.lanes.every(
      (_, l) => plain.numbers[l]!.value.re[0] === entry.numbers[l]!.value.re[0],
    );
    return {
      // 1 + 1e-20 is 1 in double precision, but not in the field.
      b: exact || !Number.isInteger(2 * real[k]!) ? real[k]! : real[k]! + 0.25,
      entry,
      mask: { re: Float64Array.from(keys, (each) => (each === key ? 1 : 0)), im: null },
    };
  });
}

/** a^b for a constant b. */
export function powerOf(world: World, a: Entry, b: Entry, realB: Real, real: Real): Entry {
  const exponents = differentIn(world, b, realB);
  const whole = exponents.every((each) => Number.isInteger(each.b));
  const halves = exponents.every((each) => Number.isInteger(2 * each.b));
  if (!whole) world.roots += real.length;
  /** sum of coefficient(b) a^(b + shift) over the different b, each in the elements that have it */
  const sum = (algebra: Algebra, [x, ...bs]: readonly View[], shift: number): Vec =>
    exponents
      .map((each, k): Vec => {
        const { field } = algebra;
        if (shift !== 0 && each.b === 0) return field.zero;
        const power = raise(algebra, x!, each.b, bs[k]!, shift);
        const term = shift === 0 ? power : field.mul(bs[k]!.value, power);
        return field.mul(term, algebra.kind === 'degrees' ? degree(0) : each.mask);
      })
      .reduce((total, term) => algebra.field.add(total, term));
  const { faithful, taint } = a.about;
  const signs = whole || faithful ? [] : [halves ? ROOT : POWER];
  const formulas: Formulas = {
    value: (algebra, xs) => sum(algebra, xs, 0),
    // b a^(b - 1) da
    tangent: (algebra, xs, [da]) => algebra.field.mul(sum(algebra, xs, -1), da!),
    taint: [...signs, ...b.about.taint],
    tangentTaint: [...signs, ...taint, ...b.about.taint],
    about: { faithful },
  };
  const operands = [a, ...exponents.map(({ entry }) => entry)];
  if (!whole) return derive(world, operands, real.length, real, formulas);
  return derive(world, operands, real.length, real, {
    ...formulas,
    exponent(lane, [x]) {
      const { q, sign, lost, random } = x!.exponent();
      const field: PrimeField = lane.q;
      const terms = exponents.map(({ b, mask }) =>
        field.mul2(field.power({ re: q, im: null }, b).re, mask.re),
      );
      return { q: terms.reduce(field.add2), sign: null, lost: lost || sign !== null, random };
    },
  });
}

/** a^b = e^(b log a), if b is not a constant. */
function generalPower(world: World, a: Entry, b: Entry, realB: Real, real: Real): Entry {
  world.exponentials = 'unbounded';
  const signs = a.about.faithful ? [] : [POWER];
  return derive(world, [a, b], real.length, real, {
    value(algebra, [x, y]) {
      if (!(algebra instanceof Residues)) return algebra.field.mul(x!.value, algebra.exp(y!));
      const { lane } = algebra;
      const { q, sign } = algebra.logOfBase(x!.value);
      return lane.exp({
        q: lane.q.mul2(q, y!.exponent().q),
        // The sign of a to the power floor(b), which may be odd, so that a^b a = a^(b + 1).
        sign: sign === null ? null : sign.map((s, k) => s & Math.floor(realB[k]!)),
      });
    },
    // y (b da / a + log(a) db)
    tangent: (algebra, [x, y], [da, db], power) => {
      const { field: f } = algebra;
      const byBase = f.div(f.mul(y!.value, da!), x!.value);
      return f.mul(power.value, f.add(byBase, f.mul(algebra.log(x!), db!)));
    },
    taint: signs,
    tangentTaint: [...signs, 'the value of a logarithm'],
    about: { faithful: true },
  });
}

export const powers: Readonly<Record<string, Rule>> = {
  Pow(call) {
    const { world } = call;
    const { shape } = call.outputs[0]!;
    const a = stretched(world, call.operand('a'), shape);
    const b = stretched(world, call.operand('b'), shape);
    return b.entry.about.constant
      ? powerOf(world, a.entry, b.entry, b.real, call.real)
      : generalPower(world, a.entry, b.entry, b.real, call.real);
  },
};
