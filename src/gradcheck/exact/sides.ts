import type { Tensor } from '@tensorflow/tfjs';
import { uniformNumbers } from '../../numerics/random.ts';
import { sizeOf } from '../../numerics/shape.ts';
import type { TF } from '../types.ts';
import { degree } from './algebra.ts';
import { CLEAN, Entry, type Numbers, type Taint, union } from './entry.ts';
import { type Vec, ZeroDivisor } from './field.ts';
import type { Lane } from './lane.ts';
import { observe } from './observe.ts';
import {
  type ExactInput,
  type ExactSubject,
  isDifferentiated,
  isFloat,
  type Place,
  placesOf,
  type Tensors,
} from './subject.ts';
import {
  CannotProve,
  NeedExponents,
  NeedUnity,
  NotFree,
  type Pattern,
  type Real,
  World,
  type WorldOptions,
} from './world.ts';

/** Gradients by place, in every algebra and in double precision. */
export type Gradients = ReadonlyMap<string, { readonly entry: Entry; readonly real: Float64Array }>;

/** The gradients of a side, or why it did not complete. */
export type Outcome = { readonly gradients: Gradients } | { readonly cause: string };

/** The output of a function with its numbers, including the derivative in the drawn direction. */
export type Output = Entry;

/** The random number generators of a lane. Exponents have their own, so that drawing them changes no other numbers. */
interface Draw {
  readonly values: () => number;
  readonly exponents: () => number;
}
const EXPONENTS = 0x9e3779b9;

/** The setting of one attempt: random numbers for all inputs in every lane, a random direction and a random dy. */
export class Setting {
  readonly world: World;
  readonly subject: ExactSubject;
  readonly places: readonly Place[];
  readonly dyShape: readonly number[];
  readonly dyReal: Float64Array;
  readonly dy: Entry;
  /** The number of elements in the function under check that are exactly at a kink or a tie. */
  kinks = 0;
  /** The sides that its branches took. */
  patterns: readonly Pattern[] = [];
  readonly #entries = new Map<string, Entry>();
  /** The drawn directions, one vector per lane. */
  readonly directions = new Map<string, readonly Vec[]>();

  constructor(
    tf: TF,
    subject: ExactSubject,
    lanes: readonly Lane[],
    options: WorldOptions,
    dyShape: readonly number[],
    seed: number,
  ) {
    this.world = new World(tf, lanes, options, subject.arithmetic);
    this.subject = subject;
    this.places = placesOf(subject);
    this.dyShape = dyShape;
    const random = uniformNumbers(seed);
    this.dyReal = Float64Array.from({ length: sizeOf(dyShape) }, () => {
      const magnitude = 0.5 + random();
      return random() < 0.5 ? -magnitude : magnitude;
    });
    const draws = (lanes.length === 0 ? [seed] : lanes.map((lane) => lane.seed)).map(
      (each): Draw => ({
        values: lanes.length === 0 ? random : uniformNumbers(each),
        exponents: uniformNumbers(each ^ EXPONENTS),
      }),
    );
    this.dy = this.#draw(this.dyReal, draws, false);
    for (const { name, values } of this.places) {
      const entry = this.#draw(values, draws, true);
      this.#entries.set(name, entry);
      this.directions.set(
        name,
        entry.numbers.map(({ tangent }) => tangent!),
      );
    }
    for (const input of subject.inputs)
      if (isFloat(input) && !isDifferentiated(input))
        // Drawn with degree 1 like the others, so that the bound counts it; its tangent is left out.
        this.#entries.set(input.name, this.#draw(input.values, draws, true));
  }

