/**
 * `backproof/gradients`: importing it corrects the wrong gradients of TensorFlow.js and adds the missing ones, on every
 * backend, in Node and in browsers. Gradients are functions of ops: missing or wrong kernels of a backend are the
 * business of `backproof/wasm-training`, `backproof/cpu-fixes` and `backproof/native`.
 */
import * as tf from '@tensorflow/tfjs';
import { registerGradientsOn } from './register.ts';

/**
 * Registers the gradients in place of those of TensorFlow.js. Importing this module calls it for @tensorflow/tfjs.
 *
 * @param on another TensorFlow.js of the program, such as backproof/float64
 * @returns a function that restores the previous gradients
 */
export function registerGradients(on: Omit<typeof tf, 'default'> = tf): () => void {
  return registerGradientsOn(on);
}

registerGradients();
