import type { Draft } from '../draft.ts';

/** An op of TensorFlow.js, or a few that belong together, as one step of a generated function. */
export interface Op {
  readonly name: string;
  readonly family: string;
  /** The code of the step; its operands come from the draft. */
  readonly build: (draft: Draft) => string;
}

/** Numbers and lists of numbers as code. */
export const list = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;