  /** Draws random squares for positive real values, minus squares for negative ones, and other numbers modulo q. */
  #draw(real: Real, draws: readonly Draw[], direction: boolean): Entry {
    const { world } = this;
    const size = real.length;
    const about = { constant: false, taint: CLEAN, tangentTaint: CLEAN, faithful: true, pure: true };
    const plain = (re: Float64Array): Vec => ({ re, im: null });
    return world.make(size, about, (algebra, lane): Numbers => {
      if (algebra.kind === 'degrees')
        return { value: degree(direction ? 1 : 0), tangent: direction ? degree(0) : null, exponent: null };
      const { values: random, exponents } = draws[lane]!;
      if (algebra.kind === 'doubles') {
        const v = (): number => (random() < 0.5 ? -1 : 1) * (0.5 + random());
        const tangent = direction ? plain(Float64Array.from({ length: size }, v)) : null;
        return { value: plain(Float64Array.from(real)), tangent, exponent: null };
      }
      const { p, q } = world.lanes[lane]!;
      const roots = p.draw(size, random);
      const value = p.mul2(roots, roots);
      for (let k = 0; k < size; k++)
        if (real[k] === 0 ? random() < 0.5 : real[k]! < 0) value[k] = p.modulus - value[k]!;
      return {
        value: plain(value),
        tangent: direction ? plain(p.draw(size, random)) : null,
        exponent: world.options.exponents
          ? { q: q.draw(size, exponents), sign: null, lost: false, random: false }
          : null,
      };
    });
  }

  /** The subject's tensors with their numbers, in the given directions. */
  #tensors(directions: ReadonlyMap<string, readonly Vec[]>): Tensors {
    const tensors = tensorsOf(this.world.tf, this.subject);
    for (const [name, drawn] of this.#entries) {
      const direction = directions.get(name);
      const numbers = drawn.numbers.map((each, lane) => ({ ...each, tangent: direction?.[lane] ?? null }));
      const tensor = tensors[name] ?? this.subject.variables![name]!;
      this.world.set(tensor, new Entry(this.world, drawn.size, numbers, drawn.about));
    }
    return tensors;
  }

  #dyTensor(): Tensor {
    const tensor = tensorOf(this.world.tf, this.subject, this.dyReal, this.dyShape);
    this.world.set(tensor, this.dy);
    return tensor;
  }

  /** The numbers of f's output, with the tangent in the given directions, by default the drawn ones. */
  forward(
    f: ExactSubject['forward'],
    directions: ReadonlyMap<string, readonly Vec[]> = this.directions,
  ): Output {
    const { world } = this;
    world.tangents = true;
    return observe(world, () => tidy(world.tf, () => world.entry(f(world.tf, this.#tensors(directions)))));
  }

  /** The numbers of f's output, and its gradients by autodiff. */
  autodiff(f: ExactSubject['forward']): { output: Output; outcome: Outcome } {
    const { world, subject } = this;
    const { tf } = world;
    let output: Output | null = null;
    const outcome = this.#outcome(() => {
      const tensors = this.#tensors(this.directions);
      world.kinks = 0;
      world.patterns = [];
      const xs = this.places.map(({ name }) => tensors[name] ?? subject.variables![name]!);
      world.tangents = true;
      const { grads } = tf.engine().gradients(
        () => {
          const y = f(tf, tensors);
          // After a failure the gradients are void, but they are computed anyway so that nothing leaks.
          if (world.failure === null) output = world.entry(y);
          this.kinks = world.kinks;
          this.patterns = world.patterns;
          world.tangents = false;
          world.patterns = [];
          return y;
        },
        xs,
        this.#dyTensor(),
        true,
      ) as { grads: (Tensor | null | undefined)[] };
      return Object.fromEntries(this.places.map(({ name }, k) => [name, grads[k] ?? null]));
    });
    if ('cause' in outcome) forgetTape(tf);
    if (output === null) throw new CannotProve('cause' in outcome ? outcome.cause : 'forward has no output');
    return { output, outcome };
  }

  /** The hand-written gradients. */
  backward(): Outcome {
    this.world.tangents = false;
    return this.#outcome(() =>
      this.subject.backward!(this.world.tf, this.#tensors(this.directions), this.#dyTensor()),
    );
  }

  #outcome(gradients: () => Partial<Record<string, Tensor | null>>): Outcome {
    try {
      return {
        gradients: observe(this.world, () => tidy(this.world.tf, () => this.#collect(gradients()))),
      };
    } catch (error) {
      if ([NeedExponents, NeedUnity, NotFree].some((again) => error instanceof again)) throw error;
      if (error instanceof CannotProve) return { cause: error.message };
      if (error instanceof ZeroDivisor) throw error;
      return { cause: `it throws: ${(error as Error).message}` };
    }
  }

  #collect(gradients: Partial<Record<string, Tensor | null>>): Gradients {
    return new Map(
      this.places.map(({ name, shape }) => {
        const gradient = gradients[name];
        // Autodiff gives null if there is no path.
        if (gradient === null) {
          const zeros = new Float64Array(sizeOf(shape));
          return [name, { entry: this.world.constant(zeros), real: zeros }];
        }
        if (gradient === undefined) throw new CannotProve(`no gradient for ${name}`);
        if (gradient.shape.join() !== shape.join())
          throw new CannotProve(`gradient of ${name}: expected shape [${shape}], got [${gradient.shape}]`);
        return [
          name,
          { entry: this.world.entry(gradient), real: Float64Array.from(this.world.read(gradient)) },
        ];
      }),
    );
  }

  /** The drawn directions restricted to a part of one place; 0 elsewhere. */
  within(name: string, start: number, end: number): ReadonlyMap<string, readonly Vec[]> {
    const part = (values: Float64Array): Float64Array =>
      values.map((value, k) => (k >= start && k < end ? value : 0));
    const vectors = this.directions
      .get(name)!
      .map(
        (v, lane): Vec => (this.world.algebras[lane]!.kind === 'degrees' ? v : { re: part(v.re), im: null }),
      );
    return new Map([[name, vectors]]);
  }

  /** <dy, J v> in each lane. */
  sides(output: Output): Vec[] {
    return this.world.algebras
      .filter(({ kind }) => kind !== 'degrees')
      .map(({ field }, lane) => {
        const tangent = output.numbers[lane]!.tangent;
        return tangent === null ? field.zero : field.total(field.mul(this.dy.numbers[lane]!.value, tangent));
      });
  }

  /** In each lane, <dy, J v> and the sum over places of <gradient(dy), v>. */
  contractions(
    output: Output,
    gradients: Gradients,
    directions: ReadonlyMap<string, readonly Vec[]> = this.directions,
  ): { readonly left: Vec; readonly right: Vec }[] {
    return this.sides(output).map((left, lane) => {
      const { field } = this.world.algebras[lane]!;
      let right = field.zero;
      for (const [name, vectors] of directions) {
        const { value } = gradients.get(name)!.entry.numbers[lane]!;
        right = field.add(right, field.total(field.mul(value, vectors[lane]!)));
      }
      return { left, right };
    });
  }

  /** The same in double precision: the difference of the two sides, and the sum of the magnitudes of their terms. */
  contractionInDoubles(
    output: Output,
    gradients: Gradients,
    directions: ReadonlyMap<string, readonly Vec[]> = this.directions,
  ): { readonly difference: number; readonly scale: number } {
    let difference = 0;
    let scale = 0;
    const term = (x: number): void => {
      difference += x;
      scale += Math.abs(x);
    };
    const tangent = output.numbers[0]!.tangent;
    for (const [k, dy] of this.dyReal.entries()) term(dy * (tangent?.re[k] ?? 0));
    for (const [name, [direction]] of directions)
      for (const [k, g] of gradients.get(name)!.real.entries()) term(-g * direction!.re[k]!);
    return { difference, scale };
  }
}

/** The reasons why the two sides of the identity may differ without a mistake. */
export const taintOf = ({ world }: Setting, output: Output, gradients: Gradients): Taint =>
  union(
    output.about.tangentTaint,
    ...[...gradients.values()].map(({ entry }) => entry.about.taint),
    world.options.freeRoots === true ? FREE_ROOTS : CLEAN,
  );
const FREE_ROOTS: Taint = new Set(['the squares of roots of roots, which are left free']);

/** Whether two vectors differ in element k. */
export function differs(a: Vec, b: Vec, k: number): boolean {
  return a.re[k] !== b.re[k] || (a.im?.[k] ?? 0) !== (b.im?.[k] ?? 0);
}

interface Tape {
  activeTape: { saved: Tensor[] }[] | null;
  gradientDepth: number;
}

/** Frees the tensors that TensorFlow.js saved for a gradient that threw. */
function forgetTape(tf: TF): void {
  const state = tf.engine().state as unknown as Tape;
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? [])
    for (const tensor of saved) if (!tensor.isDisposed) tensor.dispose();
  state.activeTape = null;
}

