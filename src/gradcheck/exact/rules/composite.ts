import type { NamedAttrMap } from '@tensorflow/tfjs';
import { sizeOf } from '../../../numerics/shape.ts';
import type { TF } from '../../types.ts';
import { derive, type Formulas, type Operand, type Rule } from '../call.ts';
import { CannotProve, type Real, type World } from '../world.ts';
import { addition, multiplication } from './arithmetic.ts';
import { bilinear } from './bilinear.ts';
import { activations, stretched } from './branches.ts';
import { groupsOf, reducedPlaces } from './choose.ts';
import { applyFunction } from './functions.ts';
import { linear, reduced } from './linear.ts';
import { gather, positions } from './move.ts';
import { powerOf } from './powers.ts';

/** Computes a kernel that combines several functions step by step, with real values beside the numbers. */
export class Steps {
  readonly world: World;
  constructor(world: World) {
    this.world = world;
  }

  constant(x: number): Operand {
    return { entry: this.world.constant([x]), real: [x], shape: [] };
  }

  constants(values: ArrayLike<number>): Operand {
    return { entry: this.world.constant(values), real: values, shape: [values.length] };
  }

  #pair(a: Operand, b: Operand, formulas: Formulas, f: (x: number, y: number) => number): Operand {
    const { shape, entry } = a.entry.size >= b.entry.size ? a : b;
    const at = (x: Real, k: number): number => x[x.length === 1 ? 0 : k]!;
    const real = Float64Array.from({ length: entry.size }, (_, k) => f(at(a.real, k), at(b.real, k)));
    return { entry: derive(this.world, [a.entry, b.entry], real.length, real, formulas), real, shape };
  }

  add(a: Operand, b: Operand): Operand {
    return this.#pair(a, b, addition, (x, y) => x + y);
  }

  mul(a: Operand, b: Operand): Operand {
    return this.#pair(a, b, multiplication([a, b]), (x, y) => x * y);
  }

  /** Picks elements by handles: 1 is the first element, 0 the fill. */
  pick({ entry, real, shape }: Operand, handles: ArrayLike<number>, fill = 0): Operand {
    return {
      entry: gather(this.world, [entry], handles, this.world.constant([fill])),
      real: Float64Array.from(handles, (handle) => (handle === 0 ? fill : real[handle - 1]!)),
      shape,
    };
  }

  power({ entry, real, shape }: Operand, exponent: number): Operand {
    const values = Float64Array.from(real, (x) => x ** exponent);
    return {
      entry: powerOf(this.world, entry, this.world.constant([exponent]), [exponent], values),
      real: values,
      shape,
    };
  }
}

/** The elements of a smaller tensor, repeated. */
const cycled = (steps: Steps, operand: Operand, size: number): Operand =>
  steps.pick(
    operand,
    Int32Array.from({ length: size }, (_, k) => 1 + (k % operand.entry.size)),
  );

/** (x - mean) scale / sqrt(variance + epsilon) + offset */
const batchNorm: Rule = (call) => {
  const steps = new Steps(call.world);
  const side = (name: string): Operand => cycled(steps, call.operand(name), call.size);
  const optional = (name: string, missing: number): Operand =>
    call.inputs[name] == null ? steps.constant(missing) : side(name);
  const epsilon = steps.constant(Number(call.attrs.varianceEpsilon ?? 0.001));
  const root = steps.power(steps.add(side('variance'), epsilon), -0.5);
  const centred = steps.add(call.operand('x'), steps.mul(side('mean'), steps.constant(-1)));
  const scaled = steps.mul(steps.mul(centred, optional('scale', 1)), root);
  return steps.add(scaled, optional('offset', 0)).entry;
};

