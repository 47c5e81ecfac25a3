/** Modules for `backproof check`, by file name. */
const sine = '{ inputs: { x: [0.5, -1.5] }, forward: (tf, { x }) => tf.sin(x) }';

/** y = x x by customGrad, with the gradient `factor` x dy, which is right for a factor of 2. */
const square = (imports: string, factor: number) => `${imports}
const square = tf.customGrad((x, save) => {
  save([x]);
  return { value: tf.mul(x, x), gradFunc: (dy, [x]) => tf.mul(dy, tf.mul(${factor}, x)) };
});
export const squared = { inputs: { x: [0.5, -1.5, 2] }, forward: (_, { x }) => square(x) };
`;

export const files: Readonly<Record<string, string>> = {
  'right.mjs': `export const sine = ${sine};`,
  'wrong.mjs': `export const sine = { ...${sine}, backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.sin(x)) }) };
    export const other = ${sine};`,
  'tfjs-right.mjs': square("import * as tf from '@tensorflow/tfjs';", 2),
  'tfjs-wrong.mjs': square("import * as tf from '@tensorflow/tfjs';", 1),
  'node-right.mjs': square("import tf from '@tensorflow/tfjs-node'; await tf.setBackend('tensorflow');", 2),
  'node-wrong.mjs': square("import tf from '@tensorflow/tfjs-node'; await tf.setBackend('tensorflow');", 1),
  'core-right.cjs': square("const tf = require('@tensorflow/tfjs-core');", 2).replace(
    'export const squared =',
    'exports.squared =',
  ),
  'backends.mjs': `import * as tf from '@tensorflow/tfjs-node-gpu';
    import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
    import '@tensorflow/tfjs-backend-webgl';
    import { layers } from '@tensorflow/tfjs-layers';
    import { array } from '@tensorflow/tfjs-data';
    import { matMul } from '@tensorflow/tfjs-core/dist/ops/mat_mul';
    import { computeConv2DInfo } from '@tensorflow/tfjs-core/dist/ops/conv_util';
    import 'backproof/wasm-training';
    setWasmPaths('/nowhere/');
    tf.env().set('WASM_HAS_SIMD_SUPPORT', true);
    if (!(await tf.setBackend('wasm')) || !layers.dense || !array || !computeConv2DInfo) throw new Error('missing');
    export const product = { inputs: { x: [[1, 2], [3, 4]] }, forward: (_, { x }) => matMul(x, x) };`,
  'typed.ts': `import { scale, Kind } from './parts';
    import { shift } from './parts/shift.js';
    import type { GradcheckSpec } from 'backproof/gradcheck';
    export const scaled: GradcheckSpec<'x'> = {
      inputs: { x: [1, 2] },
      forward: (tf, { x }) => tf.add(tf.mul(x, scale.by), shift(tf, x, Kind.second)),
    };`,
  'parts/index.ts': `export enum Kind { first, second }
    class Scale { constructor(readonly by: number) {} }
    export const scale = new Scale(3);`,
  'parts/shift.ts': `import type { TF, Tensor } from 'backproof/gradcheck';
    export const shift = (tf: TF, x: Tensor, by: number): Tensor => tf.add(x, by);`,
  'typed.cts': `const { shift } = require('./parts/shift') as { shift: (tf: unknown, x: unknown, by: number) => unknown };
    exports.shifted = { inputs: { x: [1, 2] }, forward: (tf: unknown, { x }: { x: unknown }) => shift(tf, x, 2) };`,
  'many.mjs': `const sine = ${sine};
    export default { ...sine, name: 'by default' };
    export const list = [{ ...sine }, { ...sine, name: 'second' }];
    export const layers = { first: { ...sine }, count: 2 };
    export const again = list[1];
    export const unrelated = 'no spec';`,
  'unsupported.mjs': `export const top = { inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.topk(x).values };`,
  'leaky.mjs': `export const leaky = { inputs: { x: [1] }, forward: (tf, { x }) => tf.sin(x),
    backward: (tf, { x }, dy) => ({ x: tf.keep(tf.mul(dy, tf.cos(x))) }) };`,
  'invalid.mjs': `export const ragged = { inputs: { x: [[1], [2, 3]] }, forward: (tf, { x }) => tf.sin(x) };
    export const fine = ${sine};`,
  'prints.mjs': `console.log('from the module'); export const sine = ${sine};`,
  'throws.mjs': `const fine = 1;\nthrow new TypeError('no such luck');`,
  'throws-later.mjs': `setTimeout(() => { throw new TypeError('late'); }); await new Promise(() => {});`,
  'empty.mjs': '',
  'no-spec.mjs': 'export const answer = 42;',
  'endless.mjs': 'for (;;);',
  'endless-forward.mjs':
    'export const endless = { inputs: { x: [1] }, forward: (_, { x }) => { for (;;); } };',
  'waits.mjs': 'await new Promise(() => {});',
  'exits.mjs': 'process.exit(0);',
  'exits-later.mjs':
    'export const leaves = { inputs: { x: [1] }, forward: (_, { x }) => { process.exit(7); } };',
  'aborts.mjs': "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
  'syntax.mjs': 'const one = 1;\nconst = 2;\n',
  'syntax.ts': 'const one: number = 1;\nconst : = 2;\n',
  'misses-file.ts': "import { a } from './nowhere';\nexport const b = a;",
  'misses-name.mjs': "import { gelu } from '@tensorflow/tfjs';\nexport const b = gelu;",
  'notes.txt': 'no module',
};
