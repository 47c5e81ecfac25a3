import type { Formula } from '../algebra.ts';
import { type Call, derive, type Formulas, type Operand, type Rule, rational } from '../call.ts';
import type { Entry } from '../entry.ts';
import type { Real, World } from '../world.ts';
import { broadcast } from './move.ts';

/** A function of operands that are broadcast against each other. */
export function elementwise(
  world: World,
  operands: readonly Operand[],
  shape: readonly number[],
  real: Real,
  formulas: Formulas,
): Entry {
  const stretched = operands.map((operand) => broadcast(world, operand, shape));
  return derive(world, stretched, real.length, real, formulas);
}

/** A rule of the named inputs, element by element. */
export const pointwise =
  (
    names: readonly string[],
    formulas: Formulas | ((call: Call, operands: readonly Operand[]) => Formulas),
  ): Rule =>
  (call) => {
    const operands = names.map((name) => call.operand(name));
    const chosen = typeof formulas === 'function' ? formulas(call, operands) : formulas;
    return elementwise(call.world, operands, call.outputs[0]!.shape, call.real, chosen);
  };

const faithful = (operands: readonly Operand[]): boolean =>
  operands.every(({ entry }) => entry.about.faithful);
/** Whether an operand is an exact constant, so that the other operand's tangent does not depend on any value. */
const isPlain = ({ entry: { about } }: Operand): boolean => about.constant && about.taint.size === 0;

export const addition: Formulas = rational(
  (f, ...xs) => xs.reduce((sum, x) => f.add(sum, x)),
  ({ field: f }, _xs, dxs) => dxs.reduce((sum, dx) => f.add(sum, dx)),
  { linear: true, signs: 'add' },
);

export const subtraction: Formulas = rational(
  (f, a, b) => f.sub(a!, b!),
  ({ field: f }, _xs, [da, db]) => f.sub(da!, db!),
  { linear: true, signs: 'add' },
);

const product: Formula = (f, a, b) => f.mul(a!, b!);

/** Products; a logarithm times integers keeps its sign. */
export function multiplication(operands: readonly Operand[]): Formulas {
  const plain = rational(
    product,
    // d(a b) = a db + b da
    ({ field: f }, [a, b], [da, db]) => f.add(f.mul(a!.value, db!), f.mul(da!, b!.value)),
    { about: { faithful: faithful(operands) } },
  );
  const whole = operands.findIndex(
    ({ entry, real }) => entry.about.constant && Array.from(real).every(Number.isInteger),
  );
  const constant = operands.some(isPlain);
  if (whole < 0) return { ...plain, linear: constant };
  const { real } = operands[whole]!;
  return {
    ...plain,
    linear: constant,
    exponent(lane, xs) {
      const made = plain.exponent!(lane, xs)!;
      const { sign, lost } = xs[1 - whole]!.exponent();
      if (sign === null) return made;
      const odd = (k: number): number => Math.abs(real[real.length === 1 ? 0 : k]!) % 2;
      // Only if the factors are in the order of the product's elements, that is, not stretched.
      if (real.length !== 1 && real.length !== sign.length) return made;
      return { ...made, sign: sign.map((s, k) => s * odd(k)), lost };
    },
  };
}

const division = (operands: readonly Operand[]): Formulas =>
  rational(
    (f, a, b) => f.div(a!, b!),
    // d(a / b) = (da - y db) / b
    ({ field: f }, [, b], [da, db], y) => f.div(f.sub(da!, f.mul(y.value, db!)), b!.value),
    { about: { faithful: faithful(operands) }, linear: isPlain(operands[1]!) },
  );

const negation = ([x]: readonly Operand[]): Formulas => {
  const { faithful, pure } = x!.entry.about;
  return rational(
    (f, a) => f.neg(a!),
    ({ field: f }, _xs, [dx]) => f.neg(dx!),
    {
      linear: true,
      signs: 'add',
      about: { faithful, pure },
    },
  );
};

const square = ([x]: readonly Operand[]): Formulas =>
  rational(
    (f, a) => f.square(a!),
    ({ field: f }, [a], [dx]) => f.scale(f.mul(a!.value, dx!), 2),
    { about: { faithful: x!.entry.about.faithful } },
  );

const squaredDifference: Formulas = rational(
  (f, a, b) => f.square(f.sub(a!, b!)),
  ({ field: f }, [a, b], [da, db]) => f.scale(f.mul(f.sub(a!.value, b!.value), f.sub(da!, db!)), 2),
);

const reciprocal = ([x]: readonly Operand[]): Formulas =>
  rational(
    (f, a) => f.inverse(a!),
    // d(1 / x) = -y^2 dx
    ({ field: f }, _xs, [dx], y) => f.neg(f.mul(f.square(y.value), dx!)),
    { about: { faithful: x!.entry.about.faithful } },
  );

/** dy where the output y of elu is 0 or more, else dy (y + 1). */
const eluGrad: Rule = (call) => {
  const [dy, y] = [call.operand('dy'), call.operand('y')];
  const mask = call.world.step(
    y.entry,
    (k) => y.real[k]!,
    (x) => x >= 0,
  );
  call.world.hold(0);
  return derive(
    call.world,
    [dy.entry, y.entry, mask],
    call.size,
    call.real,
    rational(
      (f, d, v, m) => f.mul(d!, f.add(m!, f.mul(f.oneMinus(m!), f.plusOne(v!)))),
      ({ field: f }, [d, v, m], [dd, dv]) => {
        const below = f.oneMinus(m!.value);
        const slope = f.add(m!.value, f.mul(below, f.plusOne(v!.value)));
        return f.add(f.mul(dd!, slope), f.mul(f.mul(d!.value, below), dv!));
      },
    ),
  );
};

export const arithmetic: Readonly<Record<string, Rule>> = {
  Add: pointwise(['a', 'b'], addition),
  AddN: (call) => pointwise(call.names, addition)(call),
  EluGrad: eluGrad,
  Multiply: pointwise(['a', 'b'], (_call, operands) => multiplication(operands)),
  Neg: pointwise(['x'], (_call, operands) => negation(operands)),
  RealDiv: pointwise(['a', 'b'], (_call, operands) => division(operands)),
  Reciprocal: pointwise(['x'], (_call, operands) => reciprocal(operands)),
  Square: pointwise(['x'], (_call, operands) => square(operands)),
  SquaredDifference: pointwise(['a', 'b'], squaredDifference),
  Sub: pointwise(['a', 'b'], subtraction),
};