interface Response {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Sums over the channels within the radius. */
function nearbySum(steps: Steps, x: Operand, radius: number): Operand {
  const channels = x.shape.at(-1)!;
  const reach = Math.min(radius, channels - 1);
  const shifted = Array.from({ length: 2 * reach + 1 }, (_, k) => k - reach).map((shift) =>
    steps.pick(
      x,
      Int32Array.from({ length: x.entry.size }, (_, k) => {
        const channel = (k % channels) + shift;
        return channel < 0 || channel >= channels ? 0 : k + shift + 1;
      }),
    ),
  );
  return shifted.reduce((sum, each) => steps.add(sum, each));
}

/** bias + alpha times the sum of nearby squares */
function norm(steps: Steps, x: Operand, { depthRadius, bias, alpha }: Response): Operand {
  const sum = nearbySum(steps, steps.mul(x, x), depthRadius);
  return steps.add(steps.mul(sum, steps.constant(alpha)), steps.constant(bias));
}

/** x norm^-beta */
const localResponse: Rule = (call) => {
  const steps = new Steps(call.world);
  const attrs = call.attrs as unknown as Response;
  const x = call.operand('x');
  return steps.mul(x, steps.power(norm(steps, x, attrs), -attrs.beta)).entry;
};

/** dy norm^-beta - 2 alpha beta x times the sum of nearby dy y / norm */
const localResponseGrad: Rule = (call) => {
  const steps = new Steps(call.world);
  const attrs = call.attrs as unknown as Response;
  const [x, y, dy] = ['x', 'y', 'dy'].map((name) => call.operand(name)) as [Operand, Operand, Operand];
  const divisor = norm(steps, x, attrs);
  const ratios = steps.mul(steps.mul(dy, y), steps.power(divisor, -1));
  const factor = [-2, attrs.alpha, attrs.beta].map((each) => steps.constant(each));
  const spread = [x, ...factor].reduce(
    (product, each) => steps.mul(product, each),
    nearbySum(steps, ratios, attrs.depthRadius),
  );
  return steps.add(steps.mul(dy, steps.power(divisor, -attrs.beta)), spread).entry;
};

const prod: Rule = (call) => {
  const steps = new Steps(call.world);
  const x = call.operand('x');
  const groups = groupsOf(reducedPlaces(call.world, call.inputs.x!, call.attrs.axis));
  return groups
    .map((group) =>
      steps.pick(
        x,
        group.map((k) => k + 1),
      ),
    )
    .reduce((product, each) => steps.mul(product, each)).entry;
};

const cumprod: Rule = (call) => {
  const steps = new Steps(call.world);
  const { axis, exclusive, reverse } = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
  const x = call.operand('x');
  const strides = x.shape.map((_, at) => sizeOf(x.shape.slice(at + 1)));
  const length = x.shape[axis]!;
  const coordinate = positions(
    x.shape,
    x.shape.map((_, at) => (at === axis ? 1 : 0)),
  );
  const step = (reverse ? 1 : -1) * strides[axis]!;
  const before = (k: number): number => (reverse ? length - 1 - coordinate[k]! : coordinate[k]!);
  // The factor `back` places back; 1 beyond the end.
  const factors = Array.from({ length }, (_, back) => back)
    .slice(exclusive ? 1 : 0)
    .map((back) =>
      steps.pick(
        x,
        Int32Array.from(x.real as Float64Array, (_, k) => (before(k) < back ? 0 : k + back * step + 1)),
        1,
      ),
    );
  if (factors.length === 0) return call.world.constant(call.real, true);
  return factors.reduce((product, each) => steps.mul(product, each)).entry;
};

/** Of one tensor or of two; the kernel refuses more. */
const einsum: Rule = (call) =>
  call.names.length === 1 ? linear(call, '0', reduced(call, '0'), 1) : bilinear(call, ['0', '1']);

type Activation = NonNullable<Parameters<TF['fused']['matMul']>[0]['activation']>;

/** The kernels of the activations that fused kernels end with. */
const ENDINGS: Readonly<Record<Exclude<Activation, 'linear'>, string>> = {
  elu: 'Elu',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
  relu: 'Relu',
  relu6: 'Relu6',
  sigmoid: 'Sigmoid',
};

/** A product, a bias and an activation in one kernel. */
const fused =
  (a: string, b: string): Rule =>
  (call) => {
    const { world } = call;
    const { shape } = call.outputs[0]!;
    const { bias, preluActivationWeights, ...inputs } = call.inputs;
    if (call.attrs.dataFormat === 'NCHW' && (bias != null || preluActivationWeights != null))
      throw new CannotProve(`${call.kernel}: no rule for channels first`);
    const attrs: NamedAttrMap = { ...call.attrs, activation: 'linear' };
    const product = call.with(inputs, attrs);
    const real = product.run({})[0]!;
    let sum: Operand = { entry: bilinear(product, [a, b], real), real, shape };
    if (bias != null) sum = new Steps(world).add(sum, stretched(world, call.operand('bias'), shape));
    const activation = call.attrs.activation as Activation | null | undefined;
    if (activation == null || activation === 'linear') return sum.entry;
    const ending = ENDINGS[activation];
    if (ending === 'Sigmoid') return applyFunction(world, ending, sum, call.real);
    const alpha =
      preluActivationWeights == null
        ? world.constant([Number(call.attrs.leakyreluAlpha ?? 0)])
        : stretched(world, call.operand('preluActivationWeights'), shape).entry;
    return activations[ending]!(world, sum, call.real, alpha);
  };

/** Kernels that combine several functions. */
export const composites: Readonly<Record<string, Rule>> = {
  Cumprod: cumprod,
  Einsum: einsum,
  FusedBatchNorm: batchNorm,
  FusedConv2D: fused('x', 'filter'),
  FusedDepthwiseConv2D: fused('x', 'filter'),
  LRN: localResponse,
  LRNGrad: localResponseGrad,
  Prod: prod,
  _FusedMatMul: fused('a', 'b'),
};
