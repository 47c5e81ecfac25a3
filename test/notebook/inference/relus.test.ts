import { describe, expect, it } from '@jest/globals';
import { binsFor, relusByEpoch, relusOf, relusOfFrame } from '../../../src/notebook/inference/relus.ts';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { reluFinding, saturationFinding } from '../../../src/report/findings.ts';
import { renderReport } from '../../../src/report/index.ts';
import { realRun, stoppedAtOnce } from '../../support/realRun.ts';

describe('the ReLUs by epoch', () => {
  it('are open as often as the training run counted, at every epoch', async () => {
    const train = await realRun({ epochs: 6 });
    const run = decodeRun(embedRun(train));
    const byEpoch = relusByEpoch(run, run.images!.train);
    expect(byEpoch.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { epoch, relus } of byEpoch.slice(1)) {
      const both = (relus.open[0] + relus.open[1]) / 2;
      expect(both).toBeCloseTo(train.diagnosis.activeFraction[epoch - 1]!, 6);
    }
  });

  it('fall into bins with 0 as an edge: a blank patch is closed, the least above 0 is open', () => {
    const pixels = new Float32Array(512);
    pixels[256] = 1;
    const samples = { count: 2, pixels, labels: Uint8Array.from([0, 1]), indices: [0, 1] };
    const parameters = { kernel: Float64Array.of(1e-9), weight: new Float64Array(256), bias: 0 };
    const relus = relusOf(parameters, samples, { first: -2, width: 0.1, count: 4 });
    expect(relus.counts).toEqual([
      [0, 256, 0, 0],
      [0, 255, 1, 0],
    ]);
    expect(relus.open).toEqual([0, 1 / 256]);
    expect(relus).toMatchObject({ silent: [256, 255], dead: 255, positions: 256, highest: 1e-9 });
    const other = relusOf({ ...parameters, kernel: Float64Array.of(-9) }, samples, {
      first: -2,
      width: 0.1,
      count: 4,
    });
    expect(other.counts[1]).toEqual([1, 255, 0, 0]);
  });

  it('of a frame are computed once', () => {
    const samples = {
      count: 1,
      pixels: new Float32Array(256).fill(1),
      labels: Uint8Array.of(1),
      indices: [0],
    };
    const parameters = { kernel: Float64Array.of(1), weight: new Float64Array(256), bias: 0 };
    const frame = { epoch: 0, parameters, trainAccuracy: null, testAccuracy: null, logitCounts: null };
    const bins = { first: -1, width: 1, count: 3 };
    const relus = relusOfFrame(frame, samples, bins);
    expect(relus).toEqual(relusOf(parameters, samples, bins));
    expect(relusOfFrame(frame, samples, bins)).toBe(relus);
  });

  it('have bins as wide as the run’s extremes ask for', () => {
    const at = (lowest: number, highest: number) => [{ epoch: 0, relus: { lowest, highest } as never }];
    expect(binsFor(at(-3, 5))).toEqual({ first: -15, width: 0.2, count: 40 });
    expect(binsFor(at(0, 0))).toMatchObject({ first: -1, count: 2 });
  });

  it('are spread over a long run, the first and the last epoch among them', async () => {
    const run = decodeRun(embedRun(await realRun({ epochs: 1000 })));
    const epochs = relusByEpoch(run, run.images!.train).map(({ epoch }) => epoch);
    expect(epochs.length).toBeLessThanOrEqual(100);
    expect([epochs[0], epochs.at(-1)]).toEqual([0, 1000]);
  });
});

describe('the titles', () => {
  it('name the logit at which the logged loss stops teaching, and how many steps got there', async () => {
    const train = await realRun({ epochs: 2 });
    const of = (saturatedSteps: number) =>
      saturationFinding({ ...train, diagnosis: { ...train.diagnosis, saturatedSteps } }).sentence;
    expect(of(3)).toBe('The logged loss stops teaching at logit -16.1: 3 of 400 steps got there');
    expect(of(0)).toBe('No logit came to -16.1, where the logged loss stops teaching');
  });

  it('say for which digit every ReLU is silent', async () => {
    const train = await realRun({ epochs: 1 });
    // A kernel that opens no ReLU on images of the positive digit: those images are blank.
    const { images } = train;
    const bytes = Buffer.from(images!.train.pixels, 'base64');
    images!.train.labels.forEach((label, at) => {
      if (label === 1) bytes.fill(0, 256 * at, 256 * (at + 1));
    });
    images!.train.pixels = bytes.toString('base64');
    expect(reluFinding(train).word).toBe('Alive');
    const says = (html: string): boolean => html.includes('For digit 1 every ReLU is silent from the start');
    expect(says(renderReport({ train }))).toBe(true);
    expect(says(renderReport({ train: await realRun({ epochs: 1 }) }))).toBe(false);
  });

  it('are there for a run that did not finish an epoch', async () => {
    const html = renderReport({ train: stoppedAtOnce(await realRun({ epochs: 1 })) });
    const body = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
    expect(body).toContain('Training ended before its first epoch was finished');
    expect(body).toContain('The kernel has not moved');
    expect(body).not.toMatch(/NaN|Infinity|>undefined/);
  });
});
