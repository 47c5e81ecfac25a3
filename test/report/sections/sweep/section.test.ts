import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../../../src/notebook/sweep/summary.ts';
import type { SweepResult } from '../../../../src/results/sweep.ts';
import { configWith } from '../../../notebook/sweep/plans.ts';
import { expectInOrder, readPage } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

const train = trainResult({ epochs: 4 });

describe('sweep', () => {
  // Trained, dead, stalled, diverged, trained, trained.
  const runs = {
    seed: [0, 1, 2, 5, 7, 9],
    pair: [0, 0, 0, 0, 1, 1],
    learningRate: [0.1, 0.1, 0.1, 0.5, 0.1, 0.1],
    firstLoss: [0.7, 0.7, 0.7, 0.7, 0.6, 0.6],
    lastLoss: [0.02, 0.7, 0.69, null, 0.004, 0],
    trainAccuracy: [1, 0.5, 0.5, 0.25, 1, 0.985],
    testAccuracy: [0.99, 0.5, 0.5, 0.25, 0.95, 1],
    deadReluSince: [null, 3, null, null, null, null],
    stalledSince: [null, 2, 0, null, null, null],
    diverged: [null, null, null, 4, null, null],
  };
  const config = configWith({ seeds: '0-2,5,7,9', epochs: 4 });
  const sweep: SweepResult = {
    schema: 'backproof/sweep/1',
    config,
    data: { source: 'synthetic', files: [], pairs: [] },
    partial: { reason: 'interrupted', done: 6, total: 24, message: 'interrupted with 6 of 24 runs made' },
    runs,
    summary: summaryOf(runs, config),
    timing: { milliseconds: [1, 1, 1, 1, 1, 1], workers: 2, seconds: 0.02 },
    provenance: train.provenance,
  };
  const page = readPage({ sweep });
  const FINDING = 'Of 6 runs 1 die (16.7%), 1 stall and 1 diverge';

  it('has a page of its own, without sections of one run', () => {
    expect(Object.keys(page)).toEqual(['banners', 'verdict', 'sweep']);
    expect(page.banners).toEqual([
      '(synthetic) SYNTHETIC DATA These digits were drawn by a generator, they are not USPS. The gradients are checked all the same; the accuracy says nothing about real digits.',
    ]);
    expect(page.verdict).toEqual([
      FINDING,
      'A sweep: many runs, each from another start',
      `(info) (#sweep) Sweep (info) Some die ${FINDING}`,
    ]);
  });

  it('tells how the runs end', () => {
    expectInOrder(page.sweep, [
      'How often do runs die? (info) Some die',
      FINDING,
      // 6 runs in 0.02 s.
      '6 runs: seeds 0-2,5,7,9, digits 1v8 and 3v5, learning rate 0.1 and 0.5; 3 images of each digit, 4 epochs, a 5x5 kernel. They were made in 20 ms: 300 a second.',
      '(warn) PARTIAL interrupted with 6 of 24 runs made',
      'plot "Runs by their last loss"',
      'axes x Loss after the last epoch; y Runs',
      // Four bars to a decade from 1e-7, which holds the loss of 0, to 1; the run that diverged is in none. x is the
      // exponent in the middle: of 0, 0.004 (10^-2.40) and 0.02 (10^-1.70), of 0.69, of 0.7.
      'bar trained [#0072b2]: bars 28, sum 3, at (-6.875, 1) (-2.375, 1) (-1.625, 1)',
      'first label: loss 1.0e-7 to 1.8e-7',
      'bar stalled [#009e73 .]: bars 28, sum 1, at (-0.125, 1)',
      'bar dead [#d55e00 /]: bars 28, sum 1, at (-0.125, 1)',
      // 0, 0.004, 0.02, 0.69, 0.7.
      'The loss after the last epoch, median 0.02, the middle half from 4.0e-3 to 0.69, all from 0 to 0.7.',
      'Runs by their last loss: median 0.02, the middle half from 4.0e-3 to 0.69, all from 0 to 0.7',
      '| Loss | Trained | Stalled | Dead |',
      '| 1.0e-7 to 1.8e-7 | 1 | 0 | 0 |',
      '| 1.8e-7 to 3.2e-7 | 0 | 0 | 0 |',
      '| 3.2e-3 to 5.6e-3 | 1 | 0 | 0 |',
      '| 0.0178 to 0.0316 | 1 | 0 | 0 |',
      '| 0.562 to 1 | 0 | 1 | 1 |',
      'plot "Runs by their accuracy"',
      'axes x Share of the test images read right; y Runs',
      // Bars of 2 %; all of 1 is in the last.
      'bar trained [#0072b2]: bars 25, sum 3, at (0.95, 1) (0.99, 2)',
      'first label: 50 to 52 %',
      'bar stalled [#009e73 .]: bars 25, sum 1, at (0.51, 1)',
      'bar dead [#d55e00 /]: bars 25, sum 1, at (0.51, 1)',
      // 0.5, 0.5, 0.95, 0.99, 1; not 0.25, of the run that diverged.
      'The share of the test images that is read right, median 95.0%, the middle half from 50.0% to 99.0%, all from 50.0% to 100.0%.',
      'Runs by their accuracy: median 95.0%, the middle half from 50.0% to 99.0%, all from 50.0% to 100.0%',
      '| Read right | Trained | Stalled | Dead |',
      '| 50.0% to 52.0% | 0 | 1 | 1 |',
      '| 94.0% to 96.0% | 1 | 0 | 0 |',
      '| 98.0% to 100.0% | 2 | 0 | 0 |',
    ]);
  });

  it('tells by digits and learning rate, which seeds die and when', () => {
    expectInOrder(page.sweep, [
      'Runs by digits and learning rate; which seeds die, and when',
      'Runs by digits and learning rate',
      '| Digits | Learning rate | Runs | Dead | Share | Stalled | Diverged | Median last loss | Median test accuracy |',
      '| 1v8 | 0.1 | 3 | 1 | 33.3% | 1 | 0 | 0.69 | 50.0% |',
      '| 1v8 | 0.5 | 1 | 0 | 0.0% | 0 | 1 | | |',
      // Halfway between 0.004 and 0, and between 0.95 and 1.
      '| 3v5 | 0.1 | 2 | 0 | 0.0% | 0 | 0 | 2.0e-3 | 97.5% |',
      '| 3v5 | 0.5 | 0 | 0 | | 0 | 0 | | |',
      '| all | | 6 | 1 | 16.7% | 1 | 1 | 0.02 | 95.0% |',
      'A run is dead once no pre-activation of any training image is above 0, stalled once every training image gets the same answer with some ReLUs still open. Epoch 0 is the start.',
      'Which seeds die, and when',
      '| Digits | Learning rate | What | Epoch | Runs | Seeds |',
      '| 1v8 | 0.1 | dead since | 3 | 1 | 1 |',
      '| 1v8 | 0.1 | stalled since | 0 | 1 | 2 |',
      '| 1v8 | 0.5 | diverged in | 4 | 1 | 5 |',
      'Repeat it: backproof run --seed 1 --positive 1 --negative 8 --per-class 100 --epochs 80 --learning-rate 0.1',
    ]);
    expect(page.sweep!.filter((line) => /since|diverged in/.test(line))).toHaveLength(3);
    expect(page.sweep!.join()).not.toMatch(/NaN|null|undefined|Infinity/);
  });
});
