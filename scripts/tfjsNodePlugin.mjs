// Lets the bundle hold tfjs-node's JavaScript beside the module build of tfjs-core: its TypeScript sources stand in
// for its ES5 build, whose classes cannot extend ES2017 ones, and `util` for what Node 23 dropped of it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const tfjsNode = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'));

/**
 * @param {string} nodeUtil the module that stands in for `util`
 * @returns {import('esbuild').Plugin}
 */
export function tfjsNodePlugin(nodeUtil) {
  return {
    name: 'tfjs-node',
    setup(build) {
      build.onResolve({ filter: /^@tensorflow\/tfjs-node\/dist\// }, ({ path }) => ({
        path: join(tfjsNode, 'src', `${path.replace(/^.*\/dist\//, '').replace(/\.js$/, '')}.ts`),
      }));
      build.onResolve({ filter: /^util$/ }, ({ importer }) =>
        importer.startsWith(tfjsNode) ? { path: nodeUtil } : undefined,
      );
      build.onResolve({ filter: /^\.\/proto\/api_pb$/ }, ({ importer, path }) =>
        importer.startsWith(tfjsNode) && !existsSync(join(dirname(importer), `${path}.js`))
          ? { path: join(tfjsNode, 'dist', `${path}.js`) }
          : undefined,
      );
    },
  };
}
