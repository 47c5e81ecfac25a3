/**
 * `backproof/gpu-fixes`: importing it replaces the silently wrong kernels of TensorFlow.js's webgl and webgpu backends,
 * and adds those of dilation2d to webgl. Import @tensorflow/tfjs-backend-webgpu before it.
 */
import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { type GpuBackend, gpuBackendNames } from '../../results/auditNames.ts';
import { alignedBatches, type Correction, combined, resolvedAxis } from '../corrections.ts';
import { poolOfOne } from '../poolOfOne.ts';
import { stridedSlice } from '../stridedSlice.ts';
import { volumeCorrections } from '../volumes.ts';
import { avgPoolGrad } from './avgPoolGrad.ts';
import { cast } from './cast.ts';
import { dilation2DBackpropFilter, dilation2DBackpropInput } from './dilation2DBackprop.ts';
import { einsum } from './einsum.ts';
import { floorDiv } from './floorDiv.ts';
import { cumulative, maxPool3DGrad, prod } from './webgpuPrograms.ts';

/** Corrections for both backends. */
const both = (backendName: GpuBackend): Record<string, Correction> =>
  combined(volumeCorrections(backendName), {
    AvgPool: poolOfOne(backendName, 0),
    AvgPoolGrad: avgPoolGrad(backendName),
    AvgPool3DGrad: avgPoolGrad(backendName),
    BatchMatMul: alignedBatches(backendName),
    Einsum: einsum,
    MaxPool: poolOfOne(backendName, -1e20),
    StridedSlice: stridedSlice(backendName),
    _FusedMatMul: alignedBatches(backendName),
  });

/** Corrections of shipped kernels, by backend. */
const corrections: Record<GpuBackend, Record<string, Correction>> = {
  webgl: combined(both('webgl'), { Cumprod: resolvedAxis, Cumsum: resolvedAxis, FloorDiv: floorDiv }),
  webgpu: combined(both('webgpu'), {
    Cast: cast,
    Cumprod: cumulative,
    Cumsum: cumulative,
    MaxPool3DGrad: maxPool3DGrad,
    Prod: prod,
  }),
};

/** Kernels that webgl lacks. */
const missing: Record<string, KernelFunc> = {
  Dilation2DBackpropFilter: dilation2DBackpropFilter,
  Dilation2DBackpropInput: dilation2DBackpropInput,
};

/** Kernels that already wrap a shipped one. */
const corrected = new WeakSet<KernelFunc>();

/**
 * Registers the kernels for the backends `webgl` and `webgpu`, as far as they are registered. Importing this module
 * calls it; call it again if a backend was imported later.
 */
export function registerGpuFixes(): void {
  for (const backendName of gpuBackendNames)
    for (const [kernelName, correct] of Object.entries(corrections[backendName])) {
      const shipped = getKernel(kernelName, backendName);
      if (!shipped || corrected.has(shipped.kernelFunc)) continue;
      const kernelFunc = correct(shipped.kernelFunc, kernelName);
      corrected.add(kernelFunc);
      unregisterKernel(kernelName, backendName);
      registerKernel({ ...shipped, kernelFunc });
    }
  if (!getKernel('Dilation2D', 'webgl')) return;
  for (const [kernelName, kernelFunc] of Object.entries(missing)) {
    if (getKernel(kernelName, 'webgl')) unregisterKernel(kernelName, 'webgl');
    registerKernel({ kernelName, backendName: 'webgl', kernelFunc });
  }
}

registerGpuFixes();
