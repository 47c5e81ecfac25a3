import type { Outputs, Tensor, TF } from '../types.ts';

/** A kernel or customGrad on the tape of TensorFlow.js. */
export interface Taped {
  /** The name of the kernel; for a customGrad, the scope that it ran in. */
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
}

/** The tape of a run, in order, and its outputs. */
export interface Tape {
  readonly nodes: readonly Taped[];
  readonly ends: readonly Tensor[];
}

/** Runs forward as for differentiation, and passes the tape to `see` while its tensors exist. */
export function withTape(
  tf: TF,
  xs: readonly Tensor[],
  forward: () => Outputs,
  see: (tape: Tape) => void,
): void {
  const engine = tf.engine();
  // Only the tape is needed, so the result is a constant and nothing is differentiated.
  const recorded = () => {
    const outputs = forward();
    const ends: Tensor[] = 'dataId' in outputs ? [outputs as Tensor] : Object.values(outputs);
    see({ nodes: [...engine.state.activeTape], ends });
    return tf.scalar(0);
  };
  engine.gradients(recorded, [...xs], tf.scalar(1), true);
}

/** The ids of the tensors that ops compute from the given ones. */
export function reachedFrom({ nodes }: Tape, from: readonly Tensor[]): Set<number> {
  const ids = new Set(from.map(({ id }) => id));
  for (const { inputs, outputs } of nodes)
    if (Object.values(inputs).some((input) => ids.has(input?.id))) for (const { id } of outputs) ids.add(id);
  return ids;
}

/** The nodes on paths to the outputs. */
export function nodesToOutput(tape: Tape): Set<Taped> {
  const wanted = new Set(tape.ends.map(({ id }) => id));
  const found = new Set<Taped>();
  for (const node of tape.nodes.toReversed()) {
    if (!node.outputs.some(({ id }) => wanted.has(id))) continue;
    found.add(node);
    for (const input of Object.values(node.inputs)) if (input != null) wanted.add(input.id);
  }
  return found;
}
