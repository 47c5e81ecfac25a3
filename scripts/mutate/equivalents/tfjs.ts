import { BEYOND, type Equivalent } from './equivalent.ts';

const NOT_DILATED = 'a dilation of 0 is no dilation either';

const NOT_REACHED = 'zeros beyond what the filter reaches are not read';

export const TFJS: readonly Equivalent[] = [
  {
    file: 'src/tfjs/float64/erf.ts',
    at: 'magnitude <= 0.46875',
    kinds: ['comparison'],
    reason: 'both approximations are right where they meet',
  },
  {
    file: 'src/tfjs/float64/erf.ts',
    at: 'x <= 4',
    kinds: ['comparison'],
    reason: 'both approximations are right where they meet',
  },
  {
    file: 'src/tfjs/gradients/missing/pooling.ts',
    at: '(sides[axis]! - 1) * stride + size',
    kinds: ['arithmetic'],
    before: '-',
    reason: 'no window reads more padding than it needs',
  },
  {
    file: 'src/tfjs/gradients/wrong/mirrorPad.ts',
    at: 'if (before > 0)',
    kinds: ['comparison', 'always'],
    reason: 'the mirror image of no border is 0 everywhere',
  },
  {
    file: 'src/tfjs/gradients/wrong/tile.ts',
    at: 'if (copies === 1) return gradient',
    kinds: ['never'],
    reason: 'the sum over one copy is that copy',
  },
  {
    file: 'src/tfjs/native/padding.ts',
    at: 'Math.max(...[strides].flat()) > Math.min',
    kinds: ['comparison'],
    reason: 'where both are equal no padding is negative, and the shipped kernel gives the same',
  },
  {
    file: 'src/tfjs/native/padding.ts',
    at: "x.dtype === 'int32' ? -(2 ** 31)",
    kinds: ['sign'],
    reason: 'as an int32, 2 ** 31 is -(2 ** 31)',
  },
  {
    file: 'src/tfjs/native/strides.ts',
    at: 'ratesOf(attributes.strides, 2)',
    kinds: ['number'],
    reason: 'only the first two are read',
  },
  {
    file: 'src/tfjs/wasm/complex.ts',
    at: 'for (let at = 0; at < to.length; at++)',
    kinds: ['comparison'],
    reason: BEYOND,
  },
  {
    file: 'src/tfjs/wasm/complex.ts',
    at: 'at < to.length; at += length',
    kinds: ['comparison'],
    reason: 'beyond the end there is nothing to transform',
  },
  {
    file: 'src/tfjs/wasm/conv2DBackpropFilter.ts',
    at: 'strides, 1, pad',
    kinds: ['number'],
    reason: NOT_DILATED,
  },
  {
    file: 'src/tfjs/wasm/conv2DBackpropInput.ts',
    at: 'strides, 1, pad',
    kinds: ['number'],
    reason: NOT_DILATED,
  },
  {
    file: 'src/tfjs/wasm/conv3DBackpropFilter.ts',
    at: 'strides, 1, pad',
    kinds: ['number'],
    reason: NOT_DILATED,
  },
  {
    file: 'src/tfjs/wasm/conv3DBackpropInput.ts',
    at: 'strides, 1, pad',
    kinds: ['number'],
    reason: NOT_DILATED,
  },
  {
    file: 'src/tfjs/wasm/convolution.ts',
    at: 'info.strideDepth ?? 1',
    kinds: ['number'],
    reason: 'a window of one plane of one takes no step',
  },
  {
    file: 'src/tfjs/wasm/convolution.ts',
    at: '(output[axis] - 1) * strides[axis]',
    kinds: ['arithmetic'],
    before: '-',
    reason: NOT_REACHED,
  },
  {
    file: 'src/tfjs/wasm/convolution.ts',
    at: '(output[axis] - 1) * strides[axis]',
    kinds: ['number'],
    reason: NOT_REACHED,
  },
  {
    file: 'src/tfjs/wasm/depthwise.ts',
    at: 'info.effectiveFilterHeight,',
    kinds: ['number'],
    reason: NOT_REACHED,
  },
  {
    file: 'src/tfjs/wasm/depthwise.ts',
    at: 'info.effectiveFilterHeight,',
    kinds: ['arithmetic'],
    before: '-',
    reason: NOT_REACHED,
  },
  {
    file: 'src/tfjs/wasm/depthwise.ts',
    at: 'info.effectiveFilterWidth,',
    kinds: ['number'],
    reason: NOT_REACHED,
  },
  {
    file: 'src/tfjs/wasm/depthwise.ts',
    at: 'info.effectiveFilterWidth,',
    kinds: ['arithmetic'],
    before: '-',
    reason: NOT_REACHED,
  },
  {
    file: 'src/tfjs/wasm/convolution.ts',
    at: 'if (height === output[1] && width === output[2])',
    kinds: ['never'],
    reason: 'a copy of all is as good',
  },
  {
    file: 'src/tfjs/wasm/convolution.ts',
    at: 'd + front < sides[0]',
    kinds: ['arithmetic'],
    reason: 'with padding before the first plane all planes are reached',
  },
  {
    file: 'src/tfjs/wasm/corrections.ts',
    at: 'filter?.shape ?? null',
    kinds: ['fallback left out'],
    reason: 'only convolutions read it, and they have a filter',
  },
  {
    file: 'src/tfjs/wasm/corrections.ts',
    at: ').flat(2);',
    kinds: ['number'],
    reason: 'nothing is nested deeper',
  },
  {
    file: 'src/tfjs/wasm/fourier.ts',
    at: '(n & (n - 1)) === 0',
    kinds: ['arithmetic'],
    before: '&',
    reason: 'the sums, taken for every length, give the same as the halves',
  },
  {
    file: 'src/tfjs/wasm/fourier.ts',
    at: '(n & (n - 1)) === 0',
    kinds: ['number'],
    reason: 'the sums, taken for every length, give the same as the halves',
  },
  {
    file: 'src/tfjs/wasm/windows.ts',
    at: 'strides, 1, pad',
    kinds: ['number'],
    reason: NOT_DILATED,
  },
  {
    file: 'src/tfjs/cpu/corrections.ts',
    at: 'outputs[0]!.shape',
    kinds: ['number'],
    reason: 'there are two or more, of the same shape',
  },
  {
    file: 'src/tfjs/gradients/tape.ts',
    at: 'tensorsOf(inputs).some(isContinuous)',
    kinds: ['method'],
    reason: 'no kernel makes integers of integers and real numbers',
  },
  {
    file: 'src/tfjs/maxPool3DGradient.ts',
    at: 'place >= 0',
    kinds: ['always'],
    reason: BEYOND,
  },
];
