import { fileURLToPath } from 'node:url';
import { substitutePath } from './hooks.ts';

/** The part of a Vite config that the plugin reads. */
interface ViteConfig {
  readonly test?: { readonly browser?: { readonly enabled?: boolean } };
}

/** The parts of a Vite plugin that this one uses. Declared here so that the types fit every version of Vite. */
export interface VitePlugin {
  readonly name: string;
  readonly enforce: 'pre';
  config(config: object): { test: { setupFiles: string[] } } | undefined;
  resolveId(source: string): string | null;
}

/**
 * The package entry `backproof/vitest`: a Vite plugin that gives tests TensorFlow.js in double precision
 * (`backproof/float64`) wherever they, the files that they test, or packages in node_modules import a TensorFlow.js
 * package: `tfjs`, its parts (`tfjs-core`, `tfjs-layers` and so on), `tfjs-node`, the backends, and deep paths.
 *
 *     import { gradcheck } from 'backproof/vitest';
 *     export default defineConfig({ plugins: [gradcheck()] });
 *
 * Outside of Vitest it does nothing, so a config that also builds or serves may contain it. With Vitest's pools
 * vmThreads and vmForks, and in browsers, a package in node_modules must also be named in `test.server.deps.inline`. To
 * keep other tests in single precision, give the plugin to only one of Vitest's `test.projects`.
 */
export function gradcheck(): VitePlugin {
  const inVitest = (): boolean => process.env.VITEST !== undefined;
  return {
    name: 'backproof:gradcheck',
    enforce: 'pre',
    config(config) {
      if (!inVitest() || (config as ViteConfig).test?.browser?.enabled === true) return undefined;
      return { test: { setupFiles: [fileURLToPath(new URL('./vitestSetup.js', import.meta.url))] } };
    },
    resolveId: (source) => (inVitest() ? substitutePath(source) : null),
  };
}
