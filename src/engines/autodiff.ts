import { loggedLoss, logitsLoss, sigmoid } from '../model/loss.ts';
import { forward, type ParameterTensors } from '../model/network.ts';
import type { Scalar, Tensor, Tensor2D, Tensor4D, TF } from '../model/tf.ts';
import type { Loss } from '../results/shared.ts';
import type { StepGradients } from './tensors.ts';

const losses = {
  logits: logitsLoss,
  logged: (tf: TF, logit: Tensor2D, label: Tensor2D): Scalar => loggedLoss(tf, sigmoid(tf, logit), label),
} satisfies Record<Loss, (tf: TF, logit: Tensor2D, label: Tensor2D) => Scalar>;

/** The same forward pass as the manual engine's, and tf.grads of the given loss in place of its backward pass. */
export const autodiffGradients =
  (loss: Loss): StepGradients =>
  (tf, parameters, image, label) => {
    let logit: Tensor2D | undefined;
    const lossOf = (kernel: Tensor, weight: Tensor, bias: Tensor): Scalar => {
      const tensors = { kernel, weight, bias } as ParameterTensors;
      // Kept out of the gradient's own tidy: the caller's tidy or dispose frees it.
      logit = tf.keep(forward(tf, tensors, image).logit);
      return losses[loss](tf, logit, label);
    };
    const { kernel, weight, bias } = parameters;
    const [dKernel, dWeight, dBias] = tf.grads(lossOf)([kernel, weight, bias]) as [
      Tensor4D,
      Tensor2D,
      Tensor2D,
    ];
    return { dKernel, dWeight, dBias, logit: logit! };
  };
