import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

interface Saving {
  getTensorsForGradient(...args: unknown[]): (Tensor | undefined)[];
}

/**
 * A kernel may omit an input, as batchNorm does its scale. TensorFlow.js tries to save every input that a gradient
 * lists, and throws if one is missing. With this, missing inputs are not saved; so a gradient lists optional inputs
 * last.
 *
 * @returns a function that restores the previous behaviour
 */
export function saveGivenInputs(tf: TF): () => void {
  const engine = tf.engine() as unknown as Saving;
  const { getTensorsForGradient } = engine;
  engine.getTensorsForGradient = (...args) =>
    getTensorsForGradient.apply(engine, args).filter((tensor) => tensor !== undefined);
  return () => {
    engine.getTensorsForGradient = getTensorsForGradient;
  };
}
