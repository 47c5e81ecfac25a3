/**
 * `backproof/gradients`: import it, and every gradient of TensorFlow.js is right and there, on every backend, in Node
 * and in browsers. Gradients are functions of ops: kernels that a backend lacks or has wrong are for
 * `backproof/wasm-training`, `backproof/cpu-fixes` and `backproof/native`.
 */
import * as tf from '@tensorflow/tfjs';
import { registerGradientsOn } from './register.ts';

/**
 * Registers the gradients in place of those of TensorFlow.js. Importing this module does it for @tensorflow/tfjs.
 *
 * @param on another TensorFlow.js of the program, such as backproof/float64
 * @returns puts back what was registered before
 */
export function registerGradients(on: Omit<typeof tf, 'default'> = tf): () => void {
  return registerGradientsOn(on);
}

registerGradients();
