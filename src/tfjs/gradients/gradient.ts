import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

/** The gradient of one kernel of TensorFlow.js, in public ops only, so that it has derivatives itself. */
export interface KernelGradient<Attributes = NamedAttrMap, Dy extends Tensor | Tensor[] = Tensor | Tensor[]> {
  readonly kernelName: string;
  /** Inputs and outputs that `saved` holds, in this order. */
  readonly inputsToSave?: readonly string[];
  readonly saveAllInputs?: true;
  readonly outputsToSave?: readonly boolean[];
  /**
   * @param dy of the output's shape; of a kernel with several outputs one for each, zeros where nothing comes in
   * @returns for each input that may be asked for, what makes its gradient: float32, of the input's shape
   */
  readonly gradFunc: (
    tf: TF,
    dy: Dy,
    saved: readonly Tensor[],
    attributes: Attributes,
  ) => Record<string, () => Tensor>;
}

/** A gradient of which the kernel's attributes and number of outputs are known. */
export const kernelGradient = <Attributes = NamedAttrMap, Dy extends Tensor | Tensor[] = Tensor>(
  gradient: KernelGradient<Attributes, Dy>,
): KernelGradient => gradient as unknown as KernelGradient;
