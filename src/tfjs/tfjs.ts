// The only TensorFlow.js of the process, with its corrected cpu backend and all gradients. The build bundles its ES
// modules and every backend with it; unbundled, Node resolves CommonJS for all of them.
import * as tf from '@tensorflow/tfjs';
// Before the modules that replace kernels.
import './shipped.ts';
import './cpu/index.ts';

// Before any backend is chosen: suppresses the message that advertises tfjs-node.
tf.env().set('PROD', true);

/** The version of TensorFlow.js in use. */
export const tfjsVersion: string = tf.version.tfjs;

export { tf };