/** tf.tidy for results that are not tensors. */
function tidy<Result>(tf: TF, f: () => Result): Result {
  let result: Result | undefined;
  tf.tidy(() => {
    result = f();
  });
  return result as Result;
}

/** @throws RangeError if tf computes in single precision, which cannot hold products of residues */
export function requireDoublePrecision(tf: TF): void {
  const probe = tf.scalar(0);
  const bytes = probe.dataSync().BYTES_PER_ELEMENT;
  probe.dispose();
  if (bytes !== Float64Array.BYTES_PER_ELEMENT)
    throw new RangeError(
      'tf: expected TensorFlow.js in double precision, got single; import backproof/float64',
    );
}

/** The shape of f's output, by running it. */
export function shapeOf(
  tf: TF,
  subject: Pick<ExactSubject, 'inputs' | 'arithmetic'>,
  f: ExactSubject['forward'],
): readonly number[] {
  let shape: readonly number[] = [];
  tf.tidy(() => {
    const tensors = tensorsOf(tf, subject);
    const y: unknown = f(tf, tensors);
    if (!(y instanceof tf.Tensor)) throw new Error('expected a tensor, got something else');
    if (y.dtype !== 'float32') throw new Error(`expected a float tensor, got ${y.dtype}`);
    shape = y.shape;
  });
  return shape;
}

/** Makes new tensors of the inputs. */
export function tensorsOf(tf: TF, subject: Pick<ExactSubject, 'inputs' | 'arithmetic'>): Tensors {
  return Object.fromEntries(
    subject.inputs.map(({ name, values, shape, dtype }) => [
      name,
      tensorOf(tf, subject, values, shape, dtype),
    ]),
  );
}

function tensorOf(
  tf: TF,
  { arithmetic }: Pick<ExactSubject, 'arithmetic'>,
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: ExactInput['dtype'] = 'float32',
): Tensor {
  const single = arithmetic !== undefined && dtype === 'float32';
  const copy = single ? Float32Array.from(values) : Float64Array.from(values);
  const whole = arithmetic !== undefined && dtype !== 'float32' ? Int32Array.from(values) : copy;
  return tf.tensor(whole as never, shape as number[], dtype);
}
