/** Mutants that change nothing that anybody can see, and the reason; `at` is a part of their line. */
export interface Equivalent {
  readonly file: string;
  readonly at: string;
  readonly kinds: readonly string[];
  /** The text that is replaced, where others of the line are of the same kind. */
  readonly before?: string;
  readonly reason: string;
}

/** Reasons that several have. */
export const KEPT = 'a cache: a value that is not in it is computed again';
export const SPLIT = 'a sum that is split where it need not be, or elsewhere, is the same sum';
export const WRITTEN = 'it is written before it is read';
export const BEYOND = 'a typed array ignores what is written beyond its end';
export const OF_NULL = 'Math.abs(null) is 0';
