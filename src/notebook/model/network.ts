import type { Tensor, Tensor2D, Tensor4D, TF } from '../../tfjs/types.ts';
import { convolution, convolutionBackward } from './convolution.ts';
import { dense, denseBackward } from './dense.ts';
import { logitsLossBackward, sigmoid } from './loss.ts';
import { relu, reluBackward } from './relu.ts';

/** The network's parameters: kernel [k,k,1,1], weight [(17-k)^2,1], bias [1,1]. */
export type ParameterTensors = {
  readonly kernel: Tensor4D;
  readonly weight: Tensor2D;
  readonly bias: Tensor2D;
};

/** Their gradients, each of its parameter's shape. */
export type GradientTensors = {
  readonly dKernel: Tensor4D;
  readonly dWeight: Tensor2D;
  readonly dBias: Tensor2D;
};

/** All values that the forward pass computes, for use in the backward pass. */
export type Activations = {
  readonly convOut: Tensor4D;
  readonly reluOut: Tensor4D;
  readonly flatOut: Tensor2D;
  readonly logit: Tensor2D;
};

/** Image to logit (notebook cell 2). image [n,16,16,1] -> logit [n,1] and all intermediate values. */
export function forward(tf: TF, { kernel, weight, bias }: ParameterTensors, image: Tensor4D): Activations {
  const convOut = convolution(tf, image, kernel);
  const reluOut = relu(tf, convOut);
  const flatOut: Tensor2D = tf.reshape(reluOut, [image.shape[0], weight.shape[0]]);
  const logit = dense(tf, flatOut, weight, bias);
  return { convOut, reluOut, flatOut, logit };
}

/** The layers' backward passes; a planted mistake replaces one of them. */
export const layerBackwards = {
  loss: logitsLossBackward,
  dense: denseBackward,
  relu: reluBackward,
  convolution: convolutionBackward,
};
export type LayerBackwards = typeof layerBackwards;

/**
 * dLogit [n,1] to the gradients with respect to all parameters (notebook cell 3), from the parameters before any
 * update.
 */
export function backward(
  tf: TF,
  { weight }: ParameterTensors,
  image: Tensor4D,
  { convOut, flatOut }: Activations,
  dLogit: Tensor2D,
  layers: LayerBackwards = layerBackwards,
): GradientTensors {
  const { dWeight, dBias, dFlat } = layers.dense(tf, flatOut, weight, dLogit);
  const dRelu = layers.relu(tf, convOut, tf.reshape(dFlat, convOut.shape));
  return { dKernel: layers.convolution(tf, image, dRelu), dWeight, dBias };
}

/**
 * Forward, loss gradient and backward for samples with labels [n,1]: one step's gradients, without an update.
 *
 * @param dy the gradient from above the loss, [1,1] or a scalar, which multiplies all gradients; 1 by default
 */
export function manualGradients(
  tf: TF,
  parameters: ParameterTensors,
  image: Tensor4D,
  label: Tensor2D,
  layers: LayerBackwards = layerBackwards,
  dy?: Tensor,
): GradientTensors & { readonly logit: Tensor2D } {
  const activations = forward(tf, parameters, image);
  const prediction = sigmoid(tf, activations.logit);
  const dLoss = layers.loss(tf, prediction, label);
  // dLogit = dy * (s(z) - y)
  const dLogit: Tensor2D = dy === undefined ? dLoss : tf.mul(dy, dLoss);
  return { ...backward(tf, parameters, image, activations, dLogit, layers), logit: activations.logit };
}

/**
 * The network as an op with the hand-written backward pass as its gradient (tf.customGrad), so that tf.grads and
 * the optimizers of tf.train run through it: (kernel, weight, bias) -> logit [n,1] of the images [n,16,16,1].
 * No gradient flows into the images.
 */
export function networkOp(
  tf: TF,
  image: Tensor4D,
): (kernel: Tensor4D, weight: Tensor2D, bias: Tensor2D) => Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [kernel, weight, bias, save] = inputs as unknown as [
      Tensor4D,
      Tensor2D,
      Tensor2D,
      (tensors: Tensor[]) => void,
    ];
    const { convOut, reluOut, flatOut, logit } = forward(tf, { kernel, weight, bias }, image);
    save([kernel, weight, bias, convOut, reluOut, flatOut, logit]);
    return {
      value: logit,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [kernel, weight, bias, convOut, reluOut, flatOut, logit] = saved as [
          Tensor4D,
          Tensor2D,
          Tensor2D,
          Tensor4D,
          Tensor4D,
          Tensor2D,
          Tensor2D,
        ];
        const activations = { convOut, reluOut, flatOut, logit };
        const gradients = backward(tf, { kernel, weight, bias }, image, activations, dy as Tensor2D);
        // dBias may be dy itself, which belongs to the caller.
        return [gradients.dKernel, gradients.dWeight, tf.clone(gradients.dBias)];
      },
    };
  });
  return (kernel, weight, bias) => op(kernel, weight, bias) as Tensor2D;
}
