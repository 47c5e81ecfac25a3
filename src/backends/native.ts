import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { restoreNodeUtil } from './nodeUtil.ts';
import { tf } from './tfjs.ts';

/**
 * Registers the native TensorFlow backend (as `tensorflow`) with the addon of the installed tfjs-node; throws where
 * the package or its addon is missing or does not load.
 */
export async function registerNative(): Promise<void> {
  // oneDNN makes ops this small two to six times slower; the log would bury our own lines.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('@tensorflow/tfjs-node/package.json');
  const addon = require(join(dirname(manifest), 'lib', 'napi-v8', 'tfjs_binding.node'));
  restoreNodeUtil();
  const { NodeJSKernelBackend } = await import('@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js');
  await import('@tensorflow/tfjs-node/dist/register_all_kernels.js');
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(addon, '@tensorflow/tfjs-node'));
}
