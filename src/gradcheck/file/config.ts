import type { GradcheckOptions } from '../types.ts';

/** Who words the result of `backproof check`. */
export const REPORTERS = ['default', 'json', 'junit', 'github'] as const;
export type Reporter = (typeof REPORTERS)[number];

/**
 * The settings that `backproof check` reads from `backproof.config.{js,mjs,cjs,ts,mts,json}` (the default export), or from
 * `"backproof"` in package.json; the command line comes before it.
 */
export interface BackproofConfig {
  readonly check?: {
    /** Files, folders and globs, relative to the config's folder, for a `backproof check` without any. */
    readonly files?: string | readonly string[];
    /** Each writes to stdout, or to the file beside it, relative to the config's folder; one of them to stdout. */
    readonly reporters?: readonly (Reporter | readonly [reporter: Reporter, file: string])[];
    readonly backend?: 'cpu' | 'wasm' | 'native';
    /** Seconds. */
    readonly timeout?: number;
  } & Pick<
    GradcheckOptions,
    'seed' | 'mode' | 'order' | 'kinks' | 'exact' | 'points' | 'rtol' | 'atol' | 'precision'
  >;
}
