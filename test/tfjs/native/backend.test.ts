import { beforeAll, expect, it } from '@jest/globals';
import type * as tfjs from '@tensorflow/tfjs';
import { sizeOf } from '../../../src/numerics/shape.ts';
import { startBackend } from '../../../src/tfjs/backends.ts';
import { fixNativeKernels } from '../../../src/tfjs/native/kernels.ts';
import { tf } from '../../../src/tfjs/tfjs.ts';
import { describeNative } from '../../support/native.ts';

const values = (tensor: tfjs.Tensor): number[] => Array.from(tensor.dataSync());

/** The result of a function on another backend. */
async function on<T>(name: string, work: () => T): Promise<T> {
  await tf.setBackend(name);
  try {
    return work();
  } finally {
    await tf.setBackend('tensorflow');
  }
}

/** Distinct numbers of both signs. */
const numbers = (shape: number[], step: number): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(step * (i + 1)));

describeNative('the native backend', () => {
  beforeAll(async () => {
    expect((await startBackend('native')).name).toBe('native');
  });

  it('keeps oneDNN off and the log quiet, unless the user says otherwise', () => {
    expect(process.env.TF_ENABLE_ONEDNN_OPTS).toBe('0');
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe('2');
  });

  it('trains a convolution as cpu does', async () => {
    const train = () => {
      const model = tf.sequential({
        layers: [
          tf.layers.conv2d({
            inputShape: [6, 6, 1],
            filters: 2,
            kernelSize: 3,
            activation: 'relu',
            kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
          }),
          tf.layers.flatten(),
          tf.layers.dense({
            units: 1,
            activation: 'sigmoid',
            kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }),
          }),
        ],
      });
      model.compile({ optimizer: tf.train.sgd(0.5), loss: 'binaryCrossentropy' });
      const shape = [4, 6, 6, 1] as const;
      const x = tf.tensor4d(numbers([...shape], 0.7), [...shape]);
      const y = tf.tensor2d([0, 1, 1, 0], [4, 1]);
      return Promise.all([1, 2, 3].map(() => model.trainOnBatch(x, y)));
    };
    const native = await train();
    const cpu = await on('cpu', train).then((losses) => losses);
    native.forEach((loss, step) => {
      expect(Number(loss) / Number(cpu[step])).toBeCloseTo(1, 5);
    });
    expect(Number(native[2])).toBeLessThan(Number(native[0]));
  });

  it('rounds whole numbers to themselves, and counts what it hands out', () => {
    const before = tf.memory().numTensors;
    const x = tf.tensor1d([-3, 0, 7], 'int32');
    const rounded = tf.round(x);
    x.dispose();
    expect(values(rounded)).toEqual([-3, 0, 7]);
    expect(rounded.dtype).toBe('int32');
    rounded.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(values(tf.round([-2.6, 0.4, 2.5]))).toEqual([-3, 0, 2]);
  });

  it('joins scalars, and leaves no tensor behind', () => {
    const one = tf.scalar(1);
    const more = tf.tensor1d([2, 3]);
    const before = tf.memory().numTensors;
    const joined = tf.concat([one, more, one] as tfjs.Tensor1D[]);
    expect(joined.shape).toEqual([4]);
    expect(values(joined)).toEqual([1, 2, 3, 1]);
    expect(values(tf.concat([tf.scalar(5, 'int32'), tf.scalar(-6, 'int32')] as tfjs.Tensor[]))).toEqual([
      5, -6,
    ]);
    joined.dispose();
    // The second result and its two scalars.
    expect(tf.memory().numTensors).toBe(before + 3);
    expect(() => tf.concat([tf.ones([2, 2]), tf.ones([2])] as tfjs.Tensor[])).toThrow('[2,2]');
  });

  it.each([
    [[1, 7, 9, 2], [3, 2, 2, 3], [2, 3], 'same'],
    [[2, 9, 8, 3], [2, 3, 3, 1], [3, 2], 'valid'],
    [[1, 9, 9, 2], [3, 3, 2, 2], [2, 2], 'same'],
  ] as const)(
    'convolves %j by depth with %j and dilation %j, as cpu does',
    async (xShape, filterShape, dilations, pad) => {
      const convolve = () => {
        const x = tf.tensor4d(numbers([...xShape], 0.7), [...xShape]);
        const filter = tf.tensor4d(numbers([...filterShape], 1.3), [...filterShape]);
        return tf.depthwiseConv2d(x, filter, 1, pad, 'NHWC', [...dilations]);
      };
      const native = convolve();
      const [cpuShape, cpuValues] = await on('cpu', () => {
        const y = convolve();
        return [y.shape, values(y)] as const;
      });
      expect(native.shape).toEqual(cpuShape);
      values(native).forEach((value, i) => {
        expect(value).toBeCloseTo(cpuValues[i]!, 5);
      });
    },
  );

  it('is fixed once, however often that is asked', () => {
    const { kernelFunc } = tf.getKernel('Round', 'tensorflow');
    fixNativeKernels(tf);
    expect(tf.getKernel('Round', 'tensorflow').kernelFunc).toBe(kernelFunc);
  });
});
