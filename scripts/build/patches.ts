// The places in TensorFlow.js 4.22 that the double-precision build must change by hand; every other `Float32Array`
// becomes `Float64Array` by `define`. The build fails if an edit does not find its text. Only precision is changed:
// wrong gradients of TensorFlow.js must stay wrong, so that a check finds them.

export interface Patch {
  /** The module, by the end of its path. */
  readonly file: string;
  readonly why: string;
  /** Lines added at the beginning; `float64:` stands for src/tfjs/float64/. */
  readonly imports?: string;
  /** The exact text, its replacement, and the number of occurrences. */
  readonly edits: readonly (readonly [from: string, to: string, count: number])[];
}

export const patches: readonly Patch[] = [
  {
    file: 'tfjs-core/dist/engine.js',
    why: 'the engine of the double-precision build is its own, not the one that all copies of tfjs-core share',
    imports: 'const own = {};',
    edits: [['ns._tfengine', 'own._tfengine', 5]],
  },
  {
    file: 'tfjs-core/dist/global_util.js',
    why: 'so are its registries of kernels, gradients and tensor classes',
    imports: 'const own = {};',
    edits: [['ns._tfGlobals', 'own._tfGlobals', 3]],
  },
  {
    file: 'tfjs-core/dist/platforms/is_typed_array_browser.js',
    why: 'single- and double-precision arrays are both accepted',
    imports: "import { isTypedArray } from 'float64:typedArrays.ts';",
    edits: [
      [
        'return a instanceof Float32Array || a instanceof Int32Array ||\n        a instanceof Uint8Array || a instanceof Uint8ClampedArray;',
        'return isTypedArray(a);',
        1,
      ],
    ],
  },
  {
    file: 'tfjs-core/dist/platforms/platform_node.js',
    why: 'the same, and without require, which ES modules lack',
    imports: "import { isTypedArray } from 'float64:typedArrays.ts';",
    edits: [
      ["require('node-fetch')", 'globalThis.fetch', 1],
      ["require('util')", '{ TextEncoder, TextDecoder }', 1],
      [
        `return this.util.types.isFloat32Array(a)
            || this.util.types.isInt32Array(a)
            || this.util.types.isUint8Array(a)
            || this.util.types.isUint8ClampedArray(a);`,
        'return isTypedArray(a);',
        1,
      ],
    ],
  },
  {
    file: 'tfjs-core/dist/io/io_utils.js',
    why: 'weights in files are float32: read as that and widened, narrowed and written as that',
    imports: "import { isFloatArray, narrow, readFloat32 } from 'float64:typedArrays.ts';",
    edits: [
      ['values = new Float32Array(byteBuffer);', 'values = readFloat32(byteBuffer);', 2],
      ['return new Float32Array(buffer);', 'return readFloat32(buffer);', 1],
      ['dataPromises.push(t.data());', 'dataPromises.push(t.data().then(narrow));', 1],
      ['x instanceof Float32Array ||', 'isFloatArray(x) ||', 1],
    ],
  },
  {
    file: 'tfjs-core/dist/test_util.js',
    why: 'buffers are compared four bytes at a time; eight need not divide their length',
    edits: [
      ['new Float32Array(actual)', 'new globalThis.Float32Array(actual)', 1],
      ['new Float32Array(expected)', 'new globalThis.Float32Array(expected)', 1],
    ],
  },
  {
    file: 'tfjs-backend-cpu/dist/backend_cpu.js',
    why: 'no advice to install the native backend, which has no double precision',
    edits: [['this.firstUse = true;', 'this.firstUse = false;', 1]],
  },
  {
    file: 'tfjs-data/dist/sources/file_data_source.js',
    why: 'ES modules lack require',
    edits: [["require('fs')", "process.getBuiltinModule('fs')", 1]],
  },
  ...['util/deep_map.js', 'iterators/byte_chunk_iterator.js'].map((file) => ({
    file: `tfjs-data/dist/${file}`,
    why: 'ES modules lack require',
    edits: [["require('string_decoder')", "process.getBuiltinModule('string_decoder')", 1] as const],
  })),
  {
    file: 'seedrandom/seedrandom.js',
    why: 'seeds itself from Web Crypto, which Node and browsers both have',
    edits: [["require('crypto')", '{ randomBytes: (n) => crypto.getRandomValues(new Uint8Array(n)) }', 1]],
  },
];

/** The text of a module with its patch applied. @throws Error if an edit does not find its text */
export function applyPatch(patch: Patch, text: string): string {
  let patched = text;
  for (const [from, to, count] of patch.edits) {
    const found = patched.split(from).length - 1;
    if (found !== count) {
      throw new Error(
        `${patch.file}: expected ${count} of ${JSON.stringify(from)}, found ${found}: see scripts/build/patches.ts`,
      );
    }
    patched = patched.replaceAll(from, () => to);
  }
  return patch.imports ? `${patch.imports}\n${patched}` : patched;
}
