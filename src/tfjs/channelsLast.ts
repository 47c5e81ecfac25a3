import type { NamedTensorInfoMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { type Correction, toTensor } from './corrections.ts';
import type { TF } from './types.ts';

const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];
const inOrder = <T>(of: readonly T[], order: readonly number[]): T[] => order.map((at) => of[at]!);

interface Layout {
  readonly dataFormat?: string;
  readonly pad?: unknown;
  readonly inputShape?: readonly number[];
}

/**
 * Corrects a convolution kernel that does not take images [batch, channels, height, width]: the images, and the weights
 * of a fused prelu, are transposed to [batch, height, width, channels].
 *
 * @param images the names of the inputs that are images
 * @param isImage whether the result is an image
 */
export const channelsLast =
  (tf: TF, images: readonly string[], isImage: boolean): Correction =>
  (shipped) =>
  (parameters) => {
    const { pad, inputShape, dataFormat } = parameters.attrs as unknown as Layout;
    if (dataFormat !== 'NCHW') return shipped(parameters);
    return tf.tidy(() => {
      const attrs = {
        ...parameters.attrs,
        dataFormat: 'NHWC',
        ...(Array.isArray(pad) ? { pad: inOrder(pad, TO_LAST) } : {}),
        ...(inputShape === undefined ? {} : { inputShape: inOrder(inputShape, TO_LAST) }),
      };
      const inputs: NamedTensorInfoMap = { ...parameters.inputs };
      for (const name of images) inputs[name] = tf.transpose(inputs[name] as Tensor, TO_LAST);
      const weights = inputs.preluActivationWeights;
      if (weights?.shape.length === 3)
        inputs.preluActivationWeights = tf.transpose(weights as Tensor, [1, 2, 0]);
      const result = toTensor(tf, shipped({ ...parameters, inputs, attrs }) as TensorInfo);
      return isImage ? tf.transpose(result, TO_FIRST) : result;
    });
  };
