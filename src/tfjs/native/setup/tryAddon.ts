import { runProgram } from '../../../system/runProgram.ts';

/** The version that an addon reports, or why it cannot be used. */
export type Trial = { readonly tensorflow: string } | { readonly problem: string };

/**
 * Runs in a separate process, as CommonJS: a faulty addon crashes the process that loads it. The gradient is that of
 * sum(dy * conv2d(x, kernel)) in the kernel, for x = 1..9 in a square and dy = [[1, 2], [3, 4]].
 */
const program = `
const util = require('node:util');
util.isArray ??= Array.isArray;
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const [tfjsNode, addon] = process.argv.slice(1);
const from = require('node:module').createRequire(tfjsNode + '/package.json');
const tf = from('@tensorflow/tfjs');
tf.env().set('PROD', true);
const binding = require(addon);
const { NodeJSKernelBackend } = from('./dist/nodejs_kernel_backend.js');
from('./dist/register_all_kernels.js');
tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'));
if (!tf.setBackend('tensorflow')) throw new Error('TensorFlow.js could not start it');
const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
const dy = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
const gradient = tf.grad((kernel) => tf.mul(dy, tf.conv2d(x, kernel, 1, 'valid')).sum());
const got = Array.from(gradient(tf.ones([2, 2, 1, 1])).dataSync()).join(' ');
if (got !== '37 47 67 77') throw new Error('expected the gradient 37 47 67 77, got ' + got);
console.log(JSON.stringify({ tensorflow: binding.TF_Version }));
`;

/** Loads an addon in a child process and computes a gradient with it. */
export async function tryAddon(tfjsNode: string, addon: string, signal?: AbortSignal): Promise<Trial> {
  const env = { ...process.env, TF_ENABLE_ONEDNN_OPTS: '0', TF_CPP_MIN_LOG_LEVEL: '2' };
  const args = ['-e', program, tfjsNode, addon];
  const ended = await runProgram(process.execPath, args, { env, signal });
  if (ended.code === 0) return JSON.parse(ended.stdout.trim().split('\n').at(-1)!) as Trial;
  if (ended.signal === 'SIGILL') return { problem: 'this processor lacks instructions (AVX) that it uses' };
  if (ended.signal !== null) return { problem: `${ended.signal} ended the process` };
  const line = ended.stderr.split('\n').find((text) => /^\w*Error: /.test(text));
  return { problem: line?.replace(/^\w*Error: /, '') ?? `exit code ${ended.code}` };
}
