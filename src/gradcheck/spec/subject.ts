import { BranchObserver } from '../numeric/kernels/branches.ts';
import type { Precision } from '../numeric/precision.ts';
import type { Tensor, TF } from '../types.ts';
import { amongOwnTensors } from './foreign.ts';
import type { Input } from './readInput.ts';
import type { Checked } from './readSpec.ts';

/** A tensor's contents, read out of the engine. */
export interface Values {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: Float64Array;
}

/** Values that take the place of one input's. */
export interface Replacement {
  readonly name: string;
  readonly values: Float64Array;
}

/** What a run did beside its result. */
export interface SideEffects {
  /** Inputs whose tensors were changed or disposed. */
  readonly changed: readonly string[];
}

/** A spec on one TensorFlow.js: runs its functions, always on fresh copies of the inputs, and reads the results. */
export class Subject {
  readonly tf: TF;
  readonly checked: Checked;
  readonly observer: BranchObserver;
  readonly precision: Precision;

  constructor(tf: TF, checked: Checked) {
    this.tf = tf;
    this.checked = checked;
    this.precision = precisionOf(tf);
    this.observer = new BranchObserver(tf);
  }

  get name(): string {
    return this.checked.name;
  }

  /** The forward's return value, whatever it is, seen by f inside the tidy. */
  forwardRaw<Result>(f: (output: unknown) => Result, replacement?: Replacement): Result {
    return this.#tidy(() => f(this.checked.spec.forward(this.tf, this.#tensors(replacement))));
  }

  /** The forward's values. */
  forward(replacement?: Replacement): Float64Array {
    return this.forwardRaw((output) => (output as Tensor).dataSync() as unknown as Float64Array, replacement);
  }

  /** Gradients of the contraction with dy by autodiff, one per float input; zeros where there is no path. */
  autodiff(dy: Values, replacement?: Replacement): Map<string, Values> {
    return this.#tidy(() => {
      const { tf } = this;
      const tensors = this.#tensors(replacement);
      const inputs = this.checked.differentiable;
      const { grads } = tf.engine().gradients(
        () => this.checked.spec.forward(tf, tensors),
        inputs.map((input) => tensors[input.name]!),
        this.#tensor(dy),
        true,
      ) as { grads: (Tensor | undefined)[] };
      return new Map(
        inputs.map((input, i): [string, Values] => {
          const gradient = grads[i];
          if (gradient != null) return [input.name, readTensor(gradient)];
          return [input.name, { shape: input.shape, dtype: 'float32', values: new Float64Array(input.size) }];
        }),
      );
    });
  }

  /** What the hand-written backward returns, whatever it is, seen by f inside the tidy. */
  backwardRaw<Result>(dy: Values, f: (gradients: unknown) => Result): Result {
    return this.#tidy(() =>
      f(this.checked.spec.backward!(this.tf, this.#tensors(undefined), this.#tensor(dy))),
    );
  }

  /** The hand-written gradients; the names and shapes have been checked before. */
  backward(dy: Values): Map<string, Values> {
    return this.backwardRaw(
      dy,
      (gradients) =>
        new Map(
          this.checked.differentiable.map(({ name }): [string, Values] => [
            name,
            readTensor((gradients as Record<string, Tensor>)[name]!),
          ]),
        ),
    );
  }

  /** Runs forward, autodiff and backward, and looks at the input tensors afterwards. */
  sideEffects(dy: Values, withAutodiff: boolean): SideEffects {
    const changed = new Set<string>();
    const { spec, inputs } = this.checked;
    const watch = (f: (tensors: Record<string, Tensor>) => void): void =>
      this.#tidy(() => {
        const tensors = this.#tensors(undefined);
        f(tensors);
        for (const input of inputs) if (isChanged(tensors[input.name]!, input)) changed.add(input.name);
      });
    watch((tensors) => spec.forward(this.tf, tensors));
    if (spec.backward !== undefined) watch((tensors) => spec.backward!(this.tf, tensors, this.#tensor(dy)));
    if (withAutodiff)
      watch((tensors) => {
        const xs = this.checked.differentiable.map((input) => tensors[input.name]!);
        this.tf.engine().gradients(() => spec.forward(this.tf, tensors), xs, this.#tensor(dy), true);
      });
    return { changed: [...changed] };
  }

  #tensors(replacement: Replacement | undefined): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const input of this.checked.inputs) {
      const values = replacement?.name === input.name ? replacement.values : input.values;
      tensors[input.name] = this.#tensor({ ...input, values: values as Float64Array });
    }
    return tensors;
  }

  #tensor({ values, shape, dtype }: Values): Tensor {
    const copy =
      dtype === 'float32' && this.precision === 'float32' ? Float32Array.from(values) : values.slice();
    return this.tf.tensor(copy as Float32Array, shape as number[], dtype as 'float32');
  }

  /** tf.tidy for results that are not tensors. */
  #tidy<Result>(f: () => Result): Result {
    let result: Result | undefined;
    amongOwnTensors(this.tf, this.name, () =>
      this.tf.tidy(() => {
        result = f();
      }),
    );
    return result as Result;
  }
}

/** What TensorFlow.js computes in, by the arrays it keeps. */
export function precisionOf(tf: TF): Precision {
  const probe = tf.scalar(0);
  const bytes = probe.dataSync().BYTES_PER_ELEMENT;
  probe.dispose();
  return bytes === 8 ? 'float64' : 'float32';
}

export function readTensor(tensor: Tensor): Values {
  return { shape: tensor.shape, dtype: tensor.dtype, values: Float64Array.from(tensor.dataSync()) };
}

function isChanged(tensor: Tensor, input: Input): boolean {
  if (tensor.isDisposed) return true;
  const now = tensor.dataSync();
  return input.values.some((value, i) => value !== now[i]);
}

export function largestOf(values: Float64Array): number {
  return values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
}
