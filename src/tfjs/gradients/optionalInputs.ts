import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

interface Saving {
  getTensorsForGradient(...args: unknown[]): (Tensor | undefined)[] | null;
}

/**
 * A kernel may leave out an input, as batchNorm does its scale. TensorFlow.js tries to save what a gradient asks for all
 * the same, and throws: what is not there is not saved, so a gradient names such an input last.
 *
 * @returns puts back what was there before
 */
export function saveGivenInputs(tf: TF): () => void {
  const engine = tf.engine() as unknown as Saving;
  const { getTensorsForGradient } = engine;
  engine.getTensorsForGradient = (...args) =>
    getTensorsForGradient.apply(engine, args)?.filter((tensor) => tensor !== undefined) ?? null;
  return () => {
    engine.getTensorsForGradient = getTensorsForGradient;
  };
}
