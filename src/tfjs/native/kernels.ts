import type { KernelConfig, Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

type Kernel = KernelConfig['kernelFunc'];
type Pair = readonly [height: number, width: number];

/** The backend as far as the fixes call it. */
interface CountingBackend {
  incRef(dataId: object): void;
}

/**
 * Registers anew, for backend `tensorflow`, the kernels that the TensorFlow of today answers differently from the one
 * that tfjs-node was written for.
 *
 * - Round of int32: zeros since TensorFlow 2.17 (tensorflow #74789, #112212).
 * - Concat of scalars: refused; tfjs-node's own histograms for TensorBoard do it.
 * - Depthwise convolution with dilation: refused without oneDNN.
 */
export function mendNativeKernels(tf: TF): void {
  wrap(tf, 'Round', (shipped) => (args) => {
    const { x } = args.inputs as { x: Tensor };
    if (x.dtype !== 'int32') return shipped(args);
    // Whole numbers are their own rounding: the same data once more, as Identity hands it out.
    (args.backend as CountingBackend).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  wrap(tf, 'Concat', (shipped) => (args) => {
    const tensors = args.inputs as unknown as Tensor[];
    if (tensors.every(({ rank }) => rank > 0)) return shipped(args);
    return tf.tidy(() => {
      const inputs = tensors.map((tensor) => (tensor.rank === 0 ? tf.reshape(tensor, [1]) : tensor));
      return shipped({ ...args, inputs: inputs as unknown as typeof args.inputs }) as Tensor;
    });
  });
  for (const name of ['DepthwiseConv2dNative', 'FusedDepthwiseConv2D']) {
    wrap(tf, name, (shipped) => (args) => {
      const { dilations } = args.attrs as unknown as { dilations: number | Pair | undefined };
      const [height, width] = typeof dilations === 'number' ? [dilations, dilations] : (dilations ?? [1, 1]);
      if (height === 1 && width === 1) return shipped(args);
      return tf.tidy(() => {
        const filter = dilate(tf, args.inputs.filter as Tensor4D, [height, width]);
        const attrs = { ...args.attrs, dilations: [1, 1] };
        return shipped({ ...args, inputs: { ...args.inputs, filter }, attrs }) as Tensor;
      });
    });
  }
}

/** Zeros between a filter's taps: a convolution with it is the dilated one. */
function dilate(tf: TF, filter: Tensor4D, [dilationHeight, dilationWidth]: Pair): Tensor4D {
  const [height, width, channels, multiplier] = filter.shape;
  const apart = tf.pad(tf.reshape(filter, [height, 1, width, 1, channels * multiplier]), [
    [0, 0],
    [0, dilationHeight - 1],
    [0, 0],
    [0, dilationWidth - 1],
    [0, 0],
  ]);
  const spread = tf.reshape(apart, [height * dilationHeight, width * dilationWidth, channels, multiplier]);
  const size = [(height - 1) * dilationHeight + 1, (width - 1) * dilationWidth + 1, channels, multiplier];
  return tf.slice(spread, [0, 0, 0, 0], size) as Tensor4D;
}

const wrapped = new WeakSet<Kernel>();

/** Registers `around(kernel)` in the kernel's place, once. */
function wrap(tf: TF, kernelName: string, around: (shipped: Kernel) => Kernel): void {
  const config = tf.getKernel(kernelName, 'tensorflow');
  if (config === undefined || wrapped.has(config.kernelFunc)) return;
  const kernelFunc = around(config.kernelFunc);
  wrapped.add(kernelFunc);
  // Registering over a kernel would warn.
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({ ...config, kernelFunc });
}
