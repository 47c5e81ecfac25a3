import { errorText, GradcheckInputError } from '../errors.ts';
import type { Dependence, Outputs, Tensor, TF, Variable } from '../types.ts';
import { type Before, watchAssignments } from './assignments.ts';
import { watchKernels } from './hooks.ts';
import { UnsupportedError } from './limits.ts';
import type { Input } from './readInput.ts';
import type { Subject } from './subject.ts';
import { reachedFrom, withTape } from './tape.ts';
import { ownName } from './variables.ts';

/**
 * How far the values of an input are moved to see whether the output changes, in multiples of the values: small and
 * large steps in both directions, each element by a different amount.
 */
const MOVES = [1e-6, -1e-6, 0.1, -0.1, 3, -3, 1e3, -1e3];

/**
 * Finds what the output depends on, from the ops that lead to it and by running forward with changed values.
 * @throws UnsupportedError if forward, which has already completed once, throws while TensorFlow.js records its ops
 */
export function dependenceOf(subject: Subject): Dependence {
  const { differentiable } = subject.checked;
  const { reached, captured, read, assigned } = trace(subject);
  const base = subject.forward();
  const unreached = differentiable.filter((_, i) => !reached[i]);
  const moving = unreached.filter((input) => changesOutput(subject, input, base));
  // A customGrad that captures an input instead of taking it as an argument claims that its gradient is zero: wrong.
  const withoutPath = moving.filter((input) => !captured[differentiable.indexOf(input)]);
  const names = (inputs: readonly Input[]) => inputs.map(({ name }) => name);
  const nameOf = (variable: Variable) =>
    differentiable.find((input) => input.variable === variable)?.name ??
    ownName(variable) ??
    `a variable of shape [${variable.shape}]`;
  const isChecked = (variable: Variable) => differentiable.some((input) => input.variable === variable);
  const isTrained = (variable: Variable) => variable.trainable && variable.dtype === 'float32';
  return {
    unused: names(unreached.filter((input) => !moving.includes(input))),
    withoutPath: names(withoutPath),
    unchecked: [...read]
      .filter((variable) => isTrained(variable) && !isChecked(variable) && !assigned.includes(variable))
      .map(nameOf),
    assigned: assigned.map(nameOf),
  };
}

interface Trace {
  /** For each differentiable input, whether ops lead from it to an output. */
  readonly reached: readonly boolean[];
  /** For each, whether a kernel inside a customGrad, which the tape does not show, takes it. */
  readonly captured: readonly boolean[];
  /** The variables whose values forward reads. */
  readonly read: ReadonlySet<Variable>;
  readonly assigned: readonly Variable[];
}

function trace(subject: Subject): Trace {
  const { tf } = subject;
  const read = new Set<Variable>();
  const before: Before = new Map();
  const offTape = new Set<number>();
  let reached: boolean[] = [];
  let captured: boolean[] = [];
  const write = (xs: readonly Tensor[], forward: () => Outputs): void => {
    const watched = () => watchReads(tf, { read, offTape }, () => watchAssignments(tf, before, forward));
    withTape(tf, xs, watched, (tape) => {
      const ids = xs.map((x) => reachedFrom(tape, [x]));
      reached = ids.map((from) => tape.ends.some(({ id }) => from.has(id)));
      captured = ids.map((from) => [...from].some((id) => offTape.has(id)));
    });
  };
  try {
    subject.traced(write);
  } catch (error) {
    if (error instanceof GradcheckInputError) throw error;
    // For example batchNorm without scale: TensorFlow.js saves the missing operand for the gradient.
    const reason = `forward throws where its gradient is to be taken: ${errorText(error)}`;
    throw new UnsupportedError({ kernel: null, missing: null, reason });
  }
  return { reached, captured, read, assigned: [...before.keys()] };
}

interface Reads {
  readonly read: Set<Variable>;
  readonly offTape: Set<number>;
}

/** The part of TensorFlow.js's engine that is used here. */
interface Engine {
  saveTensorsForBackwardMode(tensors: Tensor[]): Tensor[];
}

/** Collects the variables that f passes to kernels or reads out, and the ids of the inputs of kernels off the tape. */
function watchReads<Result>(tf: TF, { read, offTape }: Reads, f: () => Result): Result {
  const engine = tf.engine() as unknown as Partial<Engine>;
  const save = engine.saveTensorsForBackwardMode!;
  // A tensor that is saved for a gradient is cloned, off the tape as well: that uses nothing.
  let saving = false;
  engine.saveTensorsForBackwardMode = function (this: Engine, tensors) {
    saving = true;
    try {
      return save.call(this, tensors);
    } finally {
      saving = false;
    }
  };
  const { prototype } = tf.Variable;
  const { dataSync } = prototype;
  prototype.dataSync = function (this: Variable) {
    read.add(this);
    return dataSync.call(this);
  } as typeof dataSync;
  const see = (_: string, inputs: Record<string, unknown>): void => {
    for (const input of Object.values(inputs)) {
      if (input instanceof tf.Variable) read.add(input);
      if (!saving && tf.engine().state.kernelDepth > 1 && input instanceof tf.Tensor) offTape.add(input.id);
    }
  };
  try {
    return watchKernels(tf, see, f);
  } finally {
    // Both were inherited, so this restores them.
    delete (prototype as Partial<Variable>).dataSync;
    delete engine.saveTensorsForBackwardMode;
  }
}

/** Whether changing the values of an input changes any bit of the output, or makes forward throw. */
function changesOutput(subject: Subject, input: Input, base: Float64Array): boolean {
  return MOVES.some((move) => {
    const values = Float64Array.from(input.values, (x, i) => {
      const by = move * (1 + i / input.size) * (Math.abs(x) + 1);
      return x + by;
    });
    try {
      const moved = subject.evaluate(subject.differenced, { name: input.name, values });
      return moved.length !== base.length || moved.some((y, i) => !Object.is(y, base[i]));
    } catch {
      return true;
    }
  });
}
