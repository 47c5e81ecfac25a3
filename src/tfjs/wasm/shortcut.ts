import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.ts';
import { kernelsIn, type MemoryOwner, type WasmKernels } from './instance.ts';

/**
 * The largest tensor, in elements, that shortcuts take. What they save is the way to the shipped kernel, the same for
 * every size; above this it is lost in the work itself, which the build with threads can spread.
 */
export const SHORTCUT_SIZE = 4096;

/**
 * A faster way to the numbers of a shipped kernel for inputs that it picks itself; null, with nothing done, for all
 * others. The inputs are those that the op checked.
 */
export type Shortcut<Inputs, Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
  backend: WasmBackend,
  kernels: WasmKernels,
) => TensorInfo | null;

/** The kernel that takes the shortcut where there is one, and is the shipped one everywhere else. */
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

/** The compiled functions; null where they do not run, for want of SIMD: the shipped kernels do without. */
function kernelsIfAny(owner: MemoryOwner): WasmKernels | null {
  if (withoutKernels.has(owner)) return null;
  try {
    return kernelsIn(owner);
  } catch {
    withoutKernels.add(owner);
    return null;
  }
}

/** Where the numbers of a tensor are, in bytes. */
export const addressIn = (backend: WasmBackend, { dataId }: TensorInfo): number =>
  backend.dataIdMap.get(dataId).memoryOffset;
