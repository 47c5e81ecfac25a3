import type { Tensor } from '@tensorflow/tfjs';
import { spaced, thinned } from '../../spacing.ts';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

interface ConvolutionAttributes {
  readonly dilations?: number | readonly number[] | null;
  readonly [name: string]: unknown;
}

/**
 * y = conv(x, filter). A dilated convolution is one whose filter has zeros between its taps, so dx is that of the
 * spread filter, and dfilter consists of the taps of the spread filter's gradient. TensorFlow.js refuses dilations
 * above 1.
 *
 * @param sides the number of axes of the filter that are dilated, from the first on
 */
const convolution = (
  kernelName: string,
  backInput: string,
  backFilter: string,
  sides: number,
): KernelGradient =>
  kernelGradient<ConvolutionAttributes>({
    kernelName,
    inputsToSave: ['x', 'filter'],
    gradFunc: (tf, dy, saved, { dilations, ...attributes }) => {
      const [x, filter] = saved as [Tensor, Tensor];
      const rates = Array.from({ length: sides }, (_, side) =>
        typeof dilations === 'number' ? dilations : (dilations?.[side] ?? 1),
      );
      // Kernels instead of ops: TensorFlow.js exports no ops for these.
      const run = (kernel: string, inputs: Record<string, Tensor>, shape: object): Tensor =>
        tf
          .engine()
          .runKernel(kernel, inputs, { ...attributes, dilations: rates.map(() => 1), ...shape }) as Tensor;
      return {
        x: () => run(backInput, { dy, filter: spread(tf, filter, rates) }, { inputShape: x.shape }),
        filter: () =>
          taps(tf, run(backFilter, { x, dy }, { filterShape: spreadShape(filter.shape, rates) }), rates),
      };
    },
  });

const spreadShape = (shape: readonly number[], rates: readonly number[]): number[] =>
  shape.map((length, axis) => (length - 1) * (rates[axis] ?? 1) + 1);

/** Inserts rate - 1 zeros between neighbours, along each of the first axes. */
const spread = (tf: TF, filter: Tensor, rates: readonly number[]): Tensor =>
  rates.reduce((spreading, rate, axis) => spaced(tf, spreading, axis, rate), filter);

/** The inverse: drops those zeros. */
const taps = (tf: TF, gradient: Tensor, rates: readonly number[]): Tensor =>
  rates.reduce((thinning, rate, axis) => thinned(tf, thinning, axis, rate), gradient);

export const dilatedConvolutions: readonly KernelGradient[] = [
  convolution('Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 2),
  convolution('Conv3D', 'Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2', 3),
  convolution(
    'DepthwiseConv2dNative',
    'DepthwiseConv2dNativeBackpropInput',
    'DepthwiseConv2dNativeBackpropFilter',
    2,
  ),
];
