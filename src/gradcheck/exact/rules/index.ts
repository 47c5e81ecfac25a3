import type { Rule } from '../call.ts';
import { arithmetic } from './arithmetic.ts';
import { bilinearKernels } from './bilinear.ts';
import { branching } from './branches.ts';
import { choosers } from './choose.ts';
import { followComplex, isComplex } from './complex.ts';
import { composites } from './composite.ts';
import { functions } from './functions.ts';
import { linearKernels } from './linear.ts';
import { movers } from './move.ts';
import { powers } from './powers.ts';
import { resamplers } from './resample.ts';
import { WITHOUT_RULE } from './without.ts';

export { followComplex, isComplex, WITHOUT_RULE };

/** The rule of every kernel that has one. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...movers,
  ...linearKernels,
  ...bilinearKernels,
  ...arithmetic,
  ...functions,
  ...powers,
  ...branching,
  ...choosers,
  ...composites,
  ...resamplers,
};
