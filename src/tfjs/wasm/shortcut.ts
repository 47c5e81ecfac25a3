import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.ts';
import { kernelsIn, type MemoryOwner, type WasmKernels } from './instance.ts';

/**
 * The largest tensor, in elements, for shortcuts. They save the overhead of calling the shipped kernel, which is the
 * same for every size; above this it is negligible beside the work itself, which the build with threads can distribute.
 */
export const SHORTCUT_SIZE = 4096;

/**
 * A faster way to the results of a shipped kernel, for inputs that it selects; returns null, having done nothing, for
 * all others. The op has already checked the inputs.
 */
export type Shortcut<Inputs, Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
  backend: WasmBackend,
  kernels: WasmKernels,
) => TensorInfo | null;

/** A kernel that takes the shortcut if it applies, and calls the shipped kernel otherwise. */
export function withShortcut<Inputs, Attributes>(
  shortcut: Shortcut<Inputs, Attributes>,
  shipped: KernelFunc,
): KernelFunc {
  return (parameters) => {
    const backend = parameters.backend as WasmBackend;
    const kernels = kernelsIfAny(backend.wasm);
    const output =
      kernels && shortcut(parameters.inputs as Inputs, parameters.attrs as Attributes, backend, kernels);
    return output ?? shipped(parameters);
  };
}

const withoutKernels = new WeakSet<MemoryOwner>();

/** The compiled functions; null if they cannot run because SIMD is missing: the shipped kernels do not need it. */
function kernelsIfAny(owner: MemoryOwner): WasmKernels | null {
  if (withoutKernels.has(owner)) return null;
  try {
    return kernelsIn(owner);
  } catch {
    withoutKernels.add(owner);
    return null;
  }
}

/** The address of a tensor's values, in bytes. */
export const addressIn = (backend: WasmBackend, { dataId }: TensorInfo): number =>
  backend.dataIdMap.get(dataId).memoryOffset;
