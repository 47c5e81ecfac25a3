// The backends on which tfjs-core's test suite can run: how the tests are bundled, how many there are, and which specs
// are known to fail, with the reason.
import { readFile } from 'node:fs/promises';
import type { BuildOptions, Plugin } from 'esbuild';
import { binariesPlugin } from '../build/binaries.ts';
import { float64Options } from '../build/float64.ts';
import { webglFailures, webgpuFailures } from './gpuFailures.ts';
import { wasmFailures } from './wasmFailures.ts';

export interface SuiteBackend {
  /** The module that registers the backend. */
  readonly entry: string;
  /** A module to load after tfjs-core's gradients. */
  readonly last?: string;
  /** Its name in TensorFlow.js. */
  readonly backendName: string;
  readonly options: () => BuildOptions;
  /** The name of the backend in the tests, if it differs from the suite's. */
  readonly environment?: string;
  /** Parts of the names of specs that are skipped. */
  readonly ignored?: () => string[];
  /** The modules with the tests, if they are not tfjs-core's. */
  readonly tests?: () => string[];
  /** Whether it needs a browser. */
  readonly inBrowser?: boolean;
  /** Flags of TensorFlow.js. */
  readonly flags?: Readonly<Record<string, boolean | number>>;
  /** Whether dataSync works; by default it does. */
  readonly isDataSync?: boolean;
  /** The number of specs that run. */
  readonly specs: number;
  /** The full names of the specs that fail, and why. */
  readonly knownFailures: Readonly<Record<string, string>>;
}

/**
 * The tests of weight files read and write bytes through Float32Array, and mean single precision, as in the files. The
 * tests of the float16 decoder mean the precision in which TensorFlow.js computes.
 */
const weightFileTests: Plugin = {
  name: 'weight-file-tests',
  setup(build) {
    build.onLoad({ filter: /tfjs-core[\\/]dist[\\/]io[\\/]io_utils_test\.js$/ }, async ({ path }) => {
      const [files = '', decoder = ''] = (await readFile(path, 'utf8')).split(/(?=describe\('float16')/);
      return { contents: files.replaceAll('new Float32Array', 'new globalThis.Float32Array') + decoder };
    });
  },
};

const roundedInFiles =
  'expects 13.37 back from a weights file, which holds float32: it comes back as 13.36999989';
const shortestDigits =
  'expects 1.991 printed as 1.9910001, which is its float32 neighbour; in double precision 1.991 is 1.991';

const wholeWindow =
  'expects the gradient to divide by the whole window; the forward divides by the elements inside the image';

/** The specs of pool whose windows are moved, by the name of the environment. */
const movedWindows = (environment: string): Record<string, string> =>
  Object.fromEntries(
    ['max', 'avg'].map((type) => [
      `pool ${environment} {} ${type} x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding`,
      'expects x back from windows of one pixel, although strides and padding move them',
    ]),
  );

const flooredQuotient =
  'expects the gradient of a quotient; of integers div is the floor of it, a step function';

export const suiteBackends: Readonly<Record<string, SuiteBackend>> = {
  cpu: {
    entry: './scripts/tfjs-suite/cpu.ts',
    backendName: 'cpu',
    options: () => ({ mainFields: ['module', 'main'], ignoreAnnotations: true, logLevel: 'warning' }),
    specs: 4227,
    knownFailures: {
      'avgPool cpu {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit': wholeWindow,
      ...movedWindows('cpu'),
    },
  },
  gradients: {
    entry: './scripts/tfjs-suite/cpu.ts',
    last: './src/tfjs/gradients/index.ts',
    backendName: 'cpu',
    environment: 'cpu',
    options: () => ({ mainFields: ['module', 'main'], ignoreAnnotations: true, logLevel: 'warning' }),
    specs: 4227,
    knownFailures: {
      'avgPool cpu {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit': wholeWindow,
      ...movedWindows('cpu'),
      'depthwiseConv2d gradients cpu {} throws error on dilations > 1': 'there is a gradient of dilations',
      'div cpu {} gradient: Tensor1D with int32': flooredQuotient,
      'div cpu {} gradient: 1d<int32> with 1d<bool>': flooredQuotient,
      ...Object.fromEntries(
        ['grad', 'gradient with clones'].map((spec) => [
          `mirrorPad cpu {} ${spec}`,
          'expects dy of the mirrored border to be dropped',
        ]),
      ),
      ...Object.fromEntries(
        ['max', 'min'].flatMap((op) =>
          [
            '1D, ties',
            'ties, 2D, axes=-1, keepDims=false',
            'ties, 3D, axes=[1, 2], keepDims=false',
            'ties, 4D, axes=[1, 2, 3], keepDims=false',
            'ties, 4D, axes=[2, 3], keepDims=true',
          ].map((spec) => [
            `${op} cpu {} ${op} gradient: ${spec}`,
            'expects all of dy at each of several equal numbers: the extreme of two copies of x would have slope 2',
          ]),
        ),
      ),
    },
  },
  wasm: {
    entry: './scripts/tfjs-suite/wasm.ts',
    backendName: 'wasm',
    options: () => ({
      mainFields: ['module', 'main'],
      ignoreAnnotations: true,
      logLevel: 'warning',
      // Only for browsers.
      plugins: [binariesPlugin],
    }),
    specs: 4225,
    knownFailures: wasmFailures,
  },
  webgl: {
    entry: './scripts/tfjs-suite/webgl.ts',
    backendName: 'webgl',
    inBrowser: true,
    // As in tfjs's own tests of it: shaders compute small tensors too.
    flags: { WEBGL_VERSION: 2, WEBGL_CPU_FORWARD: false, WEBGL_SIZE_UPLOAD_UNIFORM: 0 },
    // 256 steps that each wait for the graphics card: in software they take longer than jasmine waits.
    ignored: () => ['threshold webgl {} method otsu'],
    options: () => ({ mainFields: ['module', 'main'], ignoreAnnotations: true, logLevel: 'warning' }),
    specs: 4368,
    knownFailures: webglFailures,
  },
  webgpu: {
    entry: './scripts/tfjs-suite/webgpu.ts',
    backendName: 'webgpu',
    inBrowser: true,
    flags: { WEBGPU_CPU_FORWARD: false },
    isDataSync: false,
    // These lose the device, and with it all later tests; the last one never ends.
    ignored: () => [
      'draw on canvas context webgpu',
      'fromPixels webgpu {} fromPixels for HTMLVideoElement',
      'tensor.data webgpu {} calling .data() twice works',
    ],
    options: () => ({ mainFields: ['module', 'main'], ignoreAnnotations: true, logLevel: 'warning' }),
    specs: 4300,
    knownFailures: webgpuFailures,
  },
  float64: {
    entry: './src/tfjs/float64/entry.ts',
    backendName: 'cpu',
    options: () => {
      const options = float64Options();
      return { ...options, plugins: [weightFileTests, ...(options.plugins ?? [])] };
    },
    specs: 4227,
    knownFailures: {
      'decodeWeights float64 {} from arraybuffer Mixed dtype tensors': roundedInFiles,
      'decodeWeights float64 {} from stream Mixed dtype tensors': roundedInFiles,
      'avgPool float64 {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit': wholeWindow,
      ...movedWindows('float64'),
      'tensor.toString float64 {} 2d with padding to align columns': shortestDigits,
      'tensor.toString float64 {} 2d with padding to align columns verbose': shortestDigits,
      'tensor.toString float64 {} 2d complex64 with padding to align columns': shortestDigits,
      'tensor.toString float64 {} 2d complex64 with padding to align columns verbose': shortestDigits,
    },
  },
};
