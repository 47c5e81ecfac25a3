import { alignedBatches, type Correction, resolvedAxis } from '../corrections.ts';

/** Corrections of kernels of the cpu backend, in single precision and in double. */
export const corrections: Readonly<Record<string, Correction>> = {
  BatchMatMul: alignedBatches('cpu'),
  Cumprod: resolvedAxis,
  Cumsum: resolvedAxis,
  _FusedMatMul: alignedBatches('cpu'),
};
