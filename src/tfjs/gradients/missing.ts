import type { KernelGradient } from './gradient.ts';
import { bincount, denseBincount } from './missing/bincount.ts';
import { complexNumbers } from './missing/complex.ts';
import { convolutions } from './missing/convolutions.ts';
import { cropAndResize } from './missing/cropAndResize.ts';
import { cumprod } from './missing/cumprod.ts';
import { depthToSpace } from './missing/depthToSpace.ts';
import { diag } from './missing/diag.ts';
import { divNoNan } from './missing/divNoNan.ts';
import { einsum } from './missing/einsum.ts';
import { fusedOps } from './missing/fused.ts';
import { localResponseNormalization } from './missing/localResponseNormalization.ts';
import { eluGrad, resizeBilinearGrad, resizeNearestNeighborGrad } from './missing/ofGradients.ts';
import { splitV, unpack } from './missing/parts.ts';
import { flipLeftRight, rotateWithOffset } from './missing/pixels.ts';
import {
  avgPool3DGrad,
  avgPoolGrad,
  maxPool3DGrad,
  maxPoolGrad,
  maxPoolWithArgmax,
} from './missing/pooling.ts';

import { gatherNd, scatterNd, sparseToDense, tensorScatterUpdate } from './missing/scatter.ts';
import { sparseFillEmptyRows, sparseSegmentMean, sparseSegmentSum } from './missing/segments.ts';
import { stridedSlice } from './missing/stridedSlice.ts';
import { topK } from './missing/topK.ts';
import { transform } from './missing/transform.ts';

/** Gradients of kernels that have none in TensorFlow.js, or none for some of their uses. */
export const missing = [
  avgPool3DGrad,
  avgPoolGrad,
  bincount,
  ...complexNumbers,
  ...convolutions,
  cropAndResize,
  cumprod,
  denseBincount,
  depthToSpace,
  diag,
  divNoNan,
  einsum,
  eluGrad,
  flipLeftRight,
  ...fusedOps,
  gatherNd,
  localResponseNormalization,
  maxPool3DGrad,
  maxPoolGrad,
  maxPoolWithArgmax,

  resizeBilinearGrad,
  resizeNearestNeighborGrad,
  rotateWithOffset,
  scatterNd,
  sparseFillEmptyRows,
  sparseSegmentMean,
  sparseSegmentSum,
  sparseToDense,
  splitV,
  stridedSlice,
  tensorScatterUpdate,
  topK,
  transform,
  unpack,
] as const satisfies readonly KernelGradient[];
