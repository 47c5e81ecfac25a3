/**
 * `backproof/cpu-fixes`: import it, and the silently wrong gradients of the cpu backend of TensorFlow.js are right. It
 * has its name, and its own entry, after the one backend that it touches: what `backproof/wasm-training` does for wasm
 * needs the wasm backend installed, and this does not.
 */
import { type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
// First, so that its own kernels do not come after these and replace them.
import '@tensorflow/tfjs-backend-cpu';
import { avgPoolGrad } from './avgPoolGrad.ts';
import { maxPool3DGrad } from './maxPool3DGrad.ts';
import { resizeNearestNeighborGrad } from './resizeNearestNeighborGrad.ts';

const kernels: Record<string, KernelFunc> = {
  AvgPoolGrad: avgPoolGrad,
  AvgPool3DGrad: avgPoolGrad,
  MaxPool3DGrad: maxPool3DGrad,
  ResizeNearestNeighborGrad: resizeNearestNeighborGrad,
};

/** Registers the kernels for the backend `cpu`, in place of its own. Importing this module does it. */
export function registerCpuFixes(): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    unregisterKernel(kernelName, 'cpu');
    registerKernel({ kernelName, backendName: 'cpu', kernelFunc });
  }
}

registerCpuFixes();
