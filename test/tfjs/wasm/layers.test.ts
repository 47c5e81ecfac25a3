import { describe, expect, it } from '@jest/globals';
import * as tf64 from 'backproof/float64';
import type { TF } from '../../../src/tfjs/types.ts';
import { held, start, waves } from '../../support/kernels.ts';

const tf = await start('wasm');
type Layer = InstanceType<TF['layers']['Layer']>;
type Layers = TF['layers'];

/** A layer and how it is trained. */
interface Trained {
  /** The shape of its input, without the batch. */
  readonly input: number[];
  make(layers: Layers): Layer;
  /** The input consists of indices below this, instead of numbers. */
  readonly indices?: number;
  /** The build whose training is the reference; double precision by default. */
  readonly oracle?: 'cpu';
  /** The number of inputs of the layer. */
  readonly inputs?: number;
}

const image = [6, 6, 2];
const volume = [4, 4, 4, 2];
const sequence = [5, 3];

/** Every layer of tf.layers that can be trained, or trained through. */
const trained: Record<string, Trained> = {
  activation: { input: [5], make: (l) => l.activation({ activation: 'tanh' }) },
  alphaDropout: { input: [5], make: (l) => l.alphaDropout({ rate: 0 }) },
  add: { input: [5], inputs: 2, make: (l) => l.add() },
  average: { input: [5], inputs: 2, make: (l) => l.average() },
  concatenate: { input: [5], inputs: 2, make: (l) => l.concatenate() },
  dot: { input: [5], inputs: 2, make: (l) => l.dot({ axes: 1 }) },
  maximum: { input: [5], inputs: 2, make: (l) => l.maximum() },
  minimum: { input: [5], inputs: 2, make: (l) => l.minimum() },
  multiply: { input: [5], inputs: 2, make: (l) => l.multiply() },
  averagePooling1d: { input: sequence, make: (l) => l.averagePooling1d({ poolSize: 2 }) },
  averagePooling2d: { input: image, make: (l) => l.averagePooling2d({ poolSize: 2 }) },
  averagePooling3d: { input: volume, make: (l) => l.averagePooling3d({ poolSize: 2 }) },
  batchNormalization: { input: [5], make: (l) => l.batchNormalization() },
  bidirectional: {
    input: sequence,
    make: (l) => l.bidirectional({ layer: l.lstm({ units: 3 }) as never, mergeMode: 'concat' }),
  },
  conv1d: { input: sequence, make: (l) => l.conv1d({ filters: 4, kernelSize: 3, padding: 'same' }) },
  conv2d: { input: image, make: (l) => l.conv2d({ filters: 4, kernelSize: 3, strides: 2 }) },
  conv2dTranspose: {
    input: image,
    make: (l) => l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }),
  },
  conv3d: { input: volume, make: (l) => l.conv3d({ filters: 3, kernelSize: 2 }) },
  convLstm2d: { input: [3, 5, 5, 2], make: (l) => l.convLstm2d({ filters: 2, kernelSize: 3 }) },
  cropping2D: { input: image, make: (l) => l.cropping2D({ cropping: [[1, 2], [0, 1]] }) }, // biome-ignore format: a pair of pairs
  dense: { input: [5], make: (l) => l.dense({ units: 4, activation: 'sigmoid' }) },
  depthwiseConv2d: {
    input: image,
    make: (l) => l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
  },
  dropout: { input: [5], make: (l) => l.dropout({ rate: 0 }) },
  elu: { input: [5], make: (l) => l.elu() },
  embedding: { input: [4], indices: 6, make: (l) => l.embedding({ inputDim: 6, outputDim: 3 }) },
  flatten: { input: image, make: (l) => l.flatten() },
  gaussianDropout: { input: [5], make: (l) => l.gaussianDropout({ rate: 0 }) },
  gaussianNoise: { input: [5], make: (l) => l.gaussianNoise({ stddev: 0 }) },
  globalAveragePooling1d: { input: sequence, make: (l) => l.globalAveragePooling1d() },
  globalAveragePooling2d: { input: image, make: (l) => l.globalAveragePooling2d({}) },
  globalMaxPooling1d: { input: sequence, make: (l) => l.globalMaxPooling1d() },
  globalMaxPooling2d: { input: image, make: (l) => l.globalMaxPooling2d({}) },
  gru: { input: sequence, make: (l) => l.gru({ units: 3 }) },
  gruCell: { input: sequence, make: (l) => l.rnn({ cell: l.gruCell({ units: 3 }) }) },
  layerNormalization: { input: [5], make: (l) => l.layerNormalization() },
  leakyReLU: { input: [5], make: (l) => l.leakyReLU() },
  lstm: { input: sequence, make: (l) => l.lstm({ units: 3 }) },
  lstmCell: { input: sequence, make: (l) => l.rnn({ cell: l.lstmCell({ units: 3 }) }) },
  maxPooling1d: { input: sequence, make: (l) => l.maxPooling1d({ poolSize: 2 }) },
  maxPooling2d: { input: image, make: (l) => l.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }) },
  maxPooling3d: { input: volume, make: (l) => l.maxPooling3d({ poolSize: 2 }) },
  permute: { input: image, make: (l) => l.permute({ dims: [3, 1, 2] }) },
  prelu: { input: [5], make: (l) => l.prelu() },
  reLU: { input: [5], make: (l) => l.reLU() },
  repeatVector: { input: [5], make: (l) => l.repeatVector({ n: 3 }) },
  rescaling: { input: image, make: (l) => l.rescaling({ scale: 0.5 }) },
  reshape: { input: image, make: (l) => l.reshape({ targetShape: [9, 8] }) },
  rnn: { input: sequence, make: (l) => l.rnn({ cell: l.simpleRNNCell({ units: 3 }) }) },
  separableConv2d: { input: image, make: (l) => l.separableConv2d({ filters: 3, kernelSize: 3 }) },
  simpleRNN: { input: sequence, make: (l) => l.simpleRNN({ units: 3 }) },
  simpleRNNCell: { input: sequence, make: (l) => l.rnn({ cell: l.simpleRNNCell({ units: 3 }) }) },
  softmax: { input: [5], make: (l) => l.softmax() },
  spatialDropout1d: { input: sequence, make: (l) => l.spatialDropout1d({ rate: 0 } as never) },
  stackedRNNCells: {
    input: sequence,
    make: (l) =>
      l.rnn({
        cell: l.stackedRNNCells({ cells: [l.gruCell({ units: 3 }), l.lstmCell({ units: 2 })] }) as never,
      }),
  },
  timeDistributed: { input: sequence, make: (l) => l.timeDistributed({ layer: l.dense({ units: 4 }) }) },
  // In double precision the cpu backend's gradient of a batch is wrong too.
  upSampling2d: { input: image, oracle: 'cpu', make: (l) => l.upSampling2d({ size: [2, 2] }) },
  zeroPadding2d: { input: image, make: (l) => l.zeroPadding2d({ padding: 1 }) },
};

