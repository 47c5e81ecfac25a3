import type { KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../numerics/shape.ts';
import type { Algebra, Formula, View } from './algebra.ts';
import { type About, aboutOf, type Entry, type Numbers, union } from './entry.ts';
import type { Vec } from './field.ts';
import type { Exponent, Lane } from './lane.ts';
import type { Real, World } from './world.ts';

/** An input of a kernel, or an intermediate result of a fused one. */
export interface Operand {
  readonly entry: Entry;
  readonly real: Real;
  readonly shape: readonly number[];
}

/** Computes the numbers of a kernel's outputs; null for an output without numbers. */
export type Rule = (call: Call) => readonly (Entry | null)[] | Entry;

/** One call of a kernel, with everything that a rule needs. */
export class Call {
  readonly world: World;
  readonly kernel: string;
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly outputs: readonly TensorInfo[];
  readonly #original: KernelFunc;

  constructor(
    world: World,
    kernel: string,
    inputs: NamedTensorInfoMap,
    attrs: NamedAttrMap,
    outputs: readonly TensorInfo[],
    original: KernelFunc,
  ) {
    this.world = world;
    this.kernel = kernel;
    this.inputs = inputs;
    this.attrs = attrs;
    this.outputs = outputs;
    this.#original = original;
  }

  /** The names of the inputs that are given. */
  get names(): string[] {
    return Object.keys(this.inputs).filter((name) => this.inputs[name] != null);
  }

  operand(name: string): Operand {
    const info = this.inputs[name]!;
    return { entry: this.world.entry(info), real: this.world.read(info), shape: info.shape };
  }

  get size(): number {
    return sizeOf(this.outputs[0]!.shape);
  }

  /** The real values of the kernel's first output. */
  get real(): Real {
    return this.world.read(this.outputs[0]!);
  }

  /** A call of the same kernel with other inputs and attributes, and without outputs. */
  with(inputs: NamedTensorInfoMap, attrs: NamedAttrMap): Call {
    return new Call(this.world, this.kernel, inputs, attrs, this.outputs, this.#original);
  }

  /** Runs the kernel itself with other numbers in some inputs, which become float tensors. */
  run(replaced: Readonly<Record<string, Float64Array>>, attrs: NamedAttrMap = this.attrs): Float64Array[] {
    const { backend } = this.world;
    const made: TensorInfo[] = [];
    // Kernels with any number of inputs take them as a list.
    const inputs = (Array.isArray(this.inputs) ? [...this.inputs] : { ...this.inputs }) as NamedTensorInfoMap;
    const put = (name: string, values: Float64Array, dtype: 'float32' | 'int32' | 'bool'): void => {
      const { shape } = this.inputs[name]!;
      // The kernel may return an input unchanged, so it gets a copy.
      const dataId = backend.write(values.slice() as unknown as Float32Array, shape, dtype);
      // Some kernels expect full tensors, and read their rank.
      const info = { dataId, shape, dtype, rank: shape.length } as const;
      inputs[name] = info;
      made.push(info);
    };
    for (const [name, values] of Object.entries(replaced)) put(name, values, 'float32');
    // Another TensorFlow.js does not know the tensors of the code.
    if (this.world.arithmetic !== this.world.tf)
      for (const name of this.names) {
        const { dtype } = this.inputs[name]!;
        if (!(name in replaced) && dtype !== 'string' && dtype !== 'complex64')
          put(name, Float64Array.from(this.world.read(this.inputs[name]!)), dtype);
      }
    const outputs = [this.#original({ inputs, attrs, backend })].flat();
    const values = outputs.map(({ dataId }) => {
      const read = backend.readSync(dataId) as unknown as Float64Array | Int32Array;
      return read instanceof Float64Array ? read : Float64Array.from(read);
    });
    for (const { dataId } of new Set([...outputs, ...made])) backend.disposeData(dataId);
    return values;
  }
}

/** A function of entries, defined by its formulas. */
export interface Formulas {
  value(algebra: Algebra, xs: readonly View[]): Vec;
  /** Without it, a random function is used if an exponent is needed. */
  exponent?(lane: Lane, xs: readonly View[]): Exponent | null;
  tangent(algebra: Algebra, xs: readonly View[], dxs: readonly Vec[], y: View): Vec;
  /** Whether the tangent does not depend on the values. */
  readonly linear?: boolean;
  readonly about?: Partial<About>;
  /** Causes of taint in addition to those of the operands: of the values, and of the tangents. */
  readonly taint?: readonly string[];
  readonly tangentTaint?: readonly string[];
}

/** The entry of a function of other entries; `real` are its values in double precision. */
export function derive(
  world: World,
  operands: readonly Entry[],
  size: number,
  real: Real,
  f: Formulas,
): Entry {
  const about = aboutOf(operands, f.linear ?? false);
  const taint = union(about.taint, new Set(f.taint));
  const tangentTaint = union(about.tangentTaint, new Set(f.tangentTaint));
  return world.make(size, { ...about, taint, tangentTaint, ...f.about }, (algebra, lane): Numbers => {
    const xs = operands.map((entry) => entry.view(lane));
    const value =
      algebra.kind === 'doubles' ? { re: Float64Array.from(real), im: null } : f.value(algebra, xs);
    const exponent =
      algebra.kind === 'residues' && world.options.exponents && f.exponent !== undefined
        ? f.exponent(world.lanes[lane]!, xs)
        : null;
    const tangents = operands.map(({ numbers }) => numbers[lane]!.tangent);
    if (!world.tangents || tangents.every((tangent) => tangent === null))
      return { value, tangent: null, exponent };
    const dxs = tangents.map((tangent) => tangent ?? algebra.field.zero);
    const y: View = { value, exponent: missing, keys: missing };
    return { value, tangent: f.tangent(algebra, xs, dxs, y), exponent };
  });
}

const missing = (): never => {
  throw new Error('expected a tangent in terms of values');
};

/** Plain arithmetic: the same formula for values and for exponents. */
export function rational(
  formula: Formula,
  tangent: Formulas['tangent'],
  more: Partial<Formulas> & { readonly signs?: 'add' } = {},
): Formulas {
  return {
    value: ({ field }, xs) => formula(field, ...xs.map(({ value }) => value)),
    exponent(lane, views) {
      const xs = views.map((view) => view.exponent());
      const signs = xs.filter(({ sign }) => sign !== null);
      const added = more.signs === 'add' && signs.length > 0;
      const q = formula(lane.q, ...xs.map((x) => ({ re: x.q, im: null }))).re;
      return {
        q,
        sign: added ? signs.map(({ sign }) => sign!).reduce(parity) : null,
        lost: xs.some(({ lost }) => lost) || (signs.length > 0 && !added),
        random: xs.some(({ random }) => random),
      };
    },
    tangent,
    ...more,
  };
}

/** Sums of signs modulo 2; an operand of length 1 is stretched. */
const parity = (a: Float64Array, b: Float64Array): Float64Array => {
  const [long, short] = a.length < b.length ? [b, a] : [a, b];
  return long.map((sign, k) => sign ^ short[short.length === 1 ? 0 : k]!);
};
