// The esbuild settings that turn TensorFlow.js into double precision. scripts/float64.mjs makes the package entry
// with them, scripts/tfjs-suite.mjs bundles tfjs-core's own tests with them.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPatch, patches } from './patches.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const sources = join(root, 'src', 'tfjs', 'float64');

/** @returns {import('esbuild').Plugin} */
function float64Plugin() {
  return {
    name: 'float64',
    setup(build) {
      const applied = new Set();
      build.onResolve({ filter: /^float64:/ }, ({ path }) => ({
        path: join(sources, path.slice('float64:'.length)),
      }));
      build.onResolve({ filter: /^@tensorflow\/tfjs-backend-webgl$/ }, () => ({
        path: join(sources, 'noWebgl.ts'),
      }));
      build.onLoad({ filter: /[\\/]node_modules[\\/].*\.js$/ }, async ({ path }) => {
        const patch = patches.find(
          ({ file }) =>
            path.replaceAll('\\', '/').endsWith(`node_modules/@tensorflow/${file}`) ||
            path.replaceAll('\\', '/').endsWith(`node_modules/${file}`),
        );
        if (!patch) return undefined;
        applied.add(patch);
        return { contents: applyPatch(patch, await readFile(path, 'utf8')), loader: 'js' };
      });
      build.onEnd(() => ({
        errors: patches
          .filter((patch) => !applied.has(patch))
          .map(({ file }) => ({ text: `${file} is not in the bundle, its patch is idle` })),
      }));
    },
  };
}

/**
 * Settings that both bundles share. `mainFields` takes TensorFlow.js's modules, one file each, for their
 * identifiers are still free there; its gradients and chained ops are registered by imports for their side
 * effects alone, which `ignoreAnnotations` keeps.
 * @returns {import('esbuild').BuildOptions}
 */
export function float64Options() {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'neutral',
    target: 'es2022',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    define: { Float32Array: 'Float64Array' },
    ignoreAnnotations: true,
    plugins: [float64Plugin()],
    logLevel: 'warning',
  };
}
