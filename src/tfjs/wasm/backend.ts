import type { DataType, KernelBackend, KernelFunc, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import { kernelsIn, type MemoryOwner, type WasmKernels } from './instance.ts';

/** The parts of TensorFlow.js's wasm backend that these kernels use: its tensors and its memory. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: MemoryOwner & {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  /** A view of a tensor's values, valid until memory grows. */
  typedArrayFromHeap(tensor: TensorInfo): TypedArray;
}

/** The environment of a running kernel: the compiled functions, and tensors as addresses in their memory. */
export interface Workspace {
  readonly kernels: WasmKernels;
  address(tensor: TensorInfo): number;
  output(shape: number[], dtype: DataType): TensorInfo;
  /** Uninitialized memory for `size` numbers, until the kernel returns. */
  scratch(size: number): number;
}

/** A kernel of TensorFlow.js, called with its inputs and attributes by name. */
export type WasmKernel<Inputs, Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
  workspace: Workspace,
) => TensorInfo | TensorInfo[];

/**
 * Wraps the kernel for registration with TensorFlow.js. Scratch is freed when it returns or throws.
 *
 * @throws Error if memory is exhausted
 */
export function kernelFunction<Inputs, Attributes>(kernel: WasmKernel<Inputs, Attributes>): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const wasmBackend = backend as WasmBackend;
    const { wasm, dataIdMap } = wasmBackend;
    const taken: number[] = [];
    const workspace: Workspace = {
      kernels: kernelsIn(wasm),
      address: ({ dataId }) => dataIdMap.get(dataId).memoryOffset,
      output: (shape, dtype) => wasmBackend.makeOutput(shape, dtype),
      scratch(size) {
        const address = wasm._malloc(4 * size);
        if (address === 0 && size > 0) {
          throw new Error(`wasm: expected ${4 * size} bytes for intermediate values, got no memory`);
        }
        taken.push(address);
        return address;
      },
    };
    try {
      return kernel(inputs as Inputs, attrs as Attributes, workspace);
    } finally {
      for (const address of taken) wasm._free(address);
    }
  };
}
