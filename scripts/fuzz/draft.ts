import type { TF } from '../../src/gradcheck/index.ts';
import { sizeOf } from '../../src/numerics/shape.ts';
import { forbidden } from './known.ts';
import {
  compile,
  type Forward,
  floats,
  forwardCode,
  gradientsOf,
  type Layer,
  makeLayers,
  type Program,
  type ProgramInput,
  type Scope,
  type Statement,
  tensorsOf,
  tidy,
} from './program.ts';
import { ANY, type Domain, liesIn, numbers, type Profile } from './values.ts';

/** A tensor of a function under construction, with its values. */
export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Requirements of an operand; without a shape, it may have any shape of a rank from..to. */
export interface Wanted {
  readonly shape?: readonly number[];
  readonly rank?: readonly [from: number, to: number];
  readonly domain?: Domain;
  readonly accepts?: (variable: Variable) => boolean;
}

/** A step that cannot be taken here; the function is built without it. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
}

const LIMITS = { inputs: 6, elements: 24, ofResult: 160, magnitude: 1e120 } as const;
const INTO_DOMAIN: readonly [domain: Domain, code: (x: string) => string][] = [
  [{ low: 0.1, high: Number.POSITIVE_INFINITY }, (x) => `tf.add(tf.square(${x}), 0.5)`],
  [{ low: -0.95, high: 0.95 }, (x) => `tf.mul(tf.tanh(${x}), 0.9)`],
];

/** A function under construction. Every statement is run immediately, so that the values are known for the next one. */
export class Draft {
  readonly tf: TF;
  readonly profile: Profile;
  readonly exponent: number;
  #inputs: ProgramInput[] = [];
  #layers: Layer[] = [];
  #scope: Scope = {};
  #statements: Statement[] = [];
  #pool: Variable[] = [];
  #picks: readonly number[] = [];
  #place = 0;
  /** Operands of the current step, which must differ: a tensor minus itself is 0, and so is its gradient. */
  #taken = new Set<Variable>();

  /** @param exponent the power of ten of most inputs, if the profile scales them */
  constructor(tf: TF, profile: Profile, exponent: number) {
    this.tf = tf;
    this.profile = profile;
    this.exponent = exponent;
  }

