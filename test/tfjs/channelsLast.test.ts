import { expect, it } from '@jest/globals';
import { channelsLast } from '../../src/tfjs/channelsLast.ts';
import type { Tensor } from '../../src/tfjs/types.ts';
import { start } from '../support/kernels.ts';

const tf = await start('cpu');
type Call = { readonly inputs: Record<string, Tensor>; readonly attrs: object };

/** The call that the shipped kernel gets for x [1, 2, 3, 4] and weights of a prelu, and the shape of the result. */
function handedOn(attrs: object, weights: number[], isImage = true) {
  let call: Call | undefined;
  const shipped = (given: unknown) => {
    call = given as Call;
    return call.inputs.x!;
  };
  const inputs = { x: tf.zeros([1, 2, 3, 4]), preluActivationWeights: tf.zeros(weights) };
  const kernel = channelsLast(tf, ['x'], isImage)(shipped as never, 'FusedConv2D');
  const { shape } = kernel({ inputs, attrs, backend: {} } as never) as Tensor;
  const shapes = Object.entries(call!.inputs).map(([name, tensor]) => [name, tensor.shape]);
  return { ...Object.fromEntries(shapes), attrs: call!.attrs, shape };
}

it('images with channels last are handed on as they are', () => {
  const attrs = { dataFormat: 'NHWC', pad: [[0, 0], [1, 2], [3, 4], [0, 0]] }; // biome-ignore format: a row
  expect(handedOn(attrs, [2, 3, 4])).toEqual({
    ...{ x: [1, 2, 3, 4], preluActivationWeights: [2, 3, 4], attrs, shape: [1, 2, 3, 4] },
  });
});

it('with channels first they are transposed, as are their padding, their shape and weights of each pixel', () => {
  const pad = [[0, 0], [5, 6], [1, 2], [3, 4]]; // biome-ignore format: a row
  const turned = [[0, 0], [1, 2], [3, 4], [5, 6]]; // biome-ignore format: a row
  const attrs = { dataFormat: 'NCHW', pad, inputShape: [1, 2, 3, 4], strides: 1 };
  expect(handedOn(attrs, [2, 3, 4])).toEqual({
    ...{ x: [1, 3, 4, 2], preluActivationWeights: [3, 4, 2] },
    attrs: { dataFormat: 'NHWC', pad: turned, inputShape: [1, 3, 4, 2], strides: 1 },
    shape: [1, 2, 3, 4],
  });
});

it('weights of each channel stay, as do a padding by name and a result that is no image', () => {
  const attrs = { dataFormat: 'NCHW', pad: 'same' };
  expect(handedOn(attrs, [2], false)).toEqual({
    ...{ x: [1, 3, 4, 2], preluActivationWeights: [2] },
    ...{ attrs: { dataFormat: 'NHWC', pad: 'same' }, shape: [1, 3, 4, 2] },
  });
});
