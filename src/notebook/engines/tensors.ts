import type { Precision } from '../../numerics/ieee.ts';
import type { Tensor2D, Tensor4D, TF } from '../../tfjs/types.ts';
import { IMAGE_PIXELS, IMAGE_SIDE, type Samples } from '../data/images.ts';
import { type LabelTensors, labelTensors } from '../model/loss.ts';
import type { GradientTensors, ParameterTensors } from '../model/network.ts';
import { fromTensors, toTensors } from '../model/parameters.ts';
import type { Engine, Problem } from './engine.ts';

/** One sample: image [1,16,16,1], label [1,1]. */
export interface SampleTensors extends LabelTensors {
  readonly image: Tensor4D;
}

/** One step's gradients and logit, computed by any method, times `dy` [1,1] if that is given. Called inside a tidy. */
export type StepGradients = (
  tf: TF,
  parameters: ParameterTensors,
  sample: SampleTensors,
  dy?: Tensor2D,
) => GradientTensors & { readonly logit: Tensor2D };

/** Makes tensors of the samples, once for a whole run: an image each, and tensors for its class. */
export function sampleTensors(
  tf: TF,
  { count, pixels, labels }: Samples,
): { readonly samples: readonly SampleTensors[]; dispose(): void } {
  const classes = [0, 1].map((value) => tf.tidy(() => labelTensors(tf, tf.tensor2d([value], [1, 1]))));
  const samples = Array.from({ length: count }, (_, sample) => {
    const image = pixels.slice(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS);
    return {
      image: tf.tensor4d(image, [1, IMAGE_SIDE, IMAGE_SIDE, 1]),
      ...classes[labels[sample]!]!,
    };
  });
  return {
    samples,
    dispose: () => {
      for (const tensors of classes) tf.dispose(tensors);
      for (const { image } of samples) image.dispose();
    },
  };
}

/**
 * One step of gradient descent: every new parameter from the old ones. The gradients already include the learning rate.
 * Called inside a tidy.
 */
export function descend(
  tf: TF,
  { kernel, weight, bias }: ParameterTensors,
  { dKernel, dWeight, dBias }: GradientTensors,
): ParameterTensors {
  return {
    weight: tf.sub(weight, dWeight),
    bias: tf.sub(bias, dBias),
    kernel: tf.sub(kernel, dKernel),
  };
}

/** An engine whose steps are tf ops: computes the given gradients, then takes one step of descent. */
export function startTensorEngine(
  tf: TF,
  precision: Precision,
  problem: Problem,
  stepGradients: StepGradients,
): Engine {
  const { samples, dispose } = sampleTensors(tf, problem.samples);
  // The learning rate is passed as dy, so that one scalar product scales all gradients.
  const rate = tf.tensor2d([problem.learningRate], [1, 1]);
  let present = toTensors(tf, problem.parameters);
  return {
    precision,
    advance(first, count) {
      const logits: Tensor2D[] = [];
      for (const sample of samples.slice(first, first + count)) {
        const { logit, ...next } = tf.tidy(() => {
          const step = stepGradients(tf, present, sample, rate);
          return { ...descend(tf, present, step), logit: step.logit };
        });
        tf.dispose([present.kernel, present.weight, present.bias]);
        present = next;
        logits.push(logit);
      }
      const joined = tf.concat(logits);
      const values = Float64Array.from(joined.dataSync());
      tf.dispose([joined, ...logits]);
      return values;
    },
    parameters: () => fromTensors(present),
    dispose() {
      dispose();
      tf.dispose([rate, present.kernel, present.weight, present.bias]);
    },
  };
}
