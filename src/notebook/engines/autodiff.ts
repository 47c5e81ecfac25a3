import type { Loss } from '../../results/shared.ts';
import type { Tensor, Tensor2D, Tensor4D, TF } from '../../tfjs/types.ts';
import { loggedLosses, logitsLosses, sigmoid } from '../model/loss.ts';
import { forward, type ParameterTensors } from '../model/network.ts';
import type { SampleTensors, StepGradients } from './tensors.ts';

/** Each loss as a function of the logit [1,1], as [1,1]. */
const losses = {
  logits: logitsLosses,
  logged: (tf, logit, sample) => loggedLosses(tf, sigmoid(tf, logit), sample),
} satisfies Record<Loss, (tf: TF, logit: Tensor2D, sample: SampleTensors) => Tensor2D>;

/** The same forward pass as the manual engine, with tf.grads of the given loss as its backward pass. */
export const autodiffGradients =
  (loss: Loss): StepGradients =>
  (tf, parameters, sample, dy) => {
    let logit: Tensor2D | undefined;
    const lossOf = (kernel: Tensor, weight: Tensor, bias: Tensor): Tensor2D => {
      const tensors = { kernel, weight, bias } as ParameterTensors;
      // Kept beyond the gradient's own tidy; the caller's tidy or dispose frees it.
      logit = tf.keep(forward(tf, tensors, sample.image).logit);
      return losses[loss](tf, logit, sample);
    };
    const { kernel, weight, bias } = parameters;
    const [dKernel, dWeight, dBias] = tf.grads(lossOf)([kernel, weight, bias], dy) as [
      Tensor4D,
      Tensor2D,
      Tensor2D,
    ];
    return { dKernel, dWeight, dBias, logit: logit! };
  };
