/**
 * `backproof/gpu-fixes`: import it, and the silently wrong gradients of the webgl and webgpu backends of TensorFlow.js
 * are right, and those of dilation2d are there on webgl. Import @tensorflow/tfjs-backend-webgpu before it.
 */
import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs';
import { type GpuBackend, gpuBackendNames } from '../../results/names.ts';
import { avgPoolGrad } from './avgPoolGrad.ts';
import type { Mend } from './backend.ts';
import { dilation2DBackpropFilter, dilation2DBackpropInput } from './dilation2DBackprop.ts';
import { cumulative, maxPool3DGrad } from './webgpuPrograms.ts';

/** Kernels in place of shipped ones. */
const mends: Record<GpuBackend, Record<string, Mend>> = {
  webgl: { AvgPoolGrad: avgPoolGrad, AvgPool3DGrad: avgPoolGrad },
  webgpu: {
    AvgPoolGrad: avgPoolGrad,
    AvgPool3DGrad: avgPoolGrad,
    Cumprod: cumulative,
    Cumsum: cumulative,
    MaxPool3DGrad: maxPool3DGrad,
  },
};

/** Kernels that webgl lacks. */
const missing: Record<string, KernelFunc> = {
  Dilation2DBackpropFilter: dilation2DBackpropFilter,
  Dilation2DBackpropInput: dilation2DBackpropInput,
};

/** By a kernel of ours, the one in whose place it is. */
const shippedOf = new WeakMap<KernelFunc, KernelFunc>();

/**
 * Registers the kernels for those of the backends `webgl` and `webgpu` that are there. Importing this module does it;
 * call it where a backend was imported afterwards.
 */
export function registerGpuFixes(): void {
  for (const backendName of gpuBackendNames)
    for (const [kernelName, mend] of Object.entries(mends[backendName])) {
      const present = getKernel(kernelName, backendName);
      if (!present) continue;
      const shipped = shippedOf.get(present.kernelFunc) ?? present.kernelFunc;
      const kernelFunc = mend(shipped, backendName);
      shippedOf.set(kernelFunc, shipped);
      unregisterKernel(kernelName, backendName);
      registerKernel({ ...present, kernelFunc });
    }
  if (!getKernel('Dilation2D', 'webgl')) return;
  for (const [kernelName, kernelFunc] of Object.entries(missing)) {
    if (getKernel(kernelName, 'webgl')) unregisterKernel(kernelName, 'webgl');
    registerKernel({ kernelName, backendName: 'webgl', kernelFunc });
  }
}

registerGpuFixes();
