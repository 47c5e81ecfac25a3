/**
 * `backproof/wasm-training`: importing it lets the wasm backend of TensorFlow.js train, in Node and in browsers. It
 * adds the kernels that wasm lacks, replaces those that are silently wrong, and adds shortcuts for small tensors, where
 * calling the backend's own kernels takes longer than the work.
 */
import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
// First, so that the backend's own kernels are not registered after these and replace them.
import '@tensorflow/tfjs-backend-wasm';
import { avgPool, avgPool3DGrad, avgPoolGrad } from './avgPool.ts';
import { kernelFunction } from './backend.ts';
import { bringBinaries } from './bringBinaries.ts';
import { complexKernels, readComplexNumbers } from './complex.ts';
import { conv2DBackpropFilter } from './conv2DBackpropFilter.ts';
import { conv2DBackpropInput } from './conv2DBackpropInput.ts';
import { conv3DBackpropFilter } from './conv3DBackpropFilter.ts';
import { conv3DBackpropInput } from './conv3DBackpropInput.ts';
import { corrections } from './corrections.ts';
import { depthwiseConv2dNativeBackpropFilter } from './depthwiseConv2dNativeBackpropFilter.ts';
import { depthwiseConv2dNativeBackpropInput } from './depthwiseConv2dNativeBackpropInput.ts';
import { dilation2D, dilation2DBackpropFilter, dilation2DBackpropInput } from './dilation2D.ts';
import { einsum } from './einsum.ts';
import { identity } from './identity.ts';
import { maxPool3D } from './maxPool3D.ts';
import { maxPool3DGrad, maxPoolGrad } from './maxPoolGrad.ts';
import { maxPoolWithArgmax } from './maxPoolWithArgmax.ts';
import { withShortcut } from './shortcut.ts';
import { shortcuts } from './shortcuts.ts';
import { unsortedSegmentSum } from './unsortedSegmentSum.ts';

const kernels: Record<string, KernelFunc> = {
  ...complexKernels,
  AvgPool: kernelFunction(avgPool),
  AvgPool3DGrad: kernelFunction(avgPool3DGrad),
  AvgPoolGrad: kernelFunction(avgPoolGrad),
  Conv2DBackpropFilter: kernelFunction(conv2DBackpropFilter),
  Conv2DBackpropInput: kernelFunction(conv2DBackpropInput),
  Conv3DBackpropFilterV2: kernelFunction(conv3DBackpropFilter),
  Conv3DBackpropInputV2: kernelFunction(conv3DBackpropInput),
  DepthwiseConv2dNativeBackpropFilter: kernelFunction(depthwiseConv2dNativeBackpropFilter),
  DepthwiseConv2dNativeBackpropInput: kernelFunction(depthwiseConv2dNativeBackpropInput),
  Dilation2D: kernelFunction(dilation2D),
  Dilation2DBackpropFilter: kernelFunction(dilation2DBackpropFilter),
  Dilation2DBackpropInput: kernelFunction(dilation2DBackpropInput),
  Einsum: einsum,
  Identity: identity,
  MaxPool3D: kernelFunction(maxPool3D),
  MaxPool3DGrad: kernelFunction(maxPool3DGrad),
  MaxPoolGrad: kernelFunction(maxPoolGrad),
  MaxPoolWithArgmax: kernelFunction(maxPoolWithArgmax),
  UnsortedSegmentSum: kernelFunction(unsortedSegmentSum),
};

/** Kernels that already wrap a shipped one. */
const wrapped = new WeakSet<KernelFunc>();

/**
 * Registers `around(shipped)` in place of a shipped kernel. Keeps its setup function, because the shipped kernel still
 * runs.
 */
function wrap(kernelName: string, around: (shipped: KernelFunc) => KernelFunc): void {
  const shipped = getKernel(kernelName, 'wasm');
  if (!shipped || wrapped.has(shipped.kernelFunc)) return;
  const kernelFunc = around(shipped.kernelFunc);
  wrapped.add(kernelFunc);
  unregisterKernel(kernelName, 'wasm');
  registerKernel({ ...shipped, kernelFunc });
}

/**
 * Registers the kernels for the backend `wasm`. Importing this module calls it; call it again if the backend's own
 * kernels were registered afterwards, for example by a second copy of @tensorflow/tfjs-backend-wasm.
 */
export function registerWasmTraining(): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    // Registering a kernel twice warns; unregistering a missing one throws.
    if (getKernel(kernelName, 'wasm')) unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
  for (const kernelName of new Set([...Object.keys(corrections), ...Object.keys(shortcuts)])) {
    const correct = corrections[kernelName];
    const shortcut = shortcuts[kernelName];
    wrap(kernelName, (shipped) => {
      const right = correct ? correct(shipped, kernelName) : shipped;
      return shortcut ? withShortcut(shortcut, right) : right;
    });
  }
}

bringBinaries();
readComplexNumbers();
registerWasmTraining();
