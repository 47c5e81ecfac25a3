import type { Precision } from '../../numerics/ieee.ts';
import { sizeOf } from '../../numerics/shape.ts';
import { BranchObserver } from '../numeric/kernels/branches.ts';
import type { Outputs, Tensor, TF } from '../types.ts';
import { type Before, restore, watchAssignments } from './assignments.ts';
import { amongOwnTensors } from './foreign.ts';
import { cut, flatValues, joined, type Layout, layoutOf, refusePromise } from './outputs.ts';
import { type Input, isDifferentiable } from './readInput.ts';
import type { Checked } from './readSpec.ts';

/** The contents of a tensor, read out of the engine. */
export interface Values {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: Float64Array;
}

/** All outputs in one flat array. */
export interface OutputValues extends Values {
  readonly layout: Layout;
}

/** Values that replace those of one input or variable. */
export interface Replacement {
  readonly name: string;
  readonly values: Float64Array;
}

/** Side effects of a run. */
export interface SideEffects {
  /** Inputs and variables whose tensors were changed or disposed. */
  readonly changed: readonly string[];
  /** Whether backward wrote into dy. */
  readonly dyOverwritten: boolean;
}

/** The functions of a spec that return outputs. */
export type Maker = 'forward' | 'gradientOf';
type Tensors = Record<string, Tensor>;

/**
 * A spec on one TensorFlow.js: runs its functions and reads the results. Every run gets fresh copies of the inputs and
 * of the variables' values; afterwards the variables hold their earlier values again.
 */
export class Subject {
  readonly tf: TF;
  readonly checked: Checked;
  readonly observer: BranchObserver;
  readonly precision: Precision;
  #layout: Layout | null = null;

  constructor(tf: TF, checked: Checked) {
    this.tf = tf;
    this.checked = checked;
    this.precision = precisionOf(tf);
    this.observer = new BranchObserver(tf);
  }

  get name(): string {
    return this.checked.name;
  }

  /** The functions of this spec that return outputs: forward, and gradientOf if given. */
  get makers(): readonly Maker[] {
    return this.checked.spec.gradientOf === undefined ? ['forward'] : ['forward', 'gradientOf'];
  }

  /** The function that differences are taken of. */
  get differenced(): Maker {
    return this.makers.at(-1)!;
  }

  /** The layout of the outputs in one flat array. */
  get layout(): Layout {
    this.#layout ??= this.#run((tensors) => this.#layoutOf(this.#make('forward', tensors)));
    return this.#layout;
  }