  /** Takes a step with its choices; a rejected step leaves no trace. @returns why it was rejected, or null */
  step(op: string, picks: readonly number[], build: (draft: Draft) => string): string | null {
    const before = [this.#inputs, this.#layers, this.#scope, this.#statements, this.#pool] as const;
    this.#inputs = [...this.#inputs];
    this.#layers = [...this.#layers];
    this.#statements = [...this.#statements];
    this.#pool = [...this.#pool];
    this.#picks = picks;
    this.#place = 0;
    this.#taken = new Set();
    try {
      this.emit(op, build(this));
      return null;
    } catch (error) {
      [this.#inputs, this.#layers, this.#scope, this.#statements, this.#pool] = before;
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The next choice out of n; 0 once the choices of the step are used up. */
  choose(n: number): number {
    const pick = this.#picks[this.#place++] ?? 0;
    return pick % n;
  }

  pick<Item>(list: readonly Item[]): Item {
    return list[this.choose(list.length)]!;
  }

  /** A shape of the given rank, with 1 to 24 elements. */
  shape(rank: number): number[] {
    const shape: number[] = [];
    let room: number = LIMITS.elements;
    for (let axis = 0; axis < rank; axis++) {
      const longest = Math.min(rank > 3 ? 3 : 4, room);
      const length = ((this.choose(longest) + 1) % longest) + 1;
      shape.push(length);
      room = Math.floor(room / length);
    }
    return shape;
  }

  /** An existing tensor, one made to fit, or a new input. */
  operand(wanted: Wanted = {}): Variable {
    const found = this.#operand(wanted);
    this.#taken.add(found);
    return found;
  }

  #operand(wanted: Wanted): Variable {
    const { domain = ANY } = wanted;
    const again = this.choose(10) === 1;
    const shaped = this.#pool.filter(
      (variable) => fits(variable, wanted) && (again || !this.#taken.has(variable)),
    );
    const fitting = shaped.filter(({ values }) => liesIn(domain, values));
    const how = this.choose(5);
    if (fitting.length > 0 && (how > 0 || this.#inputs.length >= LIMITS.inputs))
      return fitting[fitting.length - 1 - this.choose(fitting.length)]!;
    const bend = INTO_DOMAIN.find(([from]) => from.low >= domain.low && from.high <= domain.high);
    if (shaped.length > 0 && bend !== undefined && how > 1 && domain !== ANY) {
      const bent = shaped[this.choose(shaped.length)]!;
      return this.emit('into domain', bend[1](bent.name));
    }
    return this.input(wanted);
  }

  /** A new float input. */
  input({ shape, rank: [from, to] = [0, 4], domain = ANY, accepts }: Wanted = {}): Variable {
    const chosen = shape ?? this.shape(from + ((this.choose(to - from + 1) + 1) % (to - from + 1)));
    const values = numbers(
      sizeOf(chosen),
      domain,
      this.profile,
      this.choose(64),
      this.choose(65536),
      this.exponent,
    );
    const variable = this.#newInput(chosen, values, 'float32');
    if (accepts !== undefined && !accepts(variable)) throw new Rejected('the new input does not fit');
    return variable;
  }

  /** A new input without a gradient. */
  constant(shape: readonly number[], below: number, dtype: 'int32' | 'bool' = 'int32'): Variable {
    const values = Array.from({ length: sizeOf(shape) }, () => this.choose(below));
    return this.#newInput(shape, values, dtype);
  }

  #newInput(shape: readonly number[], values: readonly number[], dtype: ProgramInput['dtype']): Variable {
    if (this.#inputs.length >= LIMITS.inputs) throw new Rejected('too many inputs');
    const name = `x${this.#inputs.length}`;
    this.#inputs.push({ name, shape, values, dtype });
    const variable = { name, shape, values: Float64Array.from(values) };
    if (dtype === 'float32') this.#pool.push(variable);
    return variable;
  }

  /** A layer, built by a first call with zeros of the shape; its weights are seeded. @returns its name */
  layer(kind: string, settings: string, shape: readonly number[]): string {
    const name = `layer${this.#layers.length}`;
    const first = `tf.tidy(() => { layer.apply(tf.zeros([${shape.join(', ')}])); });`;
    const code = `(() => { const layer = tf.layers.${kind}({ ${settings} }); ${first} return layer; })()`;
    const layer = { name, code };
    this.#layers.push(layer);
    this.#scope = { ...this.#scope, ...makeLayers(this.tf, [layer]) };
    return name;
  }

  /**
   * Adds a statement. @throws Rejected if its value or its gradient is not finite or too large, or known to be wrong
   */
  emit(op: string, code: string): Variable {
    const reason = forbidden(code);
    if (reason !== null) throw new Rejected(`known fault: ${reason}`);
    const name = `t${this.#statements.length + 1}`;
    const trial: Statement = { name, code, op, shape: [] };
    const { shape, values, gradients } = this.#run(trial);
    if (values.length === 0 || values.length > LIMITS.ofResult) throw new Rejected('size of the result');
    for (const list of [values, ...gradients])
      if (!list.every((x) => Math.abs(x) < LIMITS.magnitude)) throw new Rejected('not finite, or too large');
    const variable = { name, shape, values };
    this.#statements.push({ ...trial, shape });
    this.#pool.push(variable);
    return variable;
  }

  #run(trial: Statement): { shape: number[]; values: Float64Array; gradients: Float64Array[] } {
    const { tf } = this;
    const code = forwardCode({ inputs: this.#inputs, output: trial.name }, [...this.#statements, trial]);
    const forward = compile<Forward>(this.#scope, `return ${code};`);
    return tidy(tf, () => {
      const tensors = tensorsOf(tf, this.#inputs);
      const floats = this.#inputs.filter(({ dtype }) => dtype === 'float32');
      const output = forward(tf, tensors);
      const { grads } = tf.engine().gradients(
        () => forward(tf, tensors),
        floats.map(({ name }) => tensors[name]!),
        tf.ones(output.shape),
        true,
      );
      return {
        shape: output.shape,
        values: Float64Array.from(output.dataSync()),
        gradients: grads.filter((g) => g != null).map((g) => Float64Array.from(g.dataSync())),
      };
    });
  }

  /** The function so far, without statements that its output does not use; null if no float input has a path to it. */
  finish(family: string, unusedInput: boolean): Program | null {
    const last = this.#statements.at(-1);
    if (last === undefined) return null;
    const output = last.name;
    const needed = new Set([output]);
    for (const { name, code } of this.#statements.toReversed())
      if (needed.has(name)) for (const [word] of code.matchAll(/\b(x|t|layer)\d+\b/g)) needed.add(word);
    const statements = this.#statements.filter(({ name }) => needed.has(name));
    const layers = this.#layers.filter(({ name }) => needed.has(name));
    const inputs = this.#inputs.filter(({ name }) => needed.has(name));
    if (unusedInput) inputs.push({ name: 'unused', shape: [2], values: [0.5, -1.5], dtype: 'float32' });
    const names = floats({ inputs }).map(({ name }) => name);
    const forward = compile<Forward>(this.#scope, `return ${forwardCode({ inputs, output }, statements)};`);
    const gradients = gradientsOf(this.tf, forward, inputs, names);
    const connected = names.filter((_, i) => gradients[i] !== null);
    if (connected.length === 0) return null;
    return { family, inputs, layers, statements, output, connected };
  }
}

function fits(variable: Variable, { shape, rank: [from, to] = [0, 6], accepts }: Wanted): boolean {
  if (shape !== undefined) {
    if (String(shape) !== String(variable.shape) || shape.length !== variable.shape.length) return false;
  } else if (variable.shape.length < from || variable.shape.length > to) return false;
  return accepts === undefined || accepts(variable);
}
