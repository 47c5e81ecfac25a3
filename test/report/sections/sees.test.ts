import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../../src/report/index.ts';
import type { TrainResult } from '../../../src/results/train.ts';
import { realRun } from '../../support/realRun.ts';

/** One section as a reader sees it, without scripts. */
const section = (html: string, id: string): string =>
  (
    new RegExp(`<section class="section" id="${id}".*?(?=<section class="section" id=|</main>)`, 's').exec(
      html,
    )?.[0] ?? ''
  )
    .replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

const read = (train: TrainResult) => {
  const html = renderReport({ train });
  return {
    html,
    sees: section(html, 'sees'),
    draw: section(html, 'draw'),
    test: section(html, 'test'),
  };
};

const nothing = { count: 0, pixels: '', labels: [], indices: [] };

describe('the sections of the network at work', () => {
  it('keep small: the three of them in less than 120 kB', async () => {
    const { html } = read(await realRun({ epochs: 20 }));
    const from = html.indexOf('<section class="section" id="sees"');
    const to = html.indexOf('<section class="section" id="live"');
    expect(from).toBeGreaterThan(0);
    expect(to - from).toBeGreaterThan(10_000);
    expect(to - from).toBeLessThan(120_000);
  });

  it('say of a dead run that only the bias decides', async () => {
    const { sees, test } = read(await realRun({ seed: 0, learningRate: 30, epochs: 4 }));
    expect(sees).toMatch(/On \d+ of 120 images no place says anything: only the bias decides/);
    expect(test).toContain('no better than always the same answer');
    expect(sees + test).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('read without test images, and without any', async () => {
    const train = await realRun({ epochs: 2 });
    const untested: TrainResult = {
      ...train,
      images: { train: train.images!.train, test: nothing },
      test: {
        count: 0,
        accuracy: null,
        auc: null,
        confusion: [
          [0, 0],
          [0, 0],
        ],
        predictions: [],
      },
    };
    const without = read(untested);
    expect(without.sees).toContain('Training image 0, line');
    expect(without.draw).toContain('There are no test images to show');
    expect(without.test).toContain('No test images');
    const carried = read({ ...train, images: null });
    expect(carried.sees).toContain('only what you draw is shown here');
    expect(carried.draw).toContain('cannot show that it reads its 120 test images');
    expect(carried.test).toContain('Confusion matrix of the test images, threshold 0.50');
    for (const { sees, draw, test } of [without, carried])
      expect(sees + draw + test).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('say it where all test images are read right', async () => {
    const train = await realRun({ epochs: 80 });
    const { predictions } = train.test;
    const { labels, ...rest } = train.images!.test;
    // Sets the labels to the network's own answers.
    const test = { ...rest, labels: predictions.map((value) => (value > 0.5 ? 1 : 0)) };
    expect(test.labels).toHaveLength(labels.length);
    const result = read({ ...train, images: { train: train.images!.train, test } });
    expect(result.test).toContain('No test image is read wrong');
    expect(result.test).toContain('No test image is on the wrong side of the threshold');
  });
});
