import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs a program in a separate Node process, in the package's folder, and returns its stdout and stderr. */
async function node(type: 'module' | 'commonjs', program: string): Promise<string> {
  const args = [`--input-type=${type}`, '--eval', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return stdout + stderr;
}

/** Trains a small convolutional network for three steps and prints whether its loss fell. */
const train = `const train = async (tf) => {
  tf.env().set('PROD', true);
  await tf.setBackend('wasm');
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.depthwiseConv2d({ kernelSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 1 }),
  ] });
  model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
  const [x, y] = [tf.randomNormal([8, 8, 8, 1], 0, 1, 'float32', 1), tf.ones([8, 1])];
  const losses = [];
  for (let step = 0; step < 3; step++) losses.push(await model.trainOnBatch(x, y));
  console.log(tf.getBackend(), losses[2] < losses[0]);
};`;

describe('backproof/wasm-training as a package entry', () => {
  it('is an ES module and prints nothing of its own', async () => {
    const program = `import { registerWasmTraining } from 'backproof/wasm-training';
      import * as tf from '@tensorflow/tfjs';
      ${train} await train(tf); console.log(typeof registerWasmTraining);`;
    expect(await node('module', program)).toBe('wasm true\nfunction\n');
  });

  it('is CommonJS', async () => {
    const program = `const tf = require('@tensorflow/tfjs'); require('backproof/wasm-training');
      ${train} train(tf);`;
    expect(await node('commonjs', program)).toBe('wasm true\n');
  });

  it('has the last word over the kernels of the wasm backend, whichever is imported first', async () => {
    for (const imports of [
      "import '@tensorflow/tfjs-backend-wasm'; import 'backproof/wasm-training';",
      "import 'backproof/wasm-training'; import '@tensorflow/tfjs-backend-wasm';",
    ]) {
      const program = `${imports} import * as tf from '@tensorflow/tfjs';
        tf.env().set('PROD', true);
        await tf.setBackend('wasm');
        const x = tf.tensor([-4, -3, -2, -1], [1, 2, 2, 1]);
        console.log(tf.grad((v) => tf.maxPool(v, 2, 2, 'valid').sum())(x).dataSync().join());`;
      expect(await node('module', program)).toBe('0,0,0,1\n');
    }
  });
});

describe('backproof/cpu-fixes as a package entry', () => {
  const gradient = `tf.env().set('PROD', true);
    const x = tf.ones([2, 1, 1, 1]);
    const dy = tf.tensor([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2, 1]);
    console.log(tf.grad((v) => tf.image.resizeNearestNeighbor(v, [2, 2]))(x, dy).dataSync().join());`;

  it('is an ES module and CommonJS, and needs no wasm backend', async () => {
    const modules = "import * as tf from '@tensorflow/tfjs'; import 'backproof/cpu-fixes';";
    const common = "const tf = require('@tensorflow/tfjs'); require('backproof/cpu-fixes');";
    expect(await node('module', `${modules} ${gradient}`)).toBe('10,100\n');
    expect(await node('commonjs', `${common} ${gradient} console.log(tf.findBackendFactory('wasm'));`)).toBe(
      '10,100\nnull\n',
    );
  });
});
