import type { TF, Variable } from '../types.ts';

/** The values that variables held before they were assigned. */
export type Before = Map<Variable, ArrayLike<number>>;

/** The parts of TensorFlow.js's engine that are used here. */
interface Engine {
  nextTensorId(): number;
  readonly registeredVariables: Readonly<Record<string, Variable>>;
}

/** Runs f and records the variables that it assigns, with their earlier values, except those that f itself makes. */
export function watchAssignments<Result>(tf: TF, before: Before, f: () => Result): Result {
  const engine = tf.engine() as unknown as Engine;
  // Ids count up, so variables that f makes have larger ones. This avoids a set of all variables for every run.
  const firstOfRun = engine.nextTensorId();
  const isKnown = (variable: Variable): boolean =>
    variable.id < firstOfRun && engine.registeredVariables[variable.name] === variable;
  const { prototype } = tf.Variable;
  const { assign } = prototype;
  prototype.assign = function (this: Variable, value) {
    if (isKnown(this) && !before.has(this)) {
      const values = tf.Tensor.prototype.dataSync.call(this) as Float32Array;
      before.set(this, values.slice());
    }
    assign.call(this, value);
  };
  try {
    return f();
  } finally {
    prototype.assign = assign;
  }
}

/** Restores the earlier values of the variables; a disposed variable stays disposed. */
export function restore(tf: TF, before: Before): void {
  for (const [variable, values] of before)
    tf.tidy(() => {
      if (!variable.isDisposed)
        variable.assign(tf.tensor(values as Float32Array, variable.shape, variable.dtype));
    });
}
