import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeInBrowser } from '../support/browser.ts';
import { installedProjects, runNode } from '../support/installed.ts';

/** An app that trains a convolution on wasm without configuring where the .wasm files are. */
const app = {
  'package.json': '{ "type": "module" }',
  'index.html':
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>',
  'main.js': `import * as tf from '@tensorflow/tfjs';
    import 'backproof/wasm-training';
    window.trained = (async () => {
      await tf.setBackend('wasm');
      const values = Float32Array.from({ length: 4 * 8 * 8 }, (_, i) => Math.sin(1.3 * i));
      const x = tf.tensor(values, [4, 8, 8, 1]);
      const w = tf.variable(tf.tensor(values.slice(0, 18), [3, 3, 1, 2]));
      const optimizer = tf.train.sgd(0.001);
      const loss = () => tf.sum(tf.square(tf.sub(tf.conv2d(x, w, 1, 'same'), 1)));
      const losses = [];
      for (let step = 0; step < 3; step++) losses.push(optimizer.minimize(loss, true).dataSync()[0]);
      return { backend: tf.getBackend(), losses, isolated: crossOriginIsolated };
    })();`,
  'vite.config.js':
    'export default { logLevel: "error", build: { chunkSizeWarningLimit: 9999, minify: false } };',
  'webpack.cjs': `const { cpSync } = require('node:fs');
    const settings = { mode: 'production', entry: './main.js', optimization: { minimize: false } };
    require('webpack')({ ...settings, performance: { hints: false } }, (error, stats) => {
      if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
      cpSync('index.html', 'dist/index.html');
    });`,
};
const bundlers = [
  ['Vite', [join('node_modules', 'vite', 'bin', 'vite.js'), 'build']],
  ['webpack', ['webpack.cjs']],
] as const;
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

const projects = installedProjects();

describe.each(bundlers)('an app that %s has built', (_name, build) => {
  describeInBrowser('opened', (open) => {
    let server: Server;
    let address: string;
    const asked: string[] = [];
    beforeAll(async () => {
      const folder = await projects.create(app);
      expect(await runNode(folder, build)).toMatchObject({ code: 0 });
      server = createServer(async ({ url = '/', headers }, response) => {
        const path = new URL(url, 'http://a.example').pathname;
        asked.push(path);
        // Only a cross-origin isolated page may use threads, which need a different binary.
        if (url.includes('isolated') || headers.referer?.includes('isolated') === true) {
          response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
          response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
        }
        const file = path === '/' ? '/index.html' : path;
        try {
          const content = await readFile(join(folder, 'dist', file));
          response.setHeader('Content-Type', types[extname(file)]!);
          response.end(content);
        } catch {
          response.statusCode = 404;
          response.end();
        }
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server?.close();
    });

    it.each([
      ['a plain page', '/', false],
      ['a page with threads', '/?isolated', true],
    ])('trains on wasm without any set-up, in %s', async (_what, path, isolated) => {
      const { page } = await open('');
      const failed: string[] = [];
      page.on('pageerror', (error) => failed.push(error.message));
      await page.goto(address + path);
      type Trained = { backend: string; losses: number[]; isolated: boolean };
      const trained = await page.evaluate(() => (window as unknown as { trained: Promise<Trained> }).trained);
      expect(failed).toEqual([]);
      expect(trained).toMatchObject({ backend: 'wasm', isolated });
      expect(trained.losses[2]).toBeLessThan(trained.losses[0]!);
      expect(asked.filter((file) => file.endsWith('.wasm'))).toEqual([]);
    });
  });
});
