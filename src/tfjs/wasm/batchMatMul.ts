import type { BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { addressIn, SHORTCUT_SIZE, type Shortcut } from './shortcut.ts';

/**
 * Products of two vectors in float32: the outer product of a column and a row, and the dot product of a row and a
 * column. The shipped kernel packs one of them for a matrix product, or takes a slow path if one is transposed. A
 * transposed vector has its values in the same order, so it needs no copy; only transposed dot products are left to the
 * shipped kernel, because it sums them in another order.
 *
 * a [rows, inner] and b [inner, columns], or transposed; leading axes, all of length 1, are allowed.
 */
export const batchMatMul: Shortcut<{ a: TensorInfo; b: TensorInfo }, BatchMatMulAttrs> = (
  { a, b },
  { transposeA, transposeB },
  backend,
  kernels,
) => {
  const rank = a.shape.length;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || b.shape.length !== rank) return null;
  for (let axis = 0; axis < rank - 2; axis++) if (a.shape[axis] !== 1 || b.shape[axis] !== 1) return null;
  const rows = a.shape[transposeA ? rank - 1 : rank - 2]!;
  const inner = a.shape[transposeA ? rank - 2 : rank - 1]!;
  const columns = b.shape[transposeB ? rank - 2 : rank - 1]!;
  if (b.shape[transposeB ? rank - 1 : rank - 2] !== inner) return null;
  if (rows * columns === 0 || rows * columns > SHORTCUT_SIZE || inner === 0 || inner > SHORTCUT_SIZE) {
    return null;
  }
  const isDot = rows === 1 && columns === 1 && !transposeA && !transposeB;
  if (inner !== 1 && !isDot) return null;
  const out = backend.makeOutput([...a.shape.slice(0, -2), rows, columns], 'float32');
  const from = addressIn(backend, a);
  const other = addressIn(backend, b);
  const to = addressIn(backend, out);
  if (inner === 1) kernels.outerProduct(from, rows, other, columns, to);
  else kernels.dotProduct(from, other, inner, to);
  return out;
};
