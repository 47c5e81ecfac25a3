import { describe, expect, it } from '@jest/globals';
import { Training } from '../../../../src/report/sections/training/section.tsx';
import type { TrainResult } from '../../../../src/results/train.ts';
import { expectInOrder, readSection } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

const read = (train: TrainResult): string[] => readSection(Training, { train }, train);
const train = trainResult({ epochs: 4 });
const right = read(train);
const dead = read(trainResult({ epochs: 4, dead: true }));

describe('training', () => {
  it('of a run that learns', () => {
    expectInOrder(right, [
      'How did training go?',
      // 0.2491519 / epoch^1.4, and 4^1.4 is 6.9644.
      'The loss falls from 0.249 to 0.0358 in 4 epochs',
      '(4) 4',
      'Loss of the epoch',
      '0.0358',
      // 1 - 0.3 / 5, and 422/430 - 0.3 / 5.
      'Training images read right',
      '94.0%',
      'Test images read right',
      '92.1%',
      'plot "Loss vs. Epochs" with the epoch’s cursor',
      'axes x Epoch; y Binary Cross-Entropy Loss',
      'scatter without a name [#0072b2]: points 4, (1, 0.2492) to (4, 0.03578)',
      'The loss that the notebook logs, averaged over the 200 samples of each epoch.',
      'Data of this figure',
      'Loss vs. Epochs: The loss falls from 0.249 to 0.0358 in 4 epochs',
      '| Epoch | Binary Cross-Entropy Loss |',
      '| 1 | 0.249152 |',
      '| 2 | 0.0944109 |',
      '| 3 | 0.0535173 |',
      '| 4 | 0.035775 |',
      'plot "Accuracy, by epoch" with the epoch’s cursor',
      'axes x Epoch; y Share read right',
      'scatter training images [#0072b2 solid circle]: points 5, (0, 0.7) to (4, 0.94)',
      'scatter test images [#d55e00 dash square]: points 5, (0, 0.6814) to (4, 0.9214)',
      // The last training accuracy was not there before; the test accuracy is the result's own, 422/430.
      '94.0% of the training images are read right at the end, of 430 test images 98.1% at the end.',
      'Share of training and test images that are read right, by epoch',
      '| Epoch | Training images | Test images |',
      '| start | 70.0% | 68.1% |',
      '| 1 | 85.0% | 83.1% |',
      '| 2 | 90.0% | 88.1% |',
      '| 3 | 92.5% | 90.6% |',
      '| 4 | 94.0% | 92.1% |',
    ]);
    expect(right.join()).not.toMatch(/does not fall|NaN|null|undefined/);
  });

  it('of a run that died: the loss of a coin, from the start', () => {
    expectInOrder(dead, [
      // 0.6953 + 0.003 / epoch.
      'The loss falls from 0.698 to 0.696 in 4 epochs',
      '50.0%',
      '38.6%',
      'scatter without a name [#0072b2]: points 4, (1, 0.6983) to (4, 0.6961)',
      '| 1 | 0.6983 |',
      '| 4 | 0.69605 |',
      'scatter training images [#0072b2 solid circle]: points 5, (0, 0.5) to (4, 0.5)',
      'scatter test images [#d55e00 dash square]: points 5, (0, 0.386) to (4, 0.386)',
      '50.0% of the training images are read right from the start, of 430 test images 38.6% at the end.',
      '| start | 50.0% | 38.6% |',
      '| 4 | 50.0% | 38.6% |',
    ]);
  });

  it('that has read all since some epoch, and one whose loss rises', () => {
    const checkpoints = train.checkpoints.map((each) => ({
      ...each,
      trainAccuracy: each.epoch < 1 ? 0.5 : 1,
    }));
    expectInOrder(read({ ...train, checkpoints, losses: [0.5, 0.75, 1, 2] }), [
      'The loss does not fall: it goes from 0.5 to 2 in 4 epochs',
      '100.0% of the training images are read right since epoch 1, of 430 test images 98.1% at the end.',
    ]);
  });

  it('of one epoch, of none, and of one that ends as it began', () => {
    expect(read({ ...train, losses: [0.5] })[1]).toBe('After one epoch the loss is 0.5');
    expect(read({ ...train, losses: [] })).toEqual([
      ...['How did training go?', 'Training ended before its first epoch was finished'],
      'There is no loss to show: only a whole epoch has one.',
    ]);
    expect(read({ ...train, losses: [0.5, 0.5] })[1]).toBe(
      'The loss does not fall: it goes from 0.5 to 0.5 in 2 epochs',
    );
  });

  it('without test images, and with no network stored', () => {
    const checkpoints = train.checkpoints.map((each) => ({ ...each, testAccuracy: null }));
    expectInOrder(read({ ...train, checkpoints, test: { ...train.test, accuracy: null } }), [
      '94.0% of the training images are read right at the end; there are no test images.',
      '| start | 70.0% | |',
    ]);
    const unread = train.checkpoints.map((each) => ({ ...each, trainAccuracy: null }));
    expect(read({ ...train, checkpoints: unread }).join()).not.toContain(
      'of the training images are read right',
    );
  });
});
