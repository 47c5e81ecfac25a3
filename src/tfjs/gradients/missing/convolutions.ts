import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

/**
 * The three kernels of a convolution y = conv(x, filter), with dx = backInput(dy, filter) and dfilter = backFilter(x,
 * dy). Each is linear in each of its inputs, so the gradients of each are the other two kernels, with the same
 * attributes.
 */
interface Kernels {
  readonly forward: string;
  readonly backInput: string;
  readonly backFilter: string;
  /** Attributes that the forward kernel needs and the other two do not have. */
  readonly ofForward: NamedAttrMap;
}

const conv2D: Kernels = {
  forward: 'Conv2D',
  backInput: 'Conv2DBackpropInput',
  backFilter: 'Conv2DBackpropFilter',
  ofForward: { dilations: 1 },
};
const conv3D: Kernels = {
  forward: 'Conv3D',
  backInput: 'Conv3DBackpropInputV2',
  backFilter: 'Conv3DBackpropFilterV2',
  ofForward: { dataFormat: 'NDHWC', dilations: 1 },
};
const depthwise: Kernels = {
  forward: 'DepthwiseConv2dNative',
  backInput: 'DepthwiseConv2dNativeBackpropInput',
  backFilter: 'DepthwiseConv2dNativeBackpropFilter',
  ofForward: { dataFormat: 'NHWC', dilations: 1 },
};

/** Runs kernels instead of ops: TensorFlow.js exports no ops for backInput and backFilter. */
const run = (tf: TF, kernel: string, inputs: Record<string, Tensor>, attributes: object): Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes as NamedAttrMap) as Tensor;

/** g, the gradient of dx, has the shape of x. */
const ofBackInput = ({ forward, backInput, backFilter, ofForward }: Kernels): KernelGradient =>
  kernelGradient({
    kernelName: backInput,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (tf, g, saved, { inputShape: _, ...attributes }) => {
      const [dy, filter] = saved as [Tensor, Tensor];
      return {
        dy: () => run(tf, forward, { x: g, filter }, { ...ofForward, ...attributes }),
        filter: () => run(tf, backFilter, { x: g, dy }, { ...attributes, filterShape: filter.shape }),
      };
    },
  });

/** g, the gradient of dfilter, has the shape of the filter. */
const ofBackFilter = ({ forward, backInput, backFilter, ofForward }: Kernels): KernelGradient =>
  kernelGradient({
    kernelName: backFilter,
    inputsToSave: ['x', 'dy'],
    gradFunc: (tf, g, saved, { filterShape: _, ...attributes }) => {
      const [x, dy] = saved as [Tensor, Tensor];
      return {
        x: () => run(tf, backInput, { dy, filter: g }, { ...attributes, inputShape: x.shape }),
        dy: () => run(tf, forward, { x, filter: g }, { ...ofForward, ...attributes }),
      };
    },
  });

/**
 * For `tf.conv3dTranspose`, and for the second derivatives of convolutions. TensorFlow.js has the gradient of
 * Conv2DBackpropInput.
 */
export const convolutions: readonly KernelGradient[] = [
  ofBackInput(conv3D),
  ofBackInput(depthwise),
  ofBackFilter(conv2D),
  ofBackFilter(conv3D),
  ofBackFilter(depthwise),
];
