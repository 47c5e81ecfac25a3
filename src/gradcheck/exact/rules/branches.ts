import { type Call, derive, type Formulas, type Operand, type Rule, rational } from '../call.ts';
import type { Entry } from '../entry.ts';
import type { Field, Vec } from '../field.ts';
import type { Real, World } from '../world.ts';
import { elementwise, pointwise } from './arithmetic.ts';
import { applyFunction } from './functions.ts';
import { broadcastHandles, gather, move } from './move.ts';

type Open = (x: number) => boolean;
/** TensorFlow.js's conventions at a kink: the side to which 0 belongs. */
const above: Open = (x) => x > 0;
const from: Open = (x) => x >= 0;

/** The tangent of a difference of which only the sign is asked for. */
const unused: Formulas['tangent'] = ({ field }) => field.zero;

const masked = (world: World, x: Operand, open: Open): Entry => world.step(x.entry, (k) => x.real[k]!, open);

/** m a + (1 - m) b: a where the mask m is 1, b where it is 0. */
const choose = (f: Field, m: Vec, a: Vec, b: Vec): Vec => f.add(f.mul(m, a), f.mul(f.oneMinus(m), b));

/** x where x is positive, else factor x; the factor is a constant or an operand. */
const leaky: Formulas = rational(
  (f, x, m, alpha) => choose(f, m!, x!, f.mul(alpha!, x!)),
  ({ field: f }, [x, m, alpha], [dx, , dAlpha]) =>
    choose(f, m!.value, dx!, f.add(f.mul(alpha!.value, dx!), f.mul(x!.value, dAlpha!))),
);

const scaledBelow = (world: World, x: Operand, alpha: Entry, real: Real): Entry =>
  derive(world, [x.entry, masked(world, x, above), alpha], x.entry.size, real, leaky);

/** scale x above the kink, alpha (e^x - 1) below. */
function exponentialBelow(world: World, x: Operand, real: Real, open: Open, scale: number, alpha: number) {
  const mask = masked(world, x, open);
  const minusOne = applyFunction(world, 'Expm1', x, Float64Array.from(x.real as Float64Array, Math.expm1));
  const constants = [world.constant([scale]), world.constant([alpha])];
  return derive(
    world,
    [x.entry, mask, minusOne, ...constants],
    x.entry.size,
    real,
    rational(
      (f, v, m, e, s, a) => choose(f, m!, f.mul(s!, v!), f.mul(a!, e!)),
      ({ field: f }, [, m, , s, a], [dx, , de]) =>
        choose(f, m!.value, f.mul(s!.value, dx!), f.mul(a!.value, de!)),
    ),
  );
}
const SELU = { scale: 1.0507009873554805, alpha: 1.7580993408473768 };

/**
 * Clips x to two bounds.
 * @param aboveLow whether x equal to the lower bound counts as between; x equal to the upper bound always does
 */
function clip(
  world: World,
  x: Operand,
  [low, high]: readonly [number, number],
  aboveLow: Open,
  real: Real,
): Entry {
  const beyond = (bound: number, open: Open): { mask: Entry; bound: Entry } => {
    // An infinite bound: every element is above -Infinity and none above Infinity.
    if (!Number.isFinite(bound))
      return {
        mask: world.constant(new Float64Array(x.entry.size).fill(Number(open(-bound)))),
        bound: world.constant([0]),
      };
    const limit = world.constant([bound]);
    const difference = derive(
      world,
      [x.entry, limit],
      x.entry.size,
      real,
      rational((f, v, b) => f.sub(v!, b!), unused),
    );
    const mask = world.step(difference, (k) => x.real[k]! - bound, open);
    return { mask, bound: limit };
  };
  const lower = beyond(low, aboveLow);
  const upper = beyond(high, above);
  return derive(
    world,
    [x.entry, lower.mask, upper.mask, lower.bound, upper.bound],
    x.entry.size,
    real,
    rational(
      (f, v, m, n, a, b) =>
        f.add(f.mul(v!, f.mul(m!, f.oneMinus(n!))), f.add(f.mul(a!, f.oneMinus(m!)), f.mul(b!, n!))),
      ({ field: f }, [, m, n], [dx]) => f.mul(dx!, f.mul(m!.value, f.oneMinus(n!.value))),
    ),
  );
}

