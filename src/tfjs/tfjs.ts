// The one TensorFlow.js of the process, with its cpu backend, fixed, and all gradients. The build bundles its module form
// and every backend with it; unbundled, Node resolves the CommonJS form for all of them.
import * as tf from '@tensorflow/tfjs';
// Before what replaces kernels.
import './shipped.ts';
import './cpu/index.ts';

// Before any backend is chosen: keeps the greeting that advertises tfjs-node quiet.
tf.env().set('PROD', true);

/** The version of TensorFlow.js that runs. */
export const tfjsVersion: string = tf.version.tfjs;

export { tf };
