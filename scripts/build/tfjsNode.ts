// Lets the bundle combine tfjs-node's JavaScript with the ES modules of tfjs-core: uses tfjs-node's TypeScript sources
// in place of its ES5 build, whose classes cannot extend ES2017 ones, and replaces the functions of `util` that Node 23
// dropped.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';

export const tfjsNodeFolder = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'),
);
const nodeUtil = join(packageRoot(), 'src', 'tfjs', 'native', 'nodeUtil.ts');

export const tfjsNodePlugin: Plugin = {
  name: 'tfjs-node',
  setup(build) {
    build.onResolve({ filter: /^@tensorflow\/tfjs-node\/dist\// }, ({ path }) => ({
      path: join(tfjsNodeFolder, 'src', `${path.replace(/^.*\/dist\//, '').replace(/\.js$/, '')}.ts`),
    }));
    build.onResolve({ filter: /^util$/ }, ({ importer }) =>
      importer.startsWith(tfjsNodeFolder) ? { path: nodeUtil } : undefined,
    );
    build.onResolve({ filter: /^\.\/proto\/api_pb$/ }, ({ importer, path }) =>
      importer.startsWith(tfjsNodeFolder) && !existsSync(join(dirname(importer), `${path}.js`))
        ? { path: join(tfjsNodeFolder, 'dist', `${path}.js`) }
        : undefined,
    );
  },
};
