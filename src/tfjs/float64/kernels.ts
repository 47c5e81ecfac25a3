import {
  backend_util,
  getKernel,
  type KernelFunc,
  type MathBackendCPU,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from '@tensorflow/tfjs';
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput, type OnPlainArrays } from './convolution.ts';
import { depthwiseConv2dNativeBackpropFilter } from './depthwise.ts';
import { erf } from './erf.ts';
import { batchMatMul } from './matMul.ts';

/** ln(1 + e^x), without overflow, and accurate where 1 + e^x would be rounded. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** x above 0, e^x - 1 below, accurate also where e^x is close to 1. */
const elu = (x: number): number => (x >= 0 ? x : Math.expm1(x));

/** Klambauer and others, Self-Normalizing Neural Networks (2017). */
const selu = (x: number): number =>
  x >= 0 ? backend_util.SELU_SCALE * x : backend_util.SELU_SCALEALPHA * Math.expm1(x);

/**
 * Replacements for the kernels of the cpu backend that are only as accurate as single precision. Erf is a formula that
 * is off by up to 1.5e-7 (Abramowitz and Stegun 7.1.26); Softplus jumps by 9e-7 at |x| = 13.9, which single precision
 * cannot resolve; Elu and Selu lose digits to cancellation at small negative numbers. Finite differences across these
 * errors would blame correct gradients.
 */
const PRECISE = { Erf: erf, Softplus: softplus, Elu: elu, Selu: selu } satisfies Record<
  string,
  (x: number) => number
>;

function elementwise(f: (x: number) => number): KernelFunc {
  return ({ inputs, backend }) => {
    const x = inputs.x as TensorInfo;
    const cpu = backend as MathBackendCPU;
    const values = cpu.data.get(x.dataId).values as unknown as Float64Array;
    const result = util.getTypedArrayFromDType(x.dtype as 'float32' | 'int32', values.length);
    for (let i = 0; i < result.length; i++) result[i] = f(values[i]!);
    return cpu.makeTensorInfo(x.shape, x.dtype, result);
  };
}

for (const [kernelName, f] of Object.entries(PRECISE)) {
  unregisterKernel(kernelName, 'cpu');
  registerKernel({ kernelName, backendName: 'cpu', kernelFunc: elementwise(f) });
}

const ON_PLAIN_ARRAYS = {
  BatchMatMul: batchMatMul,
  Conv2D: conv2D,
  Conv2DBackpropFilter: conv2DBackpropFilter,
  Conv2DBackpropInput: conv2DBackpropInput,
  DepthwiseConv2dNativeBackpropFilter: depthwiseConv2dNativeBackpropFilter,
} as unknown as Record<string, OnPlainArrays<unknown, unknown>>;

for (const [kernelName, onPlainArrays] of Object.entries(ON_PLAIN_ARRAYS)) {
  const shipped = getKernel(kernelName, 'cpu');
  const kernelFunc: KernelFunc = (call) =>
    onPlainArrays(call.inputs, call.attrs, call.backend as MathBackendCPU) ?? shipped.kernelFunc(call);
  unregisterKernel(kernelName, 'cpu');
  registerKernel({ ...shipped, kernelFunc });
}
