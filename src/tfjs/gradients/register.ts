import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';
import type { KernelGradient } from './gradient.ts';
import { missing } from './missing.ts';
import { saveGivenInputs } from './optionalInputs.ts';
import { fixTape } from './tape.ts';
import { wrong } from './wrong.ts';

/** Every gradient of this package. A kernel is listed once: test/tfjs/gradients/register.test.ts. */
export const gradients: readonly KernelGradient[] = [...missing, ...wrong];

/**
 * Registers the gradients on `tf`, in place of its own and without its warnings, for all its backends. Also fixes its
 * tape (tape.ts) and the saving of inputs (optionalInputs.ts).
 *
 * @returns a function that restores the previous gradients and tape
 */
export function registerGradientsOn(tf: TF): () => void {
  const before = gradients.map(({ kernelName }) => [kernelName, tf.getGradient(kernelName)] as const);
  for (const gradient of gradients) replace(tf, gradient.kernelName, configOf(tf, gradient));
  const putTapeBack = fixTape(tf);
  const putSavingBack = saveGivenInputs(tf);
  return () => {
    putSavingBack();
    putTapeBack();
    for (const [kernelName, config] of before) replace(tf, kernelName, config);
  };
}

function replace(tf: TF, kernelName: string, config: GradConfig | undefined): void {
  // Registering over an existing gradient warns; unregistering a missing one throws.
  if (tf.getGradient(kernelName) != null) tf.unregisterGradient(kernelName);
  if (config != null) tf.registerGradient(config);
}

function configOf(tf: TF, { inputsToSave, outputsToSave, ...gradient }: KernelGradient): GradConfig {
  return {
    ...gradient,
    ...(inputsToSave === undefined ? {} : { inputsToSave: [...inputsToSave] }),
    ...(outputsToSave === undefined ? {} : { outputsToSave: [...outputsToSave] }),
    gradFunc: (dy: Tensor | Tensor[], saved: Tensor[], attributes: NamedAttrMap) =>
      gradient.gradFunc(tf, dy, saved, attributes),
  };
}
