import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { Tensor, Tensor4D, TF } from '../../../src/tfjs/types.ts';
import { largestDisagreement, spread } from '../differences.ts';

const tf: TF = float64;

describe('TensorFlow.js in double precision', () => {
  it('hands out Float64Array, with all the digits', () => {
    const third = tf.scalar(1).div(3);
    expect(third.dataSync()).toBeInstanceOf(Float64Array);
    expect(third.dataSync()[0]).toBe(1 / 3);
    expect(tf.randomNormal([3]).dataSync()).toBeInstanceOf(Float64Array);
    expect(tf.buffer([2]).values).toBeInstanceOf(Float64Array);
    expect(tf.tensor([1, 2], [2], 'int32').dataSync()).toBeInstanceOf(Int32Array);
  });

  it('widens single precision, wherever it comes in', () => {
    const single = Float32Array.of(0.1, 0.2);
    const expected = Float64Array.from(single);
    expect(tf.tensor(single).dataSync()).toEqual(expected);
    expect(tf.tensor([single, single]).dataSync()).toEqual(Float64Array.of(...single, ...single));
    expect(tf.add(single, 0).dataSync()).toEqual(expected);
    expect(tf.buffer([2], 'float32', single).toTensor().square().sqrt().dataSync()).toBeInstanceOf(
      Float64Array,
    );
    expect(tf.tensor(Float64Array.of(0.1)).dataSync()[0]).toBe(0.1);
  });

  it('runs on the cpu backend, the only one there is', () => {
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.env().get('PROD')).toBe(false);
    expect(tf.webgl).toBeUndefined();
  });

  it('keeps the epsilon of single precision, so that optimizers compute the same function', () => {
    expect(tf.backend().epsilon()).toBe(1e-7);
  });

  it('computes complex numbers in double precision', () => {
    const third = tf.complex([0.1], [1 / 3]);
    expect(tf.imag(third).dataSync()[0]).toBe(1 / 3);
    const there = tf.complex(spread([7]), spread([7], 2));
    const andBack = tf.spectral.ifft(tf.spectral.fft(there));
    expect(tf.max(tf.abs(tf.sub(tf.real(andBack), tf.real(there)))).dataSync()[0]).toBeLessThan(1e-15);
  });

  it('has gradients that agree with differences: a small convolutional network', () => {
    const loss = (image: Tensor, kernel: Tensor, weight: Tensor, bias: Tensor) => {
      const pooled = tf
        .conv2d(image as Tensor4D, kernel as Tensor4D, 1, 'valid')
        .elu()
        .maxPool(2, 2, 'valid');
      const logits = pooled.reshape([2, -1]).matMul(weight).add(bias);
      return tf.losses.softmaxCrossEntropy(
        [
          [0, 1, 0],
          [0, 0, 1],
        ],
        logits,
      );
    };
    const inputs = [spread([2, 8, 8, 1]), spread([3, 3, 1, 4], 2), spread([36, 3], 3), spread([3], 4)];
    expect(largestDisagreement(tf, loss, inputs)).toBeLessThan(1e-10);
  });

  it('computes a customGrad as it is written', () => {
    const doubled = tf.customGrad((x, save) => {
      (save as (tensors: Tensor[]) => void)([x as Tensor]);
      return {
        value: (x as Tensor).square(),
        gradFunc: (dy: Tensor, saved: Tensor[]) => dy.mul(saved[0] as Tensor).mul(4),
      };
    });
    expect(
      tf
        .grad((x) => doubled(x))(tf.scalar(1 / 3))
        .dataSync()[0],
    ).toBe(4 / 3);
  });

  it.each([
    ['sgd', () => tf.train.sgd(0.1)],
    ['momentum', () => tf.train.momentum(0.05, 0.5)],
    ['adam', () => tf.train.adam(0.1)],
    ['adamax', () => tf.train.adamax(0.1)],
    ['adagrad', () => tf.train.adagrad(0.5)],
    ['adadelta', () => tf.train.adadelta(0.1)],
    ['rmsprop', () => tf.train.rmsprop(0.01)],
  ])('trains with %s', (_name, make) => {
    const x = tf.variable(tf.tensor([0.7, -1.3]));
    const loss = () => x.square().sum().asScalar();
    const before = loss().dataSync()[0]!;
    const optimizer = make();
    for (let step = 0; step < 50; step++) optimizer.minimize(loss);
    expect(loss().dataSync()[0]).toBeLessThan(before / 2);
    expect(x.dataSync()).toBeInstanceOf(Float64Array);
  });

  it('trains a model of layers', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [2], units: 8, activation: 'tanh' }),
        tf.layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.1), loss: 'binaryCrossentropy' });
    const points = tf.tensor2d([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
    const history = await model.fit(points, tf.tensor2d([0, 1, 1, 0], [4, 1]), { epochs: 150, verbose: 0 });
    expect(history.history.loss?.at(-1)).toBeLessThan(0.1);
    expect(model.getWeights()[0]?.dataSync()).toBeInstanceOf(Float64Array);
  });
});

describe('weights files', () => {
  it('are written and read as float32', async () => {
    const { data, specs } = await tf.io.encodeWeights({ third: tf.tensor([1 / 3, 2]) });
    expect(new Float32Array(data)).toEqual(Float32Array.of(1 / 3, 2));
    const { third } = tf.io.decodeWeights(data, specs);
    expect(third?.dataSync()).toEqual(Float64Array.of(Math.fround(1 / 3), 2));
  });

  it('of float16 and complex64 are read too', () => {
    const half = Uint16Array.of(0x3c00, 0x3555).buffer;
    const spec = {
      name: 'half',
      shape: [2],
      dtype: 'float32' as const,
      quantization: { dtype: 'float16' as const },
    };
    expect(tf.io.decodeWeights(half, [spec]).half?.dataSync()).toEqual(Float64Array.of(1, 0.333251953125));
    const pairs = Float32Array.of(1, 2, 3, 4).buffer;
    const { z } = tf.io.decodeWeights(pairs, [{ name: 'z', shape: [2], dtype: 'complex64' }]);
    expect(z?.dataSync()).toEqual(Float64Array.of(1, 2, 3, 4));
  });
});
