import { expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { FusedKernel } from '../../../src/notebook/engines/fused/kernel.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { smallProblem } from '../../support/problem.ts';

const { samples, parameters, learningRate } = smallProblem();

/** The kernel as a script for a page, which it defines as the global `fused`. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['src/notebook/engines/fused/kernel.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'fused',
    platform: 'browser',
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}

describeInBrowser('the fused engine in a browser', (open) => {
  it('takes the same steps as in Node, to the last bit', async () => {
    const { page, problems } = await open(`<script>${await bundled()}</script>`);
    const input = {
      ...samples,
      pixels: Array.from(samples.pixels),
      labels: Array.from(samples.labels),
      kernel: Array.from(parameters.kernel),
      weight: Array.from(parameters.weight),
      learningRate,
    };
    const logits = await page.evaluate(async ({ pixels, labels, kernel, weight, ...rest }) => {
      const { fused } = globalThis as unknown as {
        fused: typeof import('../../../src/notebook/engines/fused/kernel.ts');
      };
      await fused.compileFused();
      const images = { ...rest, pixels: Float32Array.from(pixels), labels: Uint8Array.from(labels) };
      const training = new fused.FusedKernel(images, 5);
      const start = { kernel: Float64Array.from(kernel), weight: Float64Array.from(weight), bias: 0 };
      training.begin({ parameters: start, learningRate: rest.learningRate });
      return Array.from(training.advance(0, 10 * rest.count));
    }, input);
    const here = new FusedKernel(samples, 5);
    here.begin({ parameters, learningRate });
    expect(logits).toEqual(Array.from(here.advance(0, 10 * samples.count)));
    expect(problems).toEqual([]);
  });
});
