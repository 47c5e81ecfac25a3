// The wasm backend with the kernels for training, and its binaries from the installed package.
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '../../src/tfjs/wasm/index.ts';

const manifest = createRequire(join(process.cwd(), 'package.json')).resolve(
  '@tensorflow/tfjs-backend-wasm/package.json',
);
setWasmPaths(`${dirname(manifest)}${sep}dist${sep}`);