/** Layers through which TensorFlow.js passes no gradient on any backend. */
const untrainable: Record<string, Trained> = {
  centerCrop: { input: image, make: (l) => l.centerCrop({ height: 4, width: 4 }) },
  conv3dTranspose: { input: volume, make: (l) => l.conv3dTranspose({ filters: 3, kernelSize: 2 }) },
  masking: { input: sequence, make: (l) => l.masking() },
  resizing: { input: image, make: (l) => l.resizing({ height: 3, width: 3 }) },
  thresholdedReLU: { input: [5], make: (l) => l.thresholdedReLU({ theta: 0.2 }) },
};

/** The other members of tf.layers, and the reason why each is not trained here. */
const others: Record<string, string> = {
  Layer: 'a class to derive from',
  RNN: 'a class to derive from',
  RNNCell: 'a class to derive from',
  categoryEncoding: 'prepares data, which has no gradient',
  convLstm2dCell: 'convLstm2d',
  input: 'a place for data',
  inputLayer: 'a place for data',
  avgPool1d: 'averagePooling1d',
  avgPool2d: 'averagePooling2d',
  avgPool3d: 'averagePooling3d',
  avgPooling1d: 'averagePooling1d',
  avgPooling2d: 'averagePooling2d',
  avgPooling3d: 'averagePooling3d',
  globalMaxPool1d: 'globalMaxPooling1d',
  globalMaxPool2d: 'globalMaxPooling2d',
  maxPool1d: 'maxPooling1d',
  maxPool2d: 'maxPooling2d',
  randomWidth: 'changes images at random',
};

