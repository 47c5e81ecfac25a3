import {
  type KernelBackend,
  type StridedSliceAttrs,
  slice_util,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type CorrectedBackend, type Correction, kernelsOf } from './corrections.ts';

/**
 * stridedSlice with shrinkAxisMask: if another axis has a stride, the shipped kernels use begins and strides of the
 * wrong axes, since they do not count the removed axes. They are called with slices of one element for those axes.
 */
export const stridedSlice =
  (backendName: CorrectedBackend): Correction =>
  (shipped) =>
  (parameters) => {
    const attributes = parameters.attrs as unknown as StridedSliceAttrs;
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const x = parameters.inputs.x as TensorInfo;
    // biome-ignore format: its arguments in their order
    const { finalShape } = slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
    const isShrunk = (axis: number): boolean =>
      ((shrinkAxisMask & ~ellipsisMask & ~newAxisMask) >> axis) % 2 === 1;
    const shrunk = begin.map((_, axis) => axis).filter(isShrunk);
    if (shrunk.length === 0) return shipped(parameters);
    const bits = shrunk.reduce((mask, axis) => mask | (1 << axis), 0);
    // For the last element (-1) the end is the end of the axis, not 0.
    const toEnd = shrunk.filter((axis) => begin[axis] === -1).reduce((mask, axis) => mask | (1 << axis), 0);
    const attrs = {
      ...attributes,
      end: end.map((at, axis) => (isShrunk(axis) ? begin[axis]! + 1 : at)),
      beginMask: beginMask & ~bits,
      endMask: (endMask & ~bits) | toEnd,
      shrinkAxisMask: 0,
    };
    const sliced = shipped({ ...parameters, attrs: attrs as never }) as TensorInfo;
    const backend = parameters.backend as KernelBackend;
    const result = kernelsOf(backendName, backend)('Reshape', { x: sliced }, { shape: finalShape });
    backend.disposeData(sliced.dataId);
    return result;
  };
