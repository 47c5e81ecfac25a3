import type { Rule } from '../call.ts';
import { arithmetic } from './arithmetic.ts';
import { bilinearKernels } from './bilinear.ts';
import { branching } from './branches.ts';
import { choosers } from './choose.ts';
import { composites } from './composite.ts';
import { functions } from './functions.ts';
import { linearKernels } from './linear.ts';
import { movers } from './move.ts';
import { powers } from './powers.ts';

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
};
