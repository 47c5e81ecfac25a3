import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { type CompareResult, compareSchema } from '../../src/results/compare.ts';
import { hopNames } from '../../src/results/hopNames.ts';
import { type TrainResult, trainSchema } from '../../src/results/train.ts';
import { allDrawn, describeInBrowser } from '../support/browser.ts';
import { backproof, type Ended, scratchFolders } from '../support/cli.ts';
import { describeRealDigits } from '../support/digits.ts';

const scratch = scratchFolders();

describeRealDigits('the main job on the real digits', (digits) => {
  let folder: string;
  let ended: Ended;
  let train: TrainResult;
  let compare: CompareResult;
  beforeAll(async () => {
    folder = await scratch();
    // A cache without the self-test of this build.
    const env = { BACKPROOF_CACHE: await scratch() };
    ended = await backproof(['run', '--data', digits, '--out', folder], { env });
    train = trainSchema.parse(JSON.parse(await readFile(join(folder, 'train.json'), 'utf8')));
    compare = compareSchema.parse(JSON.parse(await readFile(join(folder, 'compare.json'), 'utf8')));
  }, 300_000);

  it('ends well', () => {
    expect(ended.code).toBe(0);
    expect(ended.stdout).not.toMatch(/SYNTHETIC/);
    expect(train.train.accuracy).toBe(1);
    expect(train.test).toMatchObject({
      count: 430,
      confusion: [
        [166, 0],
        [8, 256],
      ],
    });
    expect([train.diagnosis.deadReluSince, train.diagnosis.stalledSince]).toEqual([null, null]);
  });

  it('finds manual and autodiff to agree to rounding over all 16,000 steps', () => {
    expect([compare.verdict, compare.timing.steps]).toEqual(['pass', 16_000]);
    const pair = compare.pairs[0]!;
    expect([pair.left, pair.right, pair.loss]).toEqual(['manual', 'autodiff', 'logits']);
    // A small multiple of the values measured when the network was designed: 6.0e-8, 3.1e-7, 1.4e-6.
    expect(pair.parameters.bias.maxAbs).toBeLessThan(3 * 6.0e-8);
    expect(pair.parameters.weight.maxAbs).toBeLessThan(3 * 3.1e-7);
    expect(pair.parameters.kernel.maxAbs).toBeLessThan(3 * 1.4e-6);
    expect(pair.parameters.kernel.maxAbs).toBeGreaterThan(0);
  });

  it('tests the checker beside it: every planted mistake is caught', () => {
    const { mistakes, ...trial } = compare.selfTest!;
    expect(trial).toMatchObject({ verdict: 'pass', from: 'this run', falseAlarms: 0 });
    expect(mistakes.length).toBeGreaterThan(40);
    expect(mistakes.filter(({ caught }) => !caught)).toEqual([]);
  });

  it('keeps elements, chains and epochs of both precisions', () => {
    expect(compare.scatter.map(({ precision, parameter }) => `${precision} ${parameter}`)).toEqual([
      'float32 weight',
      'float32 bias',
      'float32 kernel',
      'float64 weight',
      'float64 bias',
      'float64 kernel',
    ]);
    for (const { points } of compare.scatter) expect(points.length).toBeGreaterThan(150);
    expect(compare.perEpochFloat64.map(({ epoch }) => epoch)).toEqual(
      compare.perEpoch.map(({ epoch }) => epoch),
    );
    expect(compare.chain.filter(({ precision }) => precision === 'float32').length).toBeGreaterThan(8);
    for (const { hops } of compare.chain)
      for (const name of hopNames) expect(hops[name].maxOverAllowed).toBeLessThan(1);
  });

  it("finds, locates and explains the logged loss's own gradient", () => {
    const { logged } = compare;
    expect(logged.largest).toMatchObject({ epoch: 2, sample: 41, label: 1, dLogitManual: -1 });
    expect(logged.largest!.logit).toBeCloseTo(-17.87, 1);
    expect(logged.largest!.dLogitLogged - logged.largest!.dLogitManual).toBeCloseTo(0.8517, 3);
    expect(logged.largest!.kernelDifference).toBeCloseTo(6.24, 2);
    expect(logged.explainedSteps).toBeGreaterThan(0);
    expect(logged.unexplainedSteps).toBe(0);
  });

  describeInBrowser('its page', (open) => {
    it('opens from the disk with no request and no complaint, both figures drawn', async () => {
      const { page, requests, problems } = await open(await readFile(join(folder, 'report.html'), 'utf8'));
      await page.evaluate(async () => {
        for (let y = 0; y < document.body.scrollHeight; y += 300) {
          scrollTo(0, y);
          await new Promise((next) => setTimeout(next, 50));
        }
      });
      await allDrawn(page);
      const text = await page.evaluate(() => document.body.textContent);
      expect(text).toMatch(/Loss vs\. Epochs/);
      expect(text).toMatch(/Trained 5x5 Convolutional Kernel/);
      expect({ requests, problems }).toEqual({ requests: [], problems: [] });
    });
  });
});
