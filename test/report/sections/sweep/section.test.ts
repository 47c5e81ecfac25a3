import { describe, expect, it } from '@jest/globals';
import { deathsOf, seedsShown } from '../../../../src/report/sections/sweep/deaths.ts';
import { accuracyBins, lossBins } from '../../../../src/report/sections/sweep/figure.ts';
import { sweepFinding } from '../../../../src/report/sections/sweep/finding.ts';
import { Sweep } from '../../../../src/report/sections/sweep/section.tsx';
import { expectInOrder, readPage, readSection } from '../../../support/page.ts';
import { sweepResult } from '../../../support/sweep.ts';

describe('sweep', () => {
  const page = readPage({ sweep: sweepResult() });
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

  const nulls = Array(6).fill(null);
  const ends = (more: object) =>
    sweepFinding(sweepResult({ deadReluSince: nulls, stalledSince: nulls, diverged: nulls, ...more }));

  it('of which all train, some fail, or none was made', () => {
    expect(ends({})).toEqual({ status: 'pass', word: 'All train', sentence: 'None of 6 runs dies' });
    const one = (at: number) => nulls.map((_, row) => (row === at ? 1 : null));
    expect(ends({ stalledSince: one(0) })).toEqual({
      status: 'info',
      word: 'Some fail',
      sentence: 'Of 6 runs 1 stall',
    });
    expect(ends({ diverged: one(0) })).toMatchObject({ word: 'Some fail', sentence: 'Of 6 runs 1 diverge' });
    expect(ends({ deadReluSince: one(0) })).toMatchObject({
      word: 'Some die',
      sentence: 'Of 6 runs 1 die (16.7%)',
    });
    const columns = Object.keys(sweepResult().runs).map((name) => [name, []]);
    const empty = sweepResult(Object.fromEntries(columns));
    expect(sweepFinding(empty)).toEqual({
      status: 'warn',
      word: 'Empty',
      sentence: 'The sweep has no finished run',
    });
    const lines = readSection(Sweep, { sweep: { ...empty, partial: null } });
    expectInOrder(lines, [
      '0 runs: seeds 0-2,5,7,9, digits 1v8 and 3v5, learning rate 0.1 and 0.5; 3 images of each digit, 4 epochs, a 5x5 kernel.',
      'The loss after the last epoch, no run has one.',
      'The share of the training images that is read right, no run has one.',
      'No run dies, stalls or diverges.',
    ]);
    expect(lines.join()).not.toMatch(/PARTIAL|a second/);
  });

  it('over digits without test images, by the training images', () => {
    const lines = readSection(Sweep, { sweep: sweepResult({ testAccuracy: nulls }) });
    expectInOrder(lines, [
      'Runs by their accuracy: median 98.5%, the middle half from 50.0% to 100.0%, all from 50.0% to 100.0%',
      '| 1v8 | 0.1 | 3 | 1 | 33.3% | 1 | 0 | 0.69 | |',
    ]);
  });

  it('of one group has no sum of groups', () => {
    const lines = readSection(Sweep, {
      sweep: sweepResult({}, { pairs: [{ positive: 1, negative: 8 }], learningRates: [0.1] }),
    });
    expect(lines.filter((line) => /^\| (1v8|all)/.test(line)).slice(0, 2)).toEqual([
      expect.stringMatching(/^\| 1v8 \| 0\.1 \| \d/),
      expect.stringContaining('dead since'),
    ]);
  });

  it('lists deaths in the order of the grid, then by how and when they end, with their seeds', () => {
    const rows = { seed: [9, 8, 7, 6, 5, 4, 3], lastLoss: Array(7).fill(1) };
    const found = deathsOf(
      sweepResult({
        ...rows,
        pair: [1, 0, 0, 0, 0, 0, 0],
        learningRate: [0.1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
        diverged: [2, 2, 2, null, null, null, null],
        deadReluSince: [null, null, 1, null, 3, 1, 3],
        stalledSince: [null, null, null, 1, 0, null, null],
      }),
    );
    expect(
      found.map(({ pair, learningRate, what, epoch, seeds }) => [pair, learningRate, what, epoch, ...seeds]),
    ).toEqual([
      ...[
        [0, 0.1, 'dead', 1, 4],
        [0, 0.1, 'dead', 3, 5, 3],
        [0, 0.1, 'stalled', 1, 6],
        [0, 0.1, 'diverged', 2, 7],
      ],
      ...[
        [0, 0.5, 'diverged', 2, 8],
        [1, 0.1, 'diverged', 2, 9],
      ],
    ]);
  });

  it('shows sixty seeds of a death, and two hundred deaths', () => {
    expect(seedsShown([1, 2, 3, 7])).toBe('1-3, 7');
    const even = (count: number) => Array.from({ length: count }, (_, at) => 2 * at);
    expect([seedsShown(even(60)).slice(-8), seedsShown(even(61)).slice(-14)]).toEqual([
      '116, 118',
      '118 and 1 more',
    ]);
    const dying = (count: number) => {
      const all = (value: unknown) => Array(count).fill(value);
      const columns = {
        seed: all(1),
        pair: all(0),
        learningRate: all(0.1),
        firstLoss: all(1),
        lastLoss: all(1),
      };
      const rest = {
        trainAccuracy: all(1),
        testAccuracy: all(1),
        stalledSince: all(null),
        diverged: all(null),
      };
      const sweep = sweepResult({ ...columns, ...rest, deadReluSince: Array.from(columns.seed.keys()) });
      return readSection(Sweep, { sweep });
    };
    const [exact, more] = [dying(200), dying(201)].map((lines) => [
      lines.filter((line) => line.includes('dead since')).length,
      lines.find((line) => line.includes('can be made of sweep.json')),
    ]);
    expect([exact, more]).toEqual([
      [200, undefined],
      [200, '1 row more can be made of sweep.json.'],
    ]);
  });

  it('counts a loss in four bars to a decade, an accuracy in bars of 2 %, by how the run ended', () => {
    const lastLoss = [1, 0.56, 1e-9, 0.02, null, 0.4];
    const bins = lossBins(sweepResult({ lastLoss, stalledSince: [null, 0, null, null, null, null] }));
    // From 1e-7, where all smaller ones are, to the bar that begins at 1. The fourth run diverged, the second is dead.
    expect([bins.length, bins[0], bins.at(-1)]).toEqual([
      29,
      { from: 1e-7, to: 10 ** -6.75, trained: 1, stalled: 0, dead: 0 },
      { from: 1, to: 10 ** 0.25, trained: 1, stalled: 0, dead: 0 },
    ]);
    expect(bins.at(-3)).toMatchObject({ trained: 1, stalled: 0, dead: 1 });
    const shares = accuracyBins(sweepResult({ testAccuracy: [0.96, 0.9799, 0.98, 0, 1, 0.979] }));
    expect(shares.map(({ trained, stalled, dead }) => [trained, stalled, dead])).toEqual([
      [2, 0, 1],
      [1, 1, 0],
    ]);
  });
});
