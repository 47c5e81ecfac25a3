import { arrays } from './arrays.ts';
import { elementwise } from './elementwise.ts';
import { images } from './images.ts';
import { linear } from './linear.ts';
import { normalization } from './normalization.ts';
import { reductions } from './reductions.ts';
import type { Signature } from './signature.ts';

/** Every op that cases are generated for. */
export const signatures: readonly Signature[] = [
  ...elementwise,
  ...reductions,
  ...linear,
  ...images,
  ...normalization,
  ...arrays,
];

export { caseOf, type GeneratedCase, type Signature } from './signature.ts';
