import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { build, type Plugin } from 'esbuild';
import { describeInBrowser } from '../support/browser.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binaries = join(root, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');

/** Replaces the sources' binary modules by those of the build. */
const binariesOfBuild: Plugin = {
  name: 'binaries',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/binaries\// }, ({ path }) => ({ path: join(root, 'dist', path) }));
  },
};

/**
 * A web page that trains on wasm: the same network on cpu and wasm, from the same weights. It also compares the kernels
 * with shortcuts with the shipped ones: this is where the threaded build runs.
 */
const page = `
  import * as tf from '@tensorflow/tfjs';
  import { setWasmPaths, getThreadsCount } from '@tensorflow/tfjs-backend-wasm';
  import 'backproof/cpu-fixes';

  const names = ['Add', 'Sub', 'Multiply', 'BatchMatMul', 'Conv2D'];
  const kernelsNow = () => names.map((name) => tf.getKernel(name, 'wasm').kernelFunc);
  const shipped = kernelsNow();

  // The results of the kernels with shortcuts on small tensors, and of the shipped ones.
  function compareKernels() {
    const wave = (...shape) => tf.sin(tf.range(0, tf.util.sizeFromShape(shape), 1).mul(1.3).add(shape.length)).reshape(shape);
    const pairs = [[[144, 1], [144, 1]], [[144, 1], [1, 1]], [[], [7]], [[4096], [4096]], [[3, 4], [4]]];
    const flat = { transposeA: false, transposeB: false };
    const conv = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
    const elementwise = pairs.map(([a, b]) => [{ a: wave(...a), b: wave(...b) }, {}]);
    const calls = [elementwise, elementwise, elementwise, [
      [{ a: wave(1, 144), b: wave(144, 1) }, flat],
      [{ a: wave(144, 1), b: wave(1, 1) }, { ...flat, transposeB: true }],
      [{ a: wave(5, 3), b: wave(3, 4) }, flat],
    ], [1, 2, 3, 5, 7, 12].map((side) => [{ x: wave(2, 16, 16, 1), filter: wave(side, side, 1, 1) }, conv])];
    const backend = tf.backend();
    const values = (kernelFunc, [inputs, attrs]) => {
      const { dataId, shape } = kernelFunc({ inputs, attrs, backend });
      return JSON.stringify([shape, ...backend.readSync(dataId)]);
    };
    const present = kernelsNow();
    return names.map((name, i) => ({
      name,
      calls: calls[i].length,
      other: present[i] !== shipped[i],
      same: calls[i].filter((call) => values(present[i], call) === values(shipped[i], call)).length,
    }));
  }

  async function train(backend) {
    await tf.setBackend(backend);
    const glorot = (seed) => tf.initializers.glorotUniform({ seed });
    const model = tf.sequential({ layers: [
      tf.layers.conv2d({ inputShape: [12, 12, 2], filters: 8, kernelSize: 3, activation: 'relu', kernelInitializer: glorot(1) }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: glorot(2), padding: 'same' }),
      tf.layers.conv2d({ filters: 4, kernelSize: 2, strides: 2, kernelInitializer: glorot(3) }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, kernelInitializer: glorot(4) }),
    ] });
    model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
    const values = Float32Array.from({ length: 16 * 12 * 12 * 2 }, (_, i) => Math.sin(1.3 * i));
    const x = tf.tensor(values, [16, 12, 12, 2]);
    const y = tf.tensor(Float32Array.from({ length: 16 }, (_, i) => i % 2), [16, 1]);
    const losses = [];
    for (let step = 0; step < 10; step++) losses.push(await model.trainOnBatch(x, y));
    return { backend: tf.getBackend(), losses };
  }

  window.trained = (async () => {
    setWasmPaths('/wasm/');
    await import('backproof/wasm-training');
    const [cpu, wasm] = [await train('cpu'), await train('wasm')];
    return { cpu, wasm, threads: getThreadsCount(), kernels: compareKernels() };
  })();
`;

describeInBrowser('training on wasm in a web page', (open) => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    const bundle = await build({
      stdin: { contents: page, resolveDir: root },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      plugins: [binariesOfBuild],
    });
    const script = bundle.outputFiles[0]!.text;
    server = createServer(async ({ url = '/' }, response) => {
      // A cross-origin isolated page may use threads.
      if (url.startsWith('/isolated')) {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      }
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      if (url.startsWith('/wasm/')) {
        response.setHeader('Content-Type', 'application/wasm');
        response.end(await readFile(join(binaries, url.slice('/wasm/'.length))));
      } else if (url === '/page.js') {
        response.setHeader('Content-Type', 'text/javascript');
        response.end(script);
      } else {
        response.setHeader('Content-Type', 'text/html');
        response.end(
          '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
        );
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server?.close();
  });

  it.each([
    { kind: 'an ordinary page', path: '/', many: false },
    { kind: 'a page with threads', path: '/isolated', many: true },
  ])('trains a network of convolutions as cpu does, in $kind', async ({ path, many }) => {
    const { page: tab } = await open('');
    const failed: string[] = [];
    tab.on('pageerror', (error) => failed.push(error.message));
    await tab.goto(address + path);
    type Run = { backend: string; losses: number[] };
    type Kernel = { name: string; calls: number; other: boolean; same: number };
    type Trained = { cpu: Run; wasm: Run; threads: number; kernels: Kernel[] };
    const { cpu, wasm, threads, kernels } = await tab.evaluate(
      () => (window as unknown as { trained: Promise<Trained> }).trained,
    );
    expect(failed).toEqual([]);
    expect(wasm.backend).toBe('wasm');
    expect(await tab.evaluate(() => crossOriginIsolated)).toBe(many);
    if (many) expect(threads).toBeGreaterThan(0);
    expect(wasm.losses[9]).toBeLessThan(wasm.losses[0]! / 2);
    for (const [step, loss] of cpu.losses.entries()) {
      expect(Math.abs(wasm.losses[step]! - loss)).toBeLessThanOrEqual(1e-5 * loss);
    }
    expect(kernels.map(({ calls }) => calls)).toEqual([5, 5, 5, 3, 6]);
    expect(kernels.filter(({ other, calls, same }) => !other || same !== calls)).toEqual([]);
  });
});
