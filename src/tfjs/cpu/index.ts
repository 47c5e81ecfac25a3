/**
 * `backproof/cpu-fixes`: importing it replaces the silently wrong kernels of TensorFlow.js's cpu backend. It is
 * separate from `backproof/wasm-training`, and named for the only backend that it touches, because that one needs the
 * wasm backend installed and this one does not.
 */
import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
// First, so that the backend's own kernels are not registered after these and replace them.
import '@tensorflow/tfjs-backend-cpu';
import { avgPool, avgPoolGrad } from './avgPool.ts';
import { corrections } from './corrections.ts';
import { dilation2D, dilation2DBackpropFilter, dilation2DBackpropInput } from './dilation2D.ts';
import { maxPool3DGrad } from './maxPool3DGrad.ts';
import { resizeBilinearGrad } from './resizeBilinearGrad.ts';
import { resizeNearestNeighborGrad } from './resizeNearestNeighborGrad.ts';

const kernels: Record<string, KernelFunc> = {
  AvgPool: avgPool,
  AvgPoolGrad: avgPoolGrad,
  AvgPool3DGrad: avgPoolGrad,
  Dilation2D: dilation2D,
  Dilation2DBackpropFilter: dilation2DBackpropFilter,
  Dilation2DBackpropInput: dilation2DBackpropInput,
  MaxPool3DGrad: maxPool3DGrad,
  ResizeBilinearGrad: resizeBilinearGrad,
  ResizeNearestNeighborGrad: resizeNearestNeighborGrad,
};

/** Kernels that already wrap a shipped one. */
const corrected = new WeakSet<KernelFunc>();

/** Registers the kernels for the backend `cpu`, in place of its own. Importing this module calls it. */
export function registerCpuFixes(): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    unregisterKernel(kernelName, 'cpu');
    registerKernel({ kernelName, backendName: 'cpu', kernelFunc });
  }
  for (const [kernelName, correct] of Object.entries(corrections)) {
    const shipped = getKernel(kernelName, 'cpu');
    if (!shipped || corrected.has(shipped.kernelFunc)) continue;
    const kernelFunc = correct(shipped.kernelFunc, kernelName);
    corrected.add(kernelFunc);
    unregisterKernel(kernelName, 'cpu');
    registerKernel({ ...shipped, kernelFunc });
  }
}

registerCpuFixes();
