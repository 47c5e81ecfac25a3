import type { GradcheckOptions } from '../types.ts';

/** The reporters of `backproof check`. */
export const REPORTERS = ['default', 'json', 'junit', 'github'] as const;
export type Reporter = (typeof REPORTERS)[number];

/**
 * The settings that `backproof check` reads from `backproof.config.{js,mjs,cjs,ts,mts,json}` (the default export) or
 * from `"backproof"` in package.json; flags override them.
 */
export interface BackproofConfig {
  readonly check?: {
    /** Files, folders and globs to check if the command line names none, relative to the config's folder. */
    readonly files?: string | readonly string[];
    /** Each writes to the given file, relative to the config's folder, or to stdout; at most one writes to stdout. */
    readonly reporters?: readonly (Reporter | readonly [reporter: Reporter, file: string])[];
    readonly backend?: 'cpu' | 'wasm' | 'native';
    /** Seconds. */
    readonly timeout?: number;
  } & Pick<
    GradcheckOptions,
    'seed' | 'mode' | 'order' | 'kinks' | 'exact' | 'points' | 'rtol' | 'atol' | 'precision'
  >;
}