  /**
   * The flat output values, after validating them.
   * @throws GradcheckInputError for anything but float tensors, or if gradientOf and forward differ in structure
   */
  output(maker: Maker = 'forward'): OutputValues {
    return this.#run((tensors) => {
      const returned = this.#make(maker, tensors);
      const layout = layoutOf(this.tf, returned, `${this.name}: ${maker}`);
      if (maker === 'forward') this.#layout ??= layout;
      return { shape: layout.shape, dtype: 'float32', values: flatValues(returned, layout), layout };
    });
  }

  /** The flat values of the function that differences are taken of. */
  forward(...replacements: Replacement[]): Float64Array {
    return this.evaluate(this.differenced, ...replacements);
  }

  /** The flat values of forward or gradientOf. */
  evaluate(maker: Maker, ...replacements: Replacement[]): Float64Array {
    const { layout } = this;
    return this.#run((tensors) => flatValues(this.#make(maker, tensors), layout), replacements);
  }

  /** Autodiff gradients of the contraction with dy, one per differentiable input; zeros if there is no path. */
  autodiff(dy: Values, ...replacements: Replacement[]): Map<string, Values> {
    const { layout } = this;
    return this.#run((tensors) => {
      const gradients = this.#gradients(tensors, dy, layout);
      return new Map(
        this.checked.differentiable.map((input, i): [string, Values] => {
          const gradient = gradients[i];
          if (gradient != null) return [input.name, readTensor(gradient)];
          return [input.name, { shape: input.shape, dtype: 'float32', values: new Float64Array(input.size) }];
        }),
      );
    }, replacements);
  }

  /** Applies f, inside the tidy, to the unvalidated return value of the hand-written backward. */
  backwardRaw<Result>(dy: Values, f: (gradients: unknown) => Result, ...replacements: Replacement[]): Result {
    const { layout } = this;
    return this.#run((tensors) => f(this.#backward(tensors, this.#upstream(dy, layout))), replacements);
  }

  /** The hand-written gradients; their names and shapes must have been checked before. */
  backward(dy: Values, ...replacements: Replacement[]): Map<string, Values> {
    return this.backwardRaw(
      dy,
      (gradients) =>
        new Map(
          this.checked.differentiable.map(({ name }): [string, Values] => [
            name,
            readTensor((gradients as Tensors)[name]!),
          ]),
        ),
      ...replacements,
    );
  }

  /** Runs f with the tensors to differentiate with respect to, and with a function that runs forward on them. */
  traced<Result>(f: (xs: readonly Tensor[], forward: () => Outputs) => Result): Result {
    return this.#run((tensors) => f(this.#xs(tensors), () => this.#make('forward', tensors)));
  }

  /** Runs forward, autodiff and backward, and checks afterwards that the tensors passed to them are unchanged. */
  sideEffects(dy: Values, withAutodiff: boolean): SideEffects {
    const changed = new Set<string>();
    const { layout } = this;
    let dyOverwritten = false;
    const watch = (f: (tensors: Tensors) => void): void =>
      this.#run((tensors) => {
        f(tensors);
        for (const input of this.checked.inputs) {
          const tensor = input.variable ?? tensors[input.name]!;
          if (isChanged(tensor, input.values, this.precision)) changed.add(input.name);
        }
      });
    for (const maker of this.makers) watch((tensors) => this.#make(maker, tensors));
    if (this.checked.spec.backward !== undefined)
      watch((tensors) => {
        const upstream = this.#upstream(dy, layout);
        const parts: Tensor[] = 'dataId' in upstream ? [upstream as Tensor] : Object.values(upstream);
        this.#backward(tensors, upstream);
        dyOverwritten = parts.some((part, i) => {
          const { shape, start } = layout.parts[i]!;
          const size = sizeOf(shape);
          return isChanged(part, dy.values.subarray(start, start + size), this.precision);
        });
      });
    if (withAutodiff) watch((tensors) => this.#gradients(tensors, dy, layout));
    return { changed: [...changed], dyOverwritten };
  }

  /** Runs forward once so that it makes what it makes at its first call; its return value is validated later. */
  firstRun(): void {
    this.tf.tidy(() => {
      const inputs = this.checked.inputs.map((input) => [input.name, this.#tensorOf(input, input.values)]);
      refusePromise(this.#make('forward', Object.fromEntries(inputs) as Tensors), this.name);
    });
  }

  #make(maker: Maker, tensors: Tensors): Outputs {
    const { spec } = this.checked;
    return maker === 'forward' ? spec.forward(this.tf, tensors) : spec.gradientOf!(this.tf, tensors);
  }

  #layoutOf(outputs: Outputs): Layout {
    return layoutOf(this.tf, outputs, `${this.name}: forward`);
  }

  #backward(tensors: Tensors, dy: Outputs): unknown {
    const returned: unknown = this.checked.spec.backward!(this.tf, tensors, dy);
    refusePromise(returned, `${this.name}: backward`);
    return returned;
  }

  #upstream(dy: Values, layout: Layout): Outputs {
    return cut(dy.values, layout, (values, shape) => this.#tensor(values, shape, 'float32'));
  }

  #gradients(tensors: Tensors, dy: Values, layout: Layout): (Tensor | undefined)[] {
    const { tf } = this;
    const { grads } = tf
      .engine()
      .gradients(
        () => joined(tf, this.#make('forward', tensors), layout),
        this.#xs(tensors),
        this.#tensor(dy.values, layout.shape, 'float32'),
        true,
      ) as { grads: (Tensor | undefined)[] };
    return grads;
  }

  #xs(tensors: Tensors): Tensor[] {
    return this.checked.differentiable.map(({ name, variable }) => variable ?? tensors[name]!);
  }

  #tensorOf({ shape, dtype }: Input, values: ArrayLike<number>): Tensor {
    return this.#tensor(values, shape, dtype);
  }

  #assign(input: Input, values: ArrayLike<number>): void {
    if (input.variable?.isDisposed === false) input.variable.assign(this.#tensorOf(input, values));
  }

  #tensor(values: ArrayLike<number>, shape: readonly number[], dtype: string): Tensor {
    const single = dtype === 'float32' && this.precision === 'float32';
    const copy = single ? Float32Array.from(values) : (values as Float64Array).slice();
    return this.tf.tensor(copy as Float32Array, shape as number[], dtype as 'float32');
  }

  /**
   * Runs f on the same spec at other flat values of inputs and variables. The variables hold these values while f runs,
   * and then their own again.
   */
  at<Result>(values: Readonly<Record<string, ArrayLike<number>>>, f: (moved: Subject) => Result): Result {
    const move = (input: Input): Input => {
      const there = values[input.name];
      return there === undefined ? input : { ...input, values: Float64Array.from(there) };
    };
    const inputs = this.checked.inputs.map(move);
    const differentiable = inputs.filter(isDifferentiable);
    const hold = (held: readonly Input[]): void =>
      this.tf.tidy(() => {
        for (const input of held) this.#assign(input, input.values);
      });
    const back = (): void => hold(this.checked.inputs);
    hold(inputs);
    let result: Result;
    try {
      result = f(new Subject(this.tf, { ...this.checked, inputs, differentiable }));
    } catch (error) {
      back();
      throw error;
    }
    if (result instanceof Promise) return result.finally(back) as Result;
    back();
    return result;
  }

  /** Runs f, which runs forward on tensors that f makes, and restores the variables that forward assigns. */
  guarded<Result>(f: () => Result): Result {
    const before: Before = new Map();
    try {
      return watchAssignments(this.tf, before, f);
    } finally {
      restore(this.tf, before);
    }
  }

  /** Runs f inside a tidy, with inputs and variables at their values; the result need not be tensors. */
  #run<Result>(f: (tensors: Tensors) => Result, replacements: readonly Replacement[] = []): Result {
    return amongOwnTensors(this.tf, this.name, () => this.#tidied(f, replacements));
  }

  #tidied<Result>(f: (tensors: Tensors) => Result, replacements: readonly Replacement[]): Result {
    let result: Result | undefined;
    this.tf.tidy(() => {
      const tensors: Tensors = {};
      const variables: Input[] = [];
      const before: Before = new Map();
      try {
        for (const input of this.checked.inputs) {
          const values = replacements.find(({ name }) => name === input.name)?.values ?? input.values;
          if (input.variable === null) tensors[input.name] = this.#tensorOf(input, values);
          else {
            variables.push(input);
            this.#assign(input, values);
          }
        }
        result = watchAssignments(this.tf, before, () => f(tensors));
      } finally {
        restore(this.tf, before);
        for (const input of variables) this.#assign(input, input.values);
      }
    });
    return result as Result;
  }
}

/** The precision that TensorFlow.js computes in, judged by the type of its arrays. */
export function precisionOf(tf: TF): Precision {
  const probe = tf.scalar(0);
  const bytes = probe.dataSync().BYTES_PER_ELEMENT;
  probe.dispose();
  return bytes === 8 ? 'float64' : 'float32';
}

export function readTensor(tensor: Tensor): Values {
  return { shape: tensor.shape, dtype: tensor.dtype, values: new Float64Array(tensor.dataSync()) };
}

function isChanged(tensor: Tensor, values: ArrayLike<number>, precision: Precision): boolean {
  if (tensor.isDisposed) return true;
  const now = tensor.dataSync();
  const single = precision === 'float32' && tensor.dtype === 'float32';
  for (let k = 0; k < values.length; k++)
    if ((single ? Math.fround(values[k]!) : values[k]) !== now[k]) return true;
  return false;
}

export function largestOf(values: Float64Array): number {
  return values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
}
