import type { GradcheckSpec, Tensor, TF } from '../../gradcheck/types.ts';
import type { Tensor2D, Tensor4D } from '../../tfjs/types.ts';
import { IMAGE_SIDE } from '../data/images.ts';
import { logitsLoss } from '../model/loss.ts';
import {
  forward,
  type LayerBackwards,
  layerBackwards,
  manualGradients,
  type ParameterTensors,
} from '../model/network.ts';
import { type Parameters, sideOf } from '../model/parameters.ts';

/** The network's inputs whose gradients are checked. */
export type NetworkInput = 'kernel' | 'weight' | 'bias';

/** One image with its label: pixels [16*16] row-major, label 1 or 0. */
export interface NetworkSample {
  readonly pixels: ArrayLike<number>;
  readonly label: number;
}

/**
 * A gradcheck spec of the network on one sample: kernel [k,k,1,1], weight [m,1] and bias [1,1] to the exact loss on the
 * logit (a scalar), with the hand-written gradients of the notebook's cell 3. For TensorFlow.js in double precision,
 * since the pixels are passed as doubles.
 * @param layers the layers' backward passes, to replace any of the network's own
 */
export function networkSpec(
  { pixels, label }: NetworkSample,
  { kernel, weight, bias }: Parameters,
  name = 'network',
  layers: LayerBackwards = layerBackwards,
): GradcheckSpec<NetworkInput> & { backward: NonNullable<GradcheckSpec<NetworkInput>['backward']> } {
  const side = sideOf(kernel);
  // One copy per tensor: TensorFlow.js keeps the array that it is given.
  const values = Float64Array.from(pixels);
  const imageOf = (tf: TF): Tensor4D =>
    tf.tensor4d(values.slice() as unknown as Float32Array, [1, IMAGE_SIDE, IMAGE_SIDE, 1]);
  const labelOf = (tf: TF): Tensor2D => tf.tensor2d([label], [1, 1]);
  return {
    name,
    inputs: {
      kernel: { values: kernel, shape: [side, side, 1, 1] },
      weight: { values: weight, shape: [weight.length, 1] },
      bias: [[bias]],
    },
    forward: (tf, inputs) => {
      const { logit } = forward(tf, inputs as ParameterTensors, imageOf(tf));
      return logitsLoss(tf, logit, labelOf(tf));
    },
    backward: (tf, inputs, dy: Tensor) => {
      const parameters = inputs as ParameterTensors;
      const gradients = manualGradients(tf, parameters, imageOf(tf), labelOf(tf), layers, dy);
      return { kernel: gradients.dKernel, weight: gradients.dWeight, bias: gradients.dBias };
    },
  };
}
