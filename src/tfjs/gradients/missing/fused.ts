import type { Tensor } from '@tensorflow/tfjs';
import { type KernelGradient, kernelGradient } from '../gradient.ts';
import { sumTo } from '../shapes.ts';

interface Attributes {
  readonly activation: string;
  readonly dataFormat?: string;
}

/**
 * y = plain(a, b) + bias: da and db are those of the plain kernel, dbias the sum of dy over the broadcast axes. While
 * it records, TensorFlow.js fuses only the linear activation. It differentiates each fused op by a customGrad, which
 * refuses dilations and channels first, and does not broadcast batches: tape.ts records their kernels instead.
 */
const fused = (kernelName: string, plain: string, inputs: readonly [string, string]): KernelGradient =>
  kernelGradient<Attributes>({
    kernelName,
    inputsToSave: [...inputs, 'bias'],
    gradFunc: (tf, dy, saved, attributes) => {
      const [a, b, bias] = saved as [Tensor, Tensor, Tensor?];
      const { activation, dataFormat } = attributes;
      if (activation !== 'linear')
        throw new Error(`${kernelName}: expected the activation linear in a gradient, got ${activation}`);
      const { gradFunc } = tf.getGradient(plain)!;
      const ofPlain = gradFunc(dy, [a, b], { ...attributes }) as Record<string, () => Tensor>;
      return {
        ...ofPlain,
        bias: () => {
          const { shape } = bias!;
          const inFront = dataFormat === 'NCHW' && shape.length === 1;
          return tf.reshape(sumTo(tf, dy, inFront ? [...shape, 1, 1] : shape), shape);
        },
      };
    },
  });

export const fusedOps: readonly KernelGradient[] = [
  fused('FusedConv2D', 'Conv2D', ['x', 'filter']),
  fused('FusedDepthwiseConv2D', 'DepthwiseConv2dNative', ['x', 'filter']),
  fused('_FusedMatMul', 'BatchMatMul', ['a', 'b']),
];
