import { IMAGE_PIXELS, IMAGE_SIDE, type Samples } from '../data/images.ts';
import type { Precision } from '../gradcheck/precision.ts';
import type { GradientTensors, ParameterTensors } from '../model/network.ts';
import { fromTensors, toTensors } from '../model/parameters.ts';
import type { Tensor2D, Tensor4D, TF } from '../model/tf.ts';
import type { Engine, Problem } from './engine.ts';

/** One step's gradients and logit, by whichever way; image [1,16,16,1], label [1,1]. Called inside a tidy. */
export type StepGradients = (
  tf: TF,
  parameters: ParameterTensors,
  image: Tensor4D,
  label: Tensor2D,
) => GradientTensors & { readonly logit: Tensor2D };

/** Samples as tensors, made once: an image [1,16,16,1] each, and one label [1,1] for each class. */
export interface SampleTensors {
  readonly images: readonly Tensor4D[];
  readonly labels: readonly Tensor2D[];
  dispose(): void;
}

/** Hands the samples to TensorFlow.js; dispose of them afterwards. */
export function sampleTensors(tf: TF, samples: Samples): SampleTensors {
  const classes = [0, 1].map((label) => tf.tensor2d([label], [1, 1]));
  const images = Array.from({ length: samples.count }, (_, sample) =>
    tf.tensor4d(samples.pixels.slice(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS), [
      1,
      IMAGE_SIDE,
      IMAGE_SIDE,
      1,
    ]),
  );
  return {
    images,
    labels: Array.from(samples.labels, (label) => classes[label]!),
    dispose: () => tf.dispose([...classes, ...images]),
  };
}

/** One step of gradient descent: every new parameter from the old ones. Called inside a tidy. */
export function descend(
  tf: TF,
  { kernel, weight, bias }: ParameterTensors,
  { dKernel, dWeight, dBias }: GradientTensors,
  rate: Tensor2D,
): ParameterTensors {
  return {
    weight: tf.sub(weight, tf.mul(dWeight, rate)),
    bias: tf.sub(bias, tf.mul(dBias, rate)),
    kernel: tf.sub(kernel, tf.mul(dKernel, rate)),
  };
}

/** An engine whose steps are tf ops: the given gradients, then one step of descent. */
export function startTensorEngine(
  tf: TF,
  precision: Precision,
  { samples, parameters, learningRate }: Problem,
  stepGradients: StepGradients,
): Engine {
  const { images, labels, dispose } = sampleTensors(tf, samples);
  const rate = tf.tensor2d([learningRate], [1, 1]);
  let present = toTensors(tf, parameters);
  return {
    precision,
    advance(first, count) {
      const logits: Tensor2D[] = [];
      for (let sample = first; sample < first + count; sample++) {
        const { logit, ...next } = tf.tidy(() => {
          const step = stepGradients(tf, present, images[sample]!, labels[sample]!);
          return { ...descend(tf, present, step, rate), logit: step.logit };
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