const BATCH = 8;

/** Trains the layer for three steps, between dense layers that pass its gradients on; returns losses and weights. */
async function train(t: TF, { input, make, indices, inputs = 1 }: Trained): Promise<number[][]> {
  const entry = t.input({ shape: input });
  // A dense layer in front of every input uses the gradient that the layer passes on.
  const front = Array.from({ length: inputs }, () =>
    indices === undefined ? t.layers.dense({ units: input.at(-1)! }).apply(entry) : entry,
  );
  const middle = make(t.layers).apply((inputs === 1 ? front[0] : front) as never) as { shape: number[] };
  const flat = middle.shape.length === 2 ? middle : t.layers.flatten().apply(middle as never);
  const output = t.layers.dense({ units: 1 }).apply(flat as never);
  const model = t.model({ inputs: entry, outputs: output as never });
  const optimizer = t.train.sgd(0.1);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const start = t.tidy(() =>
    model.getWeights().map(({ shape }, k) => t.tensor(waves(shape, k).values, shape).mul(0.5)),
  );
  model.setWeights(start as never);
  t.dispose(start);
  const shape = [BATCH, ...input];
  const values = waves(shape, 0.3).values.map((v, i) => (indices === undefined ? v : (i * i + i) % indices));
  const x = t.tensor(values, shape);
  const y = t.tensor(waves([BATCH, 1], 0.7).values, [BATCH, 1]);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await model.trainOnBatch(x as never, y)) as number);
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
  model.dispose();
  optimizer.dispose();
  t.dispose([x, y]);
  return [losses, ...weights];
}

async function oracle(layer: Trained): Promise<number[][]> {
  if (layer.oracle === undefined) return train(tf64 as unknown as TF, layer);
  const losses = await train(await start('cpu'), layer);
  await start('wasm');
  return losses;
}

/** The largest difference between two lists of numbers, relative to the largest number. */
function relative(actual: number[], expected: number[]): number {
  expect(actual).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value)));
  return worst === 0 ? 0 : worst / largest;
}

it('names every layer of tf.layers', () => {
  expect(Object.keys({ ...trained, ...untrainable, ...others }).sort()).toEqual(
    Object.keys(tf.layers).sort(),
  );
});

describe('three steps on wasm are those in double precision', () => {
  it.each(Object.keys(trained))('%s', async (name) => {
    const before = held(tf);
    const actual = await train(tf, trained[name]!);
    expect(held(tf)).toEqual(before);
    const expected = await oracle(trained[name]!);
    for (const [k, values] of expected.entries()) {
      expect(values.every(Number.isFinite)).toBe(true);
      // The tolerance of this project for whole training steps.
      expect(relative(actual[k]!, values)).toBeLessThan(1e-5);
    }
    expect(expected[0]![2]).not.toBe(expected[0]![0]);
  });
});

describe('on wasm as in double precision there is no training through', () => {
  it.each(Object.keys(untrainable))('%s', async (name) => {
    await expect(train(tf, untrainable[name]!)).rejects.toThrow();
    await expect(train(tf64 as unknown as TF, untrainable[name]!)).rejects.toThrow();
  });
});
