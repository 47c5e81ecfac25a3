/**
 * `backproof/cpu-fixes`: import it, and the silently wrong kernels of the cpu backend of TensorFlow.js are right. It
 * has its name, and its own entry, after the one backend that it touches: what `backproof/wasm-training` does for wasm
 * needs the wasm backend installed, and this does not.
 */
import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
// First, so that its own kernels do not come after these and replace them.
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

/** The kernels that stand around a shipped one already. */
const corrected = new WeakSet<KernelFunc>();

/** Registers the kernels for the backend `cpu`, in place of its own. Importing this module does it. */
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
