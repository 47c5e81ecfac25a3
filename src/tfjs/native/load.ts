import { createRequire } from 'node:module';
import { keepShipped } from '../shipped.ts';
import { tf } from '../tfjs.ts';
import { fixNativeKernels } from './kernels.ts';
import { findAddon } from './tfjsNode.ts';

/**
 * Registers the native TensorFlow backend (as `tensorflow`) with the addon of the installed tfjs-node, and fixes its
 * kernels.
 *
 * @throws Error if the package or its addon is missing or does not load
 */
export async function registerNative(): Promise<void> {
  const addon = findAddon();
  if (addon === null) throw new Error('the addon of @tensorflow/tfjs-node is not there');
  await import('./environment.ts');
  const binding = createRequire(import.meta.url)(addon);
  const { NodeJSKernelBackend } = await import('@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js');
  await import('@tensorflow/tfjs-node/dist/register_all_kernels.js');
  keepShipped('tensorflow');
  fixNativeKernels(tf);
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'));
}
