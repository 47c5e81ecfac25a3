import { layerBackwards, manualGradients } from '../model/network.ts';
import type { StepGradients } from './tensors.ts';

/** A step with the hand-written backward pass. */
export const manualStep: StepGradients = (tf, parameters, { image, label }, dy) =>
  manualGradients(tf, parameters, image, label, layerBackwards, dy);
