import { describe, expect, it } from '@jest/globals';
import { expectInOrder, readPage } from '../../support/page.ts';
import { compareResult, trainResult } from '../../support/results.ts';

// The numbers follow by hand from test/support/results.ts. There w(at) = sin(12.9898 (at + 1)) cos(4.1414 at):
// w of 0, 1, 2, 3 is 0.4109, -0.4049, -0.3972, 0.9824.
const train = trainResult({ epochs: 4 });
const right = readPage({ train, compare: compareResult({ epochs: 4 }) });
const dead = readPage({ train: trainResult({ epochs: 4, dead: true, source: 'synthetic' }) });

describe('training', () => {
  it('of a run that learns', () => {
    expectInOrder(right.training, [
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
    expect(right.training!.join()).not.toMatch(/does not fall|NaN|null|undefined/);
  });

  it('of a run that died: the loss of a coin, from the start', () => {
    expectInOrder(dead.training, [
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
    expectInOrder(readPage({ train: { ...train, checkpoints, losses: [0.5, 0.75, 1, 2] } }).training, [
      'The loss does not fall: it goes from 0.5 to 2 in 4 epochs',
      '100.0% of the training images are read right since epoch 1, of 430 test images 98.1% at the end.',
    ]);
  });
});

const LOGGED = [
  'The logged loss’s gradient differs by up to 6.24, because of the 1e-7 in its logarithms',
  'The logged loss has 1e-7 inside its logarithms, so its gradient is the exact one times p / (p + 1e-7): it halves near logit -16.1 and vanishes beyond.',
  'Manual gradient against autodiff of the logged loss',
  '| What | Found |',
  '| Largest absolute difference of the gradients | 6.24 |',
  '| Largest relative difference | 1 |',
  '| First step that differs | epoch 2, sample 17, logit -15.20 |',
  '| Step that differs most | epoch 2, sample 41, logit -17.87, label 1 |',
  '| Gradient by the logit there | manual -1, logged -0.148 |',
  '| Difference of the kernel’s gradient there | 6.24 |',
  '| Steps that the 1e-7 explains | 37 |',
  '| Steps that it does not explain | 0 |',
];

describe('saturation', () => {
  it('of a run that met it, with the comparison', () => {
    expectInOrder(right.saturation, [
      'Is the loss saturating? (info) Saturated',
      'The logged loss stops teaching at logit -16.1: 3 of 800 steps got there',
      'What the logged loss teaches, by the logit',
      'The notebook logs a loss with 1e-7 inside its logarithms, and trains with the gradient of the exact one. Where the network is sure of the wrong answer the two part: beyond a logit of about 16 the gradient of the logged loss fades to less than half, just where there is most to learn. The hand-written gradient is the exact one and keeps teaching there.',
      // Epoch 4 has 180 steps in bin 34 + 3, which begins at -32 + 37.
      'Steps of the epoch',
      '180',
      'With a logit below -16',
      '0',
      'Lowest logit',
      '5 to 6',
      'plot "What the logged loss teaches, and epoch 4’s logits"',
      'axes x Logit towards the sample’s own label; y Share taught; y2 Steps log',
      // Four points to a unit from -22 to 8; at -22 q is 2.789e-10, so q / (q + 1e-7) is 0.002782.
      'scatter without a name [#0072b2]: points 121, (-22, 0.002782) to (8, 1)',
      // The 16 bins from -32 to -16 have another colour.
      'bar without a name [#d55e00 x16 #009e73 x48]: bars 64, sum 180, at (5.5, 180)',
      'line from x -16.12 to -16.12',
      'note "half at -16.1" at (-16.12, 0.5)',
      'Above: the gradient of the logged loss over the exact one, q / (q + 1e-7), where q is the probability of the right answer. Below: the logits of the epoch’s steps on a logarithmic axis, counted towards their own label, so that what lies left of 0 was read wrong; the outermost bars hold what lies beyond.',
      'Gradient of the logged loss over the exact one, by the logit, and the logits of epoch 4',
      '| Logit from | to | Steps | Share taught at the lower end |',
      '| 5 | 6 | 180 | 1 |',
      ...LOGGED,
    ]);
  });

  it('of an epoch with saturated steps', () => {
    // Epoch 2 has 180 steps in bin 35, from 3 to 4, and 20 in bin 14, from -18 to -17.
    expectInOrder(readPage({ train: trainResult({ epochs: 2 }) }).saturation, [
      'Steps of the epoch',
      '200',
      'With a logit below -16',
      '20',
      'Lowest logit',
      '-18 to -17',
      'bar without a name [#d55e00 x16 #009e73 x48]: bars 64, sum 200, at (-17.5, 20) (3.5, 180)',
      // At -18 q is 1.523e-8.
      '| -18 | -17 | 20 | 0.132 |',
      '| 3 | 4 | 180 | 1 |',
    ]);
  });

  it('of a run without it, and of a comparison without a run', () => {
    expectInOrder(dead.saturation, [
      'Is the loss saturating? (pass) None',
      'No logit came to -16.1, where the logged loss stops teaching',
    ]);
    expect(dead.saturation!.join()).not.toMatch(/logged loss’s gradient differs|\(open\)/);
    const alone = readPage({ compare: compareResult() }).saturation!;
    expect(alone).toEqual([
      'Is the loss saturating? (info) Explained',
      LOGGED[0],
      'Where the logged loss differs, and by how much',
      ...LOGGED.slice(1),
    ]);
  });
});

// 0.1 w(5 row + column), and the trained one, which adds 0.9 sin(column - 2) cos(row - 1).
const TRAINED = [
  '| 0 | -0.4011 | -0.4497 | -0.0397 | 0.5074 | 0.3863 |',
  '| 1 | -0.8344 | -0.7404 | 0.0184 | 0.7663 | 0.7375 |',
  '| 2 | -0.3583 | -0.4090 | -0.0592 | 0.4408 | 0.4431 |',
  '| 3 | 0.3763 | 0.2392 | 0.0271 | -0.2506 | -0.4214 |',
  '| 4 | 0.8311 | 0.7557 | 0.0309 | -0.7858 | -0.8487 |',
];
const COLUMNS = '| Row | column 0 | column 1 | column 2 | column 3 | column 4 |';

it('kernel: what it became, what it was, the change and the norms', () => {
  expectInOrder(right.kernel, [
    'What did the kernel learn?',
    'The kernel’s norm goes from 0.244 to 2.62',
    '(4) 4',
    'plot "Trained 5x5 Convolutional Kernel"',
    'axes x; y reversed',
    'heatmap 5x5: -0.4011 to -0.8487',
    'Row 0 is on top, as the notebook’s imshow draws it. Bright cells raise the output where the image has ink under them, dark ones lower it.',
    'The kernel after epoch 4',
    COLUMNS,
    ...TRAINED,
    'Norms, and the trained values’ range',
    '| Parameter | Start | End | Smallest | Largest |',
    // 0.1 w from 25 on; a norm has no sign.
    '| weight | 0.605 | 0.605 | -0.0984 | 0.099 |',
    '| bias | 0 | 0.31 | -0.31 | -0.31 |',
    '| kernel | 0.244 | 2.62 | -0.849 | 0.831 |',
    'Before training, the change since then, and the norms by epoch',
    'plot "Kernel before training"',
    'heatmap 5x5: 0.04109 to -0.03852',
    'As NumPy’s generator drew it.',
    'The kernel before training',
    COLUMNS,
    '| 0 | 0.0411 | -0.0405 | -0.0397 | 0.0982 | -0.0559 |',
    '| 4 | 0.0209 | 0.0059 | 0.0309 | -0.0361 | -0.0385 |',
    'plot "Change since the start"',
    // 0 is in the middle, and the ends are the largest change, 0.9 sin 2.
    'heatmap 5x5: -0.4422 to -0.8102, scale -0.8184 to 0.8184',
    'Blue fell, red rose; the scale is the same in every epoch.',
    'Change of the kernel up to epoch 4',
    COLUMNS,
    '| 0 | -0.4422 | -0.4092 | 0.0000 | 0.4092 | 0.4422 |',
    '| 1 | -0.8184 | -0.7573 | 0.0000 | 0.7573 | 0.8184 |',
    '| 2 | -0.4422 | -0.4092 | 0.0000 | 0.4092 | 0.4422 |',
    '| 3 | 0.3406 | 0.3152 | 0.0000 | -0.3152 | -0.3406 |',
    '| 4 | 0.8102 | 0.7497 | 0.0000 | -0.7497 | -0.8102 |',
    'plot "Norms, by epoch" with the epoch’s cursor',
    'axes x Epoch; y Norm',
    'scatter weight [#d55e00 dash square]: points 5, (0, 0.6055) to (4, 0.6055)',
    'scatter bias [#009e73 dot diamond]: points 5, (0, 0) to (4, 0.31)',
    'scatter kernel [#0072b2 solid circle]: points 5, (0, 0.2438) to (4, 2.622)',
    'Norms of kernel, weight and bias by epoch',
    '| Epoch | weight | bias | kernel |',
    '| start | 0.605 | 0 | 0.244 |',
    // 1 + 1/40 times the start; the bias falls by 0.31 / 4 in each epoch.
    '| 1 | 0.605 | 0.0775 | 0.25 |',
    '| 2 | 0.605 | 0.155 | 0.256 |',
    '| 4 | 0.605 | 0.31 | 2.62 |',
  ]);
});

it('two runs: what is the same, what differs, and their curves', () => {
  const other = { ...trainResult({ epochs: 3 }), config: { ...train.config, seed: 2, epochs: 3 } };
  expectInOrder(readPage({ train, other })['two-runs'], [
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
    COLUMNS,
    ...TRAINED,
    'plot "Trained kernel, seed 2, epochs 3"',
    'heatmap 5x5: -0.4011 to -0.8487',
    'Trained kernel, seed 2, epochs 3',
    ...TRAINED,
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
