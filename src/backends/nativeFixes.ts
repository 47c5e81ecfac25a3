import type { ConcatInputs, KernelConfig, RoundInputs } from '@tensorflow/tfjs';
import type { TF } from '../model/tf.ts';

/** The part of TensorFlow.js that takes kernels. */
type Kernels = Pick<TF, 'getKernel' | 'registerKernel' | 'unregisterKernel'>;

/** The backend as far as the fixes call it. */
interface CountingBackend {
  incRef(dataId: object): void;
}

/**
 * Registers anew, for backend `tensorflow`, the kernels that newer TensorFlows answer differently from what
 * TensorFlow.js means: Round of int32, zeros since TensorFlow 2.17 (tensorflow #74789, #112212), and Concat of
 * scalars, refused there with a status code.
 */
export function mendNativeKernels(tf: Kernels): void {
  wrap(tf, 'Round', (shipped) => (args) => {
    const x = (args.inputs as RoundInputs).x!;
    if (x.dtype !== 'int32') return shipped(args);
    // Whole numbers are their own rounding: the same data once more, as Identity hands it out.
    (args.backend as CountingBackend).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  wrap(tf, 'Concat', (shipped) => (args) => {
    for (const { shape } of args.inputs as unknown as ConcatInputs) {
      if (shape.length === 0) {
        throw new Error('concat: expected tensors of rank 1 or more, got a scalar; tf.stack joins scalars');
      }
    }
    return shipped(args);
  });
}

type Kernel = KernelConfig['kernelFunc'];

const wrapped = new WeakSet<Kernel>();

/** Registers `around(kernel)` in the kernel's place, once. */
function wrap(tf: Kernels, kernelName: string, around: (shipped: Kernel) => Kernel): void {
  const config = tf.getKernel(kernelName, 'tensorflow');
  if (config === undefined || wrapped.has(config.kernelFunc)) return;
  const kernelFunc = around(config.kernelFunc);
  wrapped.add(kernelFunc);
  // Registering over a kernel would warn.
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({ ...config, kernelFunc });
}
