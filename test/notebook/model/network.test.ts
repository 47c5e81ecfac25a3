import { beforeAll, describe, expect, it } from '@jest/globals';
import { IMAGE_PIXELS } from '../../../src/notebook/data/images.ts';
import {
  referenceBackward,
  referenceBuffers,
  referenceForward,
} from '../../../src/notebook/engines/reference.ts';
import { logitsLoss } from '../../../src/notebook/model/loss.ts';
import { layerBackwards, manualGradients, networkOp } from '../../../src/notebook/model/network.ts';
import { initialParameters, toTensors } from '../../../src/notebook/model/parameters.ts';
import { tf } from '../../../src/tfjs/tfjs.ts';
import type { Scalar, Tensor2D, Tensor4D } from '../../../src/tfjs/types.ts';
import { distance, smallSamples } from '../../support/problem.ts';

const samples = smallSamples(4);
const imagesOf = (first: number, count: number): Tensor4D =>
  tf.tensor4d(samples.pixels.slice(first * IMAGE_PIXELS, (first + count) * IMAGE_PIXELS), [count, 16, 16, 1]);
const labelsOf = (first: number, count: number): Tensor2D =>
  tf.tensor2d(Array.from(samples.labels.slice(first, first + count)), [count, 1]);

describe('the network', () => {
  beforeAll(async () => void (await tf.setBackend('cpu')));

  describe.each([1, 3, 5, 9, 15])('with a kernel of side %i', (kernelSize) => {
    const parameters = initialParameters(1, kernelSize);

    it('has the gradients of the notebook', () => {
      const { activations, gradients } = referenceBuffers(kernelSize);
      referenceForward(parameters, samples.pixels, 0, activations);
      referenceBackward(parameters, samples.pixels, 0, activations, activations.prediction - 0, gradients);
      const manual = manualGradients(tf, toTensors(tf, parameters), imagesOf(0, 1), labelsOf(0, 1));
      expect(manual.logit.dataSync()[0]).toBeCloseTo(activations.logit, 5);
      expect(distance(manual.dKernel.dataSync(), gradients.dKernel)).toBeLessThan(1e-5);
      expect(distance(manual.dWeight.dataSync(), gradients.dWeight)).toBeLessThan(1e-5);
      expect(distance(manual.dBias.dataSync(), [gradients.dBias])).toBeLessThan(1e-5);
      // The bias gradient is not near 0, so the bias always moves and an error would show.
      expect(Math.abs(gradients.dBias)).toBeGreaterThan(0.1);
    });

    it('hands on the gradient that comes in from above', () => {
      const tensors = toTensors(tf, parameters);
      const gradients = (dy?: Tensor2D) =>
        manualGradients(tf, tensors, imagesOf(0, 1), labelsOf(0, 1), layerBackwards, dy);
      const [one, scaled] = [gradients(), gradients(tf.tensor2d([-2.5], [1, 1]))];
      for (const name of ['dKernel', 'dWeight', 'dBias'] as const) {
        const expected = tf.mul(-2.5, one[name]).dataSync();
        expect(distance(scaled[name].dataSync(), expected)).toBeLessThan(1e-5);
      }
      expect(scaled.logit.dataSync()).toEqual(one.logit.dataSync());
    });

    it('sums the gradients over the images of a batch', () => {
      const tensors = toTensors(tf, parameters);
      const batch = manualGradients(tf, tensors, imagesOf(0, 4), labelsOf(0, 4));
      const singles = [0, 1, 2, 3].map((i) => manualGradients(tf, tensors, imagesOf(i, 1), labelsOf(i, 1)));
      const sum = (name: 'dKernel' | 'dWeight' | 'dBias') =>
        tf.addN(singles.map((single) => single[name])).dataSync();
      for (const name of ['dKernel', 'dWeight', 'dBias'] as const) {
        expect(distance(batch[name].dataSync(), sum(name))).toBeLessThan(1e-5);
        expect(batch[name].shape).toEqual(singles[0]![name].shape);
      }
    });
  });

  it('closes a ReLU at exactly 0, where the notebook does', () => {
    const convOut = tf.tensor1d([-1, 0, 2]);
    expect(Array.from(layerBackwards.relu(tf, convOut, tf.tensor1d([5, 7, -3])).dataSync())).toEqual([
      0, 0, -3,
    ]);
  });

  describe('as an op with its own gradient', () => {
    const parameters = initialParameters(2, 5);
    const label = labelsOf(0, 4);

    it('hands its backward pass to tf.grads', () => {
      const { kernel, weight, bias } = toTensors(tf, parameters);
      const op = networkOp(tf, imagesOf(0, 4));
      const loss = (k: Tensor4D, w: Tensor2D, b: Tensor2D): Scalar => logitsLoss(tf, op(k, w, b), label);
      const [dKernel, dWeight, dBias] = tf.grads(loss as never)([kernel, weight, bias]);
      const manual = manualGradients(tf, { kernel, weight, bias }, imagesOf(0, 4), label);
      expect(distance(dKernel!.dataSync(), manual.dKernel.dataSync())).toBeLessThan(1e-6);
      expect(distance(dWeight!.dataSync(), manual.dWeight.dataSync())).toBeLessThan(1e-6);
      expect(distance(dBias!.dataSync(), manual.dBias.dataSync())).toBeLessThan(1e-6);
    });

    it('trains under an optimizer of tf.train', () => {
      const tensors = toTensors(tf, parameters);
      const [kernel, weight, bias] = [tensors.kernel, tensors.weight, tensors.bias].map((t) =>
        tf.variable(t),
      ) as [never, never, never];
      const op = networkOp(tf, imagesOf(0, 4));
      const optimizer = tf.train.sgd(0.1);
      const losses = Array.from({ length: 30 }, () => {
        const loss = optimizer.minimize(() => logitsLoss(tf, op(kernel, weight, bias), label), true);
        return loss!.dataSync()[0]!;
      });
      expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    });
  });
});
