import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

/** The gradient of one TensorFlow.js kernel, made only of public ops, so that it is differentiable itself. */
export interface KernelGradient<Attributes = NamedAttrMap, Dy extends Tensor | Tensor[] = Tensor | Tensor[]> {
  readonly kernelName: string;
  /** The inputs and outputs in `saved`, in this order. */
  readonly inputsToSave?: readonly string[];
  readonly saveAllInputs?: true;
  readonly outputsToSave?: readonly boolean[];
  /**
   * @param dy of the output's shape; for a kernel with several outputs, one for each, zeros for outputs that are not
   * used
   * @returns for each input that can be differentiated, a function that returns its gradient: float32, of the input's
   * shape
   */
  readonly gradFunc: (
    tf: TF,
    dy: Dy,
    saved: readonly Tensor[],
    attributes: Attributes,
  ) => Record<string, () => Tensor>;
}

/** Declares a gradient with the types of its kernel's attributes and outputs. */
export const kernelGradient = <Attributes = NamedAttrMap, Dy extends Tensor | Tensor[] = Tensor>(
  gradient: KernelGradient<Attributes, Dy>,
): KernelGradient => gradient as unknown as KernelGradient;
