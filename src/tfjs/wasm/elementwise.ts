import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addressIn, SHORTCUT_SIZE, type Shortcut } from './shortcut.ts';

/**
 * a + b, a - b or a b of float32, where both have the same shape, or one is a single number that adds no axes. The
 * shipped kernel copies both shapes into its memory at every call.
 */
export const elementwise =
  (
    name: 'addFloat32' | 'subtractFloat32' | 'multiplyFloat32',
  ): Shortcut<{ a: TensorInfo; b: TensorInfo }, unknown> =>
  ({ a, b }, _attributes, backend, kernels) => {
    // The op has given both the same type.
    if (a.dtype !== 'float32') return null;
    const sizeA = util.sizeFromShape(a.shape);
    const sizeB = util.sizeFromShape(b.shape);
    const size = Math.max(sizeA, sizeB);
    if (size > SHORTCUT_SIZE || sizeA === 0 || sizeB === 0) return null;
    const shape = outputShape(a, sizeA, b, sizeB);
    if (!shape) return null;
    const out = backend.makeOutput(shape, 'float32');
    kernels[name](
      addressIn(backend, a),
      sizeA === 1 ? 0 : 4,
      addressIn(backend, b),
      sizeB === 1 ? 0 : 4,
      size,
      addressIn(backend, out),
    );
    return out;
  };

/** The shape of the operand whose shape is that of the output, or null. */
function outputShape(a: TensorInfo, sizeA: number, b: TensorInfo, sizeB: number): number[] | null {
  if (sizeB === 1 && b.shape.length <= a.shape.length) return a.shape;
  if (sizeA === 1 && a.shape.length <= b.shape.length) return b.shape;
  return util.arraysEqual(a.shape, b.shape) ? a.shape : null;
}
