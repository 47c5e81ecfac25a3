import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.ts';

/**
 * A second handle on the same values, as on every other backend. The shipped wasm kernel copies them, so every op that
 * keeps a clone of a tensor for its gradient looks like a memory leak to TensorFlow.js's leak check. No workspace:
 * training clones more often than it does anything else.
 */
export const identity: KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs.x as TensorInfo;
  (backend as WasmBackend).incRef(dataId);
  return { dataId, shape, dtype };
};
