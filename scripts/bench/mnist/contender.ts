// TensorFlow.js as a contender, used the way its users train: contender.js BACKEND FILE BATCHES
// For every line on stdin it trains from the start on BATCHES batches and answers with milliseconds and the loss of
// each.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../../../src/numerics/shape.ts';
import { CNN, WEIGHTS } from './problem.ts';

const [backend = '', file = '', batches = ''] = process.argv.slice(2);
if (backend === 'wasm') await import('backproof/wasm-training');
if (backend === 'tensorflow') await import('backproof/native');
await tf.setBackend(backend);
await tf.ready();

const bytes = readFileSync(file);
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
let at = 0;
const take = (shape: readonly number[]): tf.Tensor => {
  const values = numbers.slice(at, at + sizeOf(shape));
  at += values.length;
  return tf.tensor(values, [...shape]);
};
const { batch, side, classes } = CNN;
const images = take([CNN.batches, batch, side, side, 1]).unstack().slice(0, Number(batches));
const labels = take([CNN.batches, batch])
  .unstack()
  .slice(0, Number(batches))
  .map((each) => tf.oneHot(each.toInt(), classes).toFloat());
const weights = WEIGHTS.map(take);

function start(): tf.Sequential {
  const convolution = { kernelSize: 5, activation: 'relu' } as const;
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ ...convolution, filters: 8, inputShape: [side, side, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
      tf.layers.conv2d({ ...convolution, filters: 16 }),
      tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
  model.setWeights(weights);
  const optimizer = tf.train.adam(CNN.rate, 0.9, 0.999, CNN.epsilon);
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  return model;
}

for await (const _ of createInterface({ input: process.stdin })) {
  const model = start();
  const losses: number[] = [];
  const started = performance.now();
  for (const [k, image] of images.entries())
    losses.push((await model.trainOnBatch(image, labels[k]!)) as number);
  process.stdout.write(`${performance.now() - started} ${losses.join(' ')}\n`);
  model.dispose();
}
