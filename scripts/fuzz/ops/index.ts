import { classics } from './classics.ts';
import { elementwise } from './elementwise.ts';
import { layers } from './layers.ts';
import { linear } from './linear.ts';
import type { Op } from './op.ts';
import { reductions } from './reductions.ts';
import { shapes } from './shapes.ts';

export type { Op };

/** Every op that is generated, the simplest first, because shrinking goes in that direction. */
export const OPS: readonly Op[] = [
  ...elementwise,
  ...linear,
  ...reductions,
  ...shapes,
  ...layers,
  ...classics,
];

/**
 * The families of the ops, followed by those of a kind of function: deep, of many scales, with ties, with nothing to
 * check.
 */
export const FAMILIES: readonly string[] = [
  ...new Set(OPS.map(({ family }) => family)),
  'composition',
  'scales',
  'ties',
  'empty',
];
