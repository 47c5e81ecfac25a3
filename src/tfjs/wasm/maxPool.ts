import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Correction } from '../corrections.ts';
import { kernelFunction } from './backend.ts';
import { maxPool, type Pool2DAttributes, windows2D } from './windows.ts';

const ownMaxPool = kernelFunction(({ x }: { x: TensorInfo }, attributes: Pool2DAttributes, workspace) => {
  const windows = windows2D(x, attributes);
  const out = workspace.output(windows.outShape, x.dtype);
  maxPool(x, windows, { maxima: workspace.address(out), positions: 0, positionsInBatch: false }, workspace);
  return out;
});

/** maxPool with windows that lie in the padding: the shipped kernel leaves their output unwritten. */
export const windowsInPadding: Correction = (shipped) => (parameters) => {
  const x = parameters.inputs.x as TensorInfo;
  const windows = windows2D(x, parameters.attrs as unknown as Pool2DAttributes);
  const { input, output, size, strides, padding } = windows;
  const isOutside = size.some((length, axis) => {
    const last = (output[axis]! - 1) * strides[axis]! - padding[axis]!;
    return length <= padding[axis]! || last >= input[axis]!;
  });
  return isOutside ? ownMaxPool(parameters) : shipped(parameters);
};
