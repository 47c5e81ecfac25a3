import { backend_util, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { type CorrectedBackend, type Correction, kernelsOf } from './corrections.ts';
import { addedPixels, ofPooling, type WindowAttributes } from './windows.ts';

/**
 * avgPool and maxPool with windows of one pixel: if the output has x's shape, the shipped kernels return x, even where
 * strides and padding move the windows. They are called on padded images instead, on which the shape stays only if the
 * windows do not move.
 *
 * @param outside the result of a window that lies in the padding
 */
export const poolOfOne =
  (backendName: CorrectedBackend, outside: number): Correction =>
  (shipped) =>
  (parameters) => {
    const { x } = parameters.inputs as { x: TensorInfo };
    const attributes = parameters.attrs as unknown as WindowAttributes;
    if ([attributes.filterSize].flat().some((length) => length !== 1)) return shipped(parameters);
    const paddings = ofPooling({ backend_util }, x.shape, null, attributes);
    const added = addedPixels(paddings);
    if (added.flat().every((width) => width === 0)) return shipped(parameters);
    const backend = parameters.backend as KernelBackend;
    const run = kernelsOf(backendName, backend);
    const size = x.shape.map((side, axis) => side + Math.min(0, paddings[axis]![1]));
    const reached = run('Slice', { x }, { begin: size.map(() => 0), size });
    const constantValue = x.dtype === 'int32' ? Math.max(outside, -(2 ** 31)) : outside;
    const padded = run('PadV2', { x: reached }, { paddings: added as never, constantValue });
    const attrs = { ...parameters.attrs, pad: 'valid' };
    const pooled = shipped({ ...parameters, inputs: { x: padded }, attrs });
    for (const { dataId } of [reached, padded]) backend.disposeData(dataId);
    return pooled;
  };