const abs = (world: World, x: Operand, real: Real): Entry =>
  derive(world, [x.entry, masked(world, x, above)], x.entry.size, real, {
    ...rational(
      (f, v, m) => choose(f, m!, v!, f.neg(v!)),
      ({ field: f }, [, m], [dx]) => choose(f, m!.value, dx!, f.neg(dx!)),
    ),
    about: { faithful: x.entry.about.faithful },
  });

const relu = (world: World, x: Operand, real: Real): Entry =>
  derive(
    world,
    [x.entry, masked(world, x, above)],
    x.entry.size,
    real,
    rational(
      (f, v, m) => f.mul(v!, m!),
      ({ field: f }, [, m], [dx]) => f.mul(dx!, m!.value),
    ),
  );

/** The activations with branches, as separate kernels or at the end of a fused one. */
export const activations: Readonly<
  Record<string, (world: World, x: Operand, real: Real, alpha: Entry | undefined) => Entry>
> = {
  Relu: relu,
  Relu6: (world, x, real) => clip(world, x, [0, 6], above, real),
  LeakyRelu: (world, x, real, alpha) => scaledBelow(world, x, alpha!, real),
  Prelu: (world, x, real, alpha) => scaledBelow(world, x, alpha!, real),
  Elu: (world, x, real) => exponentialBelow(world, x, real, from, 1, 1),
  Selu: (world, x, real) => exponentialBelow(world, x, real, above, SELU.scale, SELU.alpha),
  Abs: abs,
};

const activation =
  (name: string): Rule =>
  (call) => {
    const { alpha: attr } = call.attrs;
    const x = call.operand('x');
    if (call.inputs.alpha === undefined)
      return activations[name]!(call.world, x, call.real, call.world.constant([Number(attr ?? 0)]));
    // prelu: both operands are stretched to the output's shape.
    const { shape } = call.outputs[0]!;
    const stretch = (operand: Operand): Operand => stretched(call.world, operand, shape);
    return activations[name]!(call.world, stretch(x), call.real, stretch(call.operand('alpha')).entry);
  };

/** An operand with its real values, stretched to a shape. */
export function stretched(world: World, operand: Operand, shape: readonly number[]): Operand {
  const handles = broadcastHandles(shape, operand.shape);
  const real = Float64Array.from(handles, (handle) => operand.real[handle - 1]!);
  return { entry: gather(world, [operand.entry], handles), real, shape };
}

/** a - b with its real values; comparisons use its sign. */
function difference(call: Call): Operand & { readonly real: Float64Array } {
  const { shape } = call.outputs[0]!;
  const [a, b] = ['a', 'b'].map((name) => stretched(call.world, call.operand(name), shape)) as [
    Operand,
    Operand,
  ];
  const real = Float64Array.from(a.real as Float64Array, (x, k) => x - b.real[k]!);
  const entry = derive(
    call.world,
    [a.entry, b.entry],
    real.length,
    real,
    rational((f, x, y) => f.sub(x!, y!), unused),
  );
  return { entry, real, shape };
}

/** The larger or smaller of two operands; a if they are equal. */
const extremum =
  (open: Open, larger: boolean): Rule =>
  (call) => {
    const { world } = call;
    const { shape } = call.outputs[0]!;
    const side = difference(call);
    const mask = masked(world, side, open);
    const operands = [call.operand('a'), call.operand('b'), { entry: mask, real: side.real, shape }];
    const chosen = (f: Field, m: Vec, a: Vec, b: Vec) => (larger ? choose(f, m, a, b) : choose(f, m, b, a));
    return elementwise(
      world,
      operands,
      shape,
      call.real,
      rational(
        (f, a, b, m) => chosen(f, m!, a!, b!),
        ({ field: f }, [, , m], [da, db]) => chosen(f, m!.value, da!, db!),
      ),
    );
  };

const complement = (world: World, mask: Entry, real: Real): Entry =>
  derive(
    world,
    [mask],
    mask.size,
    real,
    rational(
      (f, m) => f.oneMinus(m!),
      ({ field }) => field.zero,
    ),
  );

/** The masks of a comparison; with free branches they are step functions of the difference. */
const comparison =
  (open: Open | null, inverted = false): Rule =>
  (call) => {
    const side = difference(call);
    if (open === null || !call.world.options.free) {
      const { constant } = side.entry.about;
      if (!constant) {
        call.world.hold(side.entry.size);
        call.world.patterns.push({ kernel: call.kernel, sides: call.real });
        if (open !== null) call.world.kinks += side.real.filter((x) => x === 0).length;
      }
      return call.world.constant(call.real, !constant);
    }
    const mask = masked(call.world, side, open);
    return inverted ? complement(call.world, mask, call.real) : mask;
  };

