import type { KernelGradient } from './gradient.ts';
import { batchMatMul } from './wrong/batchMatMul.ts';
import { batchNorm } from './wrong/batchNorm.ts';
import { broadcasting } from './wrong/broadcasting.ts';
import { dilatedConvolutions } from './wrong/convolutions.ts';
import { cumsum } from './wrong/cumsum.ts';
import { extremes } from './wrong/extremes.ts';
import { floorDiv } from './wrong/floorDiv.ts';
import { gather } from './wrong/gather.ts';
import { mirrorPad } from './wrong/mirrorPad.ts';
import { prod } from './wrong/prod.ts';
import { resize } from './wrong/resize.ts';
import { tile } from './wrong/tile.ts';

/** Replacements for gradients of TensorFlow.js that are wrong, or that refuse inputs which their kernel accepts. */
export const wrong = [
  batchMatMul,
  batchNorm,
  ...broadcasting,
  cumsum,
  ...dilatedConvolutions,
  ...extremes,
  floorDiv,
  gather,
  mirrorPad,
  prod,
  ...resize,
  tile,
] as const satisfies readonly KernelGradient[];
