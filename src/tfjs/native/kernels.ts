import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs';
import { channelsLast } from '../channelsLast.ts';
import { type Correction, inTurn } from '../corrections.ts';
import type { TF } from '../types.ts';
import { ofConvolution2D, ofConvolution3D } from '../windows.ts';
import { nativeKernels } from './missing.ts';
import {
  averagePooled,
  averagePooledBack,
  convolved,
  convolvedBackFilter,
  convolvedBackInput,
  maxPooled,
  maxPooledBack,
  oneOfEqual,
} from './padding.ts';
import { dilated, evenStrides } from './strides.ts';

type Kernel = KernelConfig['kernelFunc'];

/** The parts of the backend that the corrections call. */
interface CountingBackend {
  incRef(dataId: object): void;
}

/** Round of int32: returns zeros since TensorFlow 2.17 (tensorflow #74789, #112212). */
const round: Correction = (shipped) => (args) => {
  const { x } = args.inputs as { x: Tensor };
  if (x.dtype !== 'int32') return shipped(args);
  // Integers are already rounded: returns the same data once more, as Identity does.
  (args.backend as CountingBackend).incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};

/** Concat of scalars, which tfjs-node's own histograms for TensorBoard use, is refused. */
const concat =
  (tf: TF): Correction =>
  (shipped) =>
  (args) => {
    const tensors = args.inputs as unknown as Tensor[];
    if (tensors.every(({ rank }) => rank > 0)) return shipped(args);
    return tf.tidy(() => {
      const inputs = tensors.map((tensor) => (tensor.rank === 0 ? tf.reshape(tensor, [1]) : tensor));
      return shipped({ ...args, inputs: inputs as unknown as typeof args.inputs }) as Tensor;
    });
  };

/** gather: tfjs-node looks up the length of a negative axis, which does not exist. */
const gather =
  (tf: TF): Correction =>
  (shipped) =>
  (args) => {
    const { axis } = args.attrs as unknown as { axis: number };
    const [resolved] = tf.util.parseAxisParam(axis, (args.inputs.x as TensorInfo).shape);
    return shipped({ ...args, attrs: { ...args.attrs, axis: resolved! } });
  };

/**
 * The corrections of tfjs-node's kernels: cases in which today's TensorFlow answers differently from the version that
 * the kernels were written for, and attributes that they do not support, rewritten to ones that they do (padding in
 * numbers, channels first, strides that differ, dilations, negative axes).
 */
export function nativeCorrections(tf: TF): Readonly<Record<string, Correction>> {
  const depthwise = inTurn(evenStrides(tf, 'output'), convolved(tf, ofConvolution2D), dilated(tf, 2));
  return {
    AvgPool: averagePooled(tf),
    AvgPool3D: averagePooled(tf),
    AvgPool3DGrad: averagePooledBack(tf, 'AvgPool3D'),
    AvgPoolGrad: averagePooledBack(tf, 'AvgPool'),
    Concat: concat(tf),
    Conv2D: inTurn(channelsLast(tf, ['x'], true), convolved(tf, ofConvolution2D)),
    Conv2DBackpropFilter: inTurn(
      channelsLast(tf, ['x', 'dy'], false),
      convolvedBackFilter(tf, ofConvolution2D),
    ),
    Conv2DBackpropInput: inTurn(channelsLast(tf, ['dy'], true), convolvedBackInput(tf, ofConvolution2D)),
    Conv3D: inTurn(convolved(tf, ofConvolution3D), dilated(tf, 3)),
    Conv3DBackpropFilterV2: convolvedBackFilter(tf, ofConvolution3D),
    Conv3DBackpropInputV2: convolvedBackInput(tf, ofConvolution3D),
    DepthwiseConv2dNative: depthwise,
    DepthwiseConv2dNativeBackpropFilter: inTurn(
      evenStrides(tf, 'dy'),
      convolvedBackFilter(tf, ofConvolution2D),
    ),
    DepthwiseConv2dNativeBackpropInput: inTurn(
      evenStrides(tf, 'dy'),
      convolvedBackInput(tf, ofConvolution2D),
    ),
    FusedConv2D: inTurn(channelsLast(tf, ['x'], true), convolved(tf, ofConvolution2D)),
    FusedDepthwiseConv2D: inTurn(convolved(tf, ofConvolution2D), dilated(tf, 2)),
    GatherV2: gather(tf),
    MaxPool: maxPooled(tf),
    MaxPool3D: maxPooled(tf),
    MaxPool3DGrad: inTurn(oneOfEqual(tf), maxPooledBack(tf)),
    MaxPoolGrad: maxPooledBack(tf),
    Round: round,
  };
}

const wrapped = new WeakSet<Kernel>();

/** Registers the corrections and the missing kernels for the backend `tensorflow`, once. */
export function fixNativeKernels(tf: TF): void {
  for (const [kernelName, kernelFunc] of Object.entries(nativeKernels(tf)))
    if (tf.getKernel(kernelName, 'tensorflow') === undefined)
      tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
  for (const [kernelName, correct] of Object.entries(nativeCorrections(tf))) {
    const config = tf.getKernel(kernelName, 'tensorflow');
    if (config === undefined || wrapped.has(config.kernelFunc)) continue;
    const kernelFunc = correct(config.kernelFunc, kernelName);
    wrapped.add(kernelFunc);
    // Registering over a kernel warns.
    tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({ ...config, kernelFunc });
  }
}
