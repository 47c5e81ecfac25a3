import { classics } from './classics.ts';
import { elementwise } from './elementwise.ts';
import { layers } from './layers.ts';
import { linear } from './linear.ts';
import type { Op } from './op.ts';
import { reductions } from './reductions.ts';
import { shapes } from './shapes.ts';

export type { Op };

/** Every op that is generated, the plainest first: shrinking goes that way. */
export const OPS: readonly Op[] = [
  ...elementwise,
  ...linear,
  ...reductions,
  ...shapes,
  ...layers,
  ...classics,
];

/** The families by their own ops, then those of a kind of function: deep ones, scales, ties, nothing at all. */
export const FAMILIES: readonly string[] = [
  ...new Set(OPS.map(({ family }) => family)),
  'composition',
  'scales',
  'ties',
  'empty',
];
