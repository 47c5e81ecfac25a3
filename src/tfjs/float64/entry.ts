/**
 * The source of `backproof/float64` (scripts/build/float64.ts): all of @tensorflow/tfjs, with only the cpu backend, and
 * the corrections below. Nothing imports this file: code and tests import TensorFlow.js in double precision by the
 * package's own name, `import * as tf from 'backproof/float64'`. After a build that specifier resolves everywhere: in
 * Node and Jest by the package's exports, in esbuild (where it stays external), and in tsc, even without a build, by
 * `paths` in tsconfig.json.
 */
export * from '@tensorflow/tfjs';

import './backend.ts';
// Kernels that are wrong in any precision: without the corrections a check would blame correct code.
import '../cpu/index.ts';
import './kernels.ts';