const logical = (formula: (f: Field, a: Vec, b: Vec) => Vec): Rule =>
  pointwise(
    ['a', 'b'],
    rational(
      (f, a, b) => formula(f, a!, b!),
      ({ field }) => field.zero,
    ),
  );

/** Integers that stay the same near the point. */
const piecewiseConstant: Rule = (call) => {
  const constant = call.names.every((name) => call.world.entry(call.inputs[name]!).about.constant);
  if (!constant) call.world.hold(call.size);
  return call.world.constant(call.real, !constant);
};

/** Zeros and ones in the shape of a tensor whose numbers do not matter. */
const filled: Rule = (call) => call.world.constant(call.real);

/** a - b floor(a / b) */
const mod: Rule = (call) => {
  const { world } = call;
  const { shape } = call.outputs[0]!;
  world.hold(call.size);
  const [a, b] = [stretched(world, call.operand('a'), shape), stretched(world, call.operand('b'), shape)];
  const quotient = world.constant(Array.from(a.real, (x, k) => Math.floor(x / b.real[k]!)));
  return derive(
    world,
    [a.entry, b.entry, quotient],
    call.size,
    call.real,
    rational(
      (f, x, y, n) => f.sub(x!, f.mul(y!, n!)),
      ({ field: f }, [, , n], [da, db]) => f.sub(da!, f.mul(db!, n!.value)),
    ),
  );
};

/** where(condition, t, e): elements picked by the condition, or, if that is free, m t + (1 - m) e. */
const select: Rule = (call) => {
  const { world } = call;
  const condition = call.operand('condition');
  if (!world.options.free || condition.entry.about.constant) {
    if (!condition.entry.about.constant)
      world.patterns.push({ kernel: call.kernel, sides: Float64Array.from(condition.real) });
    return move(call, ['t', 'e']);
  }
  const { shape } = call.outputs[0]!;
  // A condition of rank 1 selects whole rows.
  const lined = [...condition.shape, ...shape.slice(condition.shape.length).map(() => 1)];
  return elementwise(
    world,
    [{ ...condition, shape: lined }, call.operand('t'), call.operand('e')],
    shape,
    call.real,
    rational(
      (f, m, t, e) => choose(f, m!, t!, e!),
      ({ field: f }, [m], [, dt, de]) => choose(f, m!.value, dt!, de!),
    ),
  );
};

/** 1 above 0, else a constant; the derivative is 0. */
const step: Rule = (call) => {
  const x = call.operand('x');
  const operands = [masked(call.world, x, above), call.world.constant([Number(call.attrs.alpha)])];
  return derive(
    call.world,
    operands,
    call.size,
    call.real,
    rational(
      (f, m, alpha) => choose(f, m!, f.one, alpha!),
      ({ field }) => field.zero,
    ),
  );
};

/** Piecewise smooth kernels, on the pieces at the point or, with free branches, on all pieces. */
export const branching: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.keys(activations).map((name) => [name, activation(name)])),
  ClipByValue: (call) => {
    const { clipValueMin, clipValueMax } = call.attrs as { clipValueMin: number; clipValueMax: number };
    return clip(call.world, call.operand('x'), [clipValueMin, clipValueMax], from, call.real);
  },
  Maximum: extremum(from, true),
  Minimum: extremum(above, false),
  Greater: comparison(above),
  GreaterEqual: comparison(from),
  Less: comparison(from, true),
  LessEqual: comparison(above, true),
  Equal: comparison(null),
  NotEqual: comparison(null),
  LogicalAnd: logical((f, a, b) => f.mul(a, b)),
  LogicalOr: logical((f, a, b) => f.sub(f.add(a, b), f.mul(a, b))),
  LogicalNot: (call) => complement(call.world, call.operand('x').entry, call.real),
  Cast: (call) => (call.outputs[0]!.dtype === 'float32' ? call.operand('x').entry : piecewiseConstant(call)),
  Ceil: piecewiseConstant,
  Floor: piecewiseConstant,
  FloorDiv: piecewiseConstant,
  Round: piecewiseConstant,
  Sign: piecewiseConstant,
  Mod: mod,
  OneHot: piecewiseConstant,
  OnesLike: filled,
  Select: select,
  Step: step,
  ZerosLike: filled,
};
