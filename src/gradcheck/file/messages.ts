import type { GradcheckResult, Mode } from '../index.ts';

/** What a check is started with. */
export interface CheckInput {
  /** Absolute path of the module. */
  readonly file: string;
  /** The same, as the user wrote it. */
  readonly shownFile: string;
  readonly only: string | null;
  readonly seed: number;
  readonly mode: Mode;
}

/** What came of one spec; invalid: it cannot be checked, and the message says why. */
export type SpecReport =
  | ({ readonly exportedAs: string } & GradcheckResult)
  | {
      readonly exportedAs: string;
      readonly name: string;
      readonly status: 'invalid';
      readonly message: string;
    };

/** What the process with the module tells, in this order; problem and fault end it. */
export type FromChild =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'progress'; readonly name: string; readonly share: number }
  | { readonly kind: 'done'; readonly specs: readonly SpecReport[] }
  /** What the module did wrong, in one line. */
  | { readonly kind: 'problem'; readonly line: string }
  /** An error of ours, with its stack. */
  | { readonly kind: 'fault'; readonly stack: string };
