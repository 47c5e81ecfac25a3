import { describe, expect, it } from '@jest/globals';
import { TwoRuns } from '../../../../src/report/sections/twoRuns/section.tsx';
import { expectInOrder, KERNEL_COLUMNS, readSection, TRAINED_KERNEL } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

// The numbers follow by hand from test/support/results.ts. There w(at) = sin(12.9898 (at + 1)) cos(4.1414 at).
const train = trainResult({ epochs: 4 });

it('two runs: what is the same, what differs, and their curves', () => {
  const other = { ...trainResult({ epochs: 3 }), config: { ...train.config, seed: 2, epochs: 3 } };
  expectInOrder(readSection(TwoRuns, { runs: [train, other] as const }), [
    'How do the two runs differ?',
    'Seed 1, epochs 4 reads 98.1% of the test images right, seed 2, epochs 3 reads 98.1% of the test images right',
    'They differ in seed and epochs; the rest of the settings is the same. Everything else on this page is the first run’s.',
    'plot "Loss of both runs" with the epoch’s cursor',
    'axes x Epoch; y Binary Cross-Entropy Loss log',
    'scatter seed 1, epochs 4 [#0072b2 solid]: points 4, (1, 0.2492) to (4, 0.03578)',
    'scatter seed 2, epochs 3 [#d55e00 dash]: points 3, (1, 0.2492) to (3, 0.05352)',
    'Loss of both runs by epoch',
    '| Epoch | seed 1, epochs 4 | seed 2, epochs 3 |',
    '| 1 | 0.249152 | 0.249152 |',
    '| 3 | 0.0535173 | 0.0535173 |',
    '| 4 | 0.035775 | |',
    'plot "Open ReLUs of both runs" with the epoch’s cursor',
    'axes x Epoch; y Share of pre-activations above 0',
    'scatter seed 1, epochs 4 [#0072b2 solid]: points 4, (1, 0.4364) to (4, 0.4593)',
    'scatter seed 2, epochs 3 [#d55e00 dash]: points 3, (1, 0.4364) to (3, 0.4041)',
    'Share of open ReLUs of both runs by epoch',
    '| Epoch | seed 1, epochs 4 | seed 2, epochs 3 |',
    '| 1 | 43.6% | 43.6% |',
    '| 3 | 40.4% | 40.4% |',
    '| 4 | 45.9% | |',
    'Both kernels, and the runs side by side in numbers',
    'plot "Trained kernel, seed 1, epochs 4"',
    'heatmap 5x5: -0.4011 to -0.8487',
    'Trained kernel, seed 1, epochs 4',
    KERNEL_COLUMNS,
    ...TRAINED_KERNEL,
    'plot "Trained kernel, seed 2, epochs 3"',
    'heatmap 5x5: -0.4011 to -0.8487',
    'Trained kernel, seed 2, epochs 3',
    ...TRAINED_KERNEL,
    'Both runs side by side',
    '| What | Seed 1, epochs 4 | Seed 2, epochs 3 |',
    '| Seed | 1 | 2 |',
    '| Positive | 1 | 1 |',
    '| Negative | 8 | 8 |',
    '| Images of each | 100 | 100 |',
    '| Epochs | 4 | 3 |',
    '| Learning rate | 0.1 | 0.1 |',
    '| Kernel size | 5 | 5 |',
    '| Engine | manual | manual |',
    '| Loss | logits | logits |',
    '| Data | auto | auto |',
    '| Loss after the last epoch | 0.0358 | 0.0535 |',
    '| Training accuracy | 100.0% | 100.0% |',
    '| Test accuracy | 98.1% | 98.1% |',
    // 0.42 + 0.04 w(3), and 0.42 + 0.04 w(2).
    '| ReLU | ReLUs are alive: 45.9% of them are open after the last epoch | ReLUs are alive: 40.4% of them are open after the last epoch |',
  ]);
});

describe('two runs', () => {
  const read = (first: object, second: object) =>
    readSection(TwoRuns, {
      runs: [
        { ...train, ...first },
        { ...train, ...second },
      ] as const,
    });
  const { diagnosis, config, test } = train;

  it('with the same settings are the first and the second, which differ in how they end', () => {
    const lines = read(
      { diagnosis: { ...diagnosis, deadReluSince: 3, stalledSince: 2 } },
      { diagnosis: { ...diagnosis, stalledSince: 2 }, losses: [] },
    );
    expect(lines.slice(1, 3)).toEqual([
      'The first run dies in epoch 3, the second run stalls in epoch 2',
      'Both runs have the same settings. Everything else on this page is the first run’s.',
    ]);
    expectInOrder(lines, [
      '| 1 | 0.249152 | |',
      '| Loss after the last epoch | 0.0358 | no epoch was finished |',
    ]);
  });

  it('of other data have no name for it, and without test images are told by the training images', () => {
    const lines = read({}, { config: { ...config, data: 'a file' }, test: { ...test, accuracy: null } });
    expect(lines.slice(1, 3)).toEqual([
      'The first run reads 98.1% of the test images right, the second run ends with 100.0% of its training images read right',
      'They differ in data; the rest of the settings is the same. Everything else on this page is the first run’s.',
    ]);
    expectInOrder(lines, ['| Data | auto | a file |', '| Test accuracy | 98.1% | no test images |']);
  });
});
