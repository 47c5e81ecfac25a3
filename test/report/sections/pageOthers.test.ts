import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../../src/notebook/sweep/summary.ts';
import type { SweepResult } from '../../../src/results/sweep.ts';
import { configWith } from '../../notebook/sweep/plans.ts';
import { auditResult, known } from '../../support/audit.ts';
import { expectInOrder, readPage } from '../../support/page.ts';
import { compareResult, trainResult } from '../../support/results.ts';

const train = trainResult({ epochs: 4 });
const compare = compareResult({ epochs: 4 });

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

describe('audit', () => {
  const COUNTS = [
    '2 cases of 101 of the 101 gradients that are registered, in 11.2 s: in double precision against finite differences, in single precision against double precision; first with what this project corrects, then as TensorFlow.js is shipped. The exact check proves 1 of these gradients.',
    'Cases by backend',
    '| Backend | Right | Wrong | Refused | Cannot tell | Wrong as shipped | Refused as shipped | Kernels of this project |',
    '| native | | | | | | | the addon is not there |',
    '| cpu | 3 | 1 | 5 | 7 | 11 | 13 | MaxPool3DGrad and ResizeNearestNeighborGrad |',
  ];
  const FAULTS = [
    'What is wrong, refused or missing, and why',
    'Wrong, and not fixed here',
    '| Op | Backend | Input | Came, and right | Why |',
  ];
  const MIRROR_PAD =
    '| mirrorPad | cpu | x [4]; paddings [[1,2]], mode reflect | dx[2] = 1.1128, right: 0.15757 |';
  const QUESTION = 'Are the gradients of TensorFlow.js itself right?';

  it('with what is known only', () => {
    expect(readPage({ audit: auditResult(), compare }).audit).toEqual([
      QUESTION,
      '1 known mistake that this project does not fix, and no new one',
      ...COUNTS,
      ...FAULTS,
      `${MIRROR_PAD} dy of the mirrored border is dropped |`,
      'No gradient at all: cumprod.',
    ]);
  });

  it('with something new, which is opened', () => {
    expect(
      readPage({ audit: auditResult([{ ...known[0]!, fault: null, reason: null }]), compare }).audit,
    ).toEqual([
      QUESTION,
      '1 result of the audit came out neither right nor as known',
      ...COUNTS,
      '(open)',
      ...FAULTS,
      `${MIRROR_PAD} NEW: not known |`,
      'No gradient at all: cumprod.',
    ]);
  });
});

describe('provenance', () => {
  const RUN =
    'backproof run --seed 1 --positive 1 --negative 8 --per-class 100 --epochs 80 --learning-rate 0.1';
  const COMPARE = 'backproof compare --seed 1';
  const BACKEND = 'wasm: the native addon is not built; wasm has every kernel that this run needs';
  const settings = [
    'Configuration',
    '| Setting | Value |',
    '| seed | 1 |',
    '| positive | 1 |',
    '| negative | 8 |',
    '| perClass | 100 |',
    '| epochs | 4 |',
    '| learningRate | 0.1 |',
    '| kernelSize | 5 |',
    '| engine | manual |',
    '| loss | logits |',
    '| backend | auto |',
    '| data | auto |',
  ];
  const start = (source: string, commands: string[]): string[] => [
    'Can I trust and repeat it?',
    `Seed 1 on ${source} digits: the same command gives the same run`,
    ...commands.flatMap((command) => [command, 'Copy']),
    'Save the results as JSON',
    'without images, histories and single elements, which train.json and compare.json have',
    'Settings, versions, machine, data and its checksums',
    ...settings,
    'Where and when',
  ];

  it('of a run with its comparison', () => {
    const twice = (name: string, value: string): string => `| ${name} | ${value} | ${value} |`;
    expect(readPage({ train, compare }).provenance).toEqual([
      ...start('the USPS', [RUN, COMPARE]),
      '| What | Training | Comparison |',
      twice('backproof', '0.1.0, commit 0123456'),
      twice('TensorFlow.js', '4.22.0'),
      twice('Backend', BACKEND),
      twice('Node', 'v20.19.0'),
      twice('Machine', 'linux x64, Example CPU, 2 cores'),
      twice('Started', '2026-01-02T03:04:05.000Z'),
      // 200 samples in each of 4 epochs.
      '| Time | 2.7 s for 800 steps, 169 µs each | 8.4 s for 800 steps |',
      '200 training images and 430 test images of the USPS digits.',
      'Files that were read',
      '| File | Bytes | SHA-256 |',
      `| usps.bz2 | 6,579,383 | ${'a'.repeat(64)} |`,
      `| usps.t.bz2 | 1,831,726 | ${'b'.repeat(64)} |`,
    ]);
  });

  it('of a run over drawn digits, which read no file', () => {
    const alone = readPage({ train: trainResult({ epochs: 4, source: 'synthetic' }) });
    expect(alone.provenance).toEqual([
      ...start('SYNTHETIC', [RUN]),
      '| What | Training |',
      '| backproof | 0.1.0, commit 0123456 |',
      '| TensorFlow.js | 4.22.0 |',
      `| Backend | ${BACKEND} |`,
      '| Node | v20.19.0 |',
      '| Machine | linux x64, Example CPU, 2 cores |',
      '| Started | 2026-01-02T03:04:05.000Z |',
      '| Time | 2.7 s for 800 steps, 169 µs each |',
      '200 training images and 430 test images of SYNTHETIC digits.',
    ]);
  });

  it('of a comparison alone', () => {
    const { provenance } = readPage({ compare });
    expectInOrder(provenance, [...start('the USPS', [COMPARE]), '| What | Comparison |']);
    expectInOrder(provenance, ['| Time | 8.4 s for 800 steps |', 'Files that were read']);
    expect(provenance!.join()).not.toMatch(/Training|each/);
  });
});

it('a page tells which results it lacks, and how to make them', () => {
  const omitted = (question: string, name: string): string[] => [
    '(omitted)',
    question,
    `Not in this report: it needs ${name}.json , which backproof ${name} writes.`,
  ];
  const sections = (results: Parameters<typeof readPage>[0]): string[] => Object.keys(readPage(results));
  expect(readPage({ compare })['no-train']).toEqual(omitted('The training and the trained network', 'train'));
  expect(readPage({ train })['no-compare']).toEqual(omitted('The comparison of the gradients', 'compare'));
  expect(sections({ compare })).toEqual([
    'verdict',
    ...['gradients', 'chain', 'saturation', 'provenance', 'no-train'],
  ]);
  expect(sections({ train })).toEqual([
    ...['verdict', 'training', 'saturation', 'relu', 'kernel', 'sees', 'draw', 'test', 'live', 'provenance'],
    'no-compare',
  ]);
  expect(sections({ train, compare })).toEqual([
    ...['verdict', 'gradients', 'chain', 'training', 'saturation', 'relu', 'kernel', 'sees', 'draw', 'test'],
    ...['live', 'provenance'],
  ]);
});
