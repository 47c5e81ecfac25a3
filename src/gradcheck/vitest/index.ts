import { fileURLToPath } from 'node:url';
import { substituteFor } from '../file/substitutes.ts';

/** The part of a Vite plugin that this one has: so it fits every version of Vite, and its types need none. */
export interface VitePlugin {
  readonly name: string;
  readonly enforce: 'pre';
  resolveId(source: string): string | null;
}

/**
 * The package entry `backproof/vitest`: a Vite plugin with which tests get TensorFlow.js in double precision
 * (`backproof/float64`) wherever they, or the files that they test, import a TensorFlow.js package: `tfjs`, its parts
 * (`tfjs-core`, `tfjs-layers` and the like), `tfjs-node`, the backends, and their deep paths.
 *
 *     import { gradcheck } from 'backproof/vitest';
 *     export default defineConfig({ plugins: [gradcheck()] });
 *
 * Outside of Vitest it does nothing, so a config that also builds or serves may have it. A package in node_modules
 * that imports TensorFlow.js itself has to be named in `test.server.deps.inline`. To keep other tests in single
 * precision, give the plugin to one of Vitest's `test.projects` only.
 */
export function gradcheck(): VitePlugin {
  return {
    name: 'backproof:gradcheck',
    enforce: 'pre',
    resolveId(source) {
      const substitute = process.env.VITEST === undefined ? null : substituteFor(source);
      return substitute === null
        ? null
        : fileURLToPath(new URL(`./substitutes/${substitute}.js`, import.meta.url));
    },
  };
}
