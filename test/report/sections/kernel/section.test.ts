import { expect, it } from '@jest/globals';
import { Kernel } from '../../../../src/report/sections/kernel/section.tsx';
import { expectInOrder, KERNEL_COLUMNS, readSection, TRAINED_KERNEL } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

// The numbers follow by hand from test/support/results.ts. There w(at) = sin(12.9898 (at + 1)) cos(4.1414 at).
const train = trainResult({ epochs: 4 });

it('kernel: what it became, what it was, the change and the norms', () => {
  expectInOrder(readSection(Kernel, { train }, train), [
    'What did the kernel learn?',
    'The kernel’s norm goes from 0.244 to 2.62',
    '(4) 4',
    'plot "Trained 5x5 Convolutional Kernel"',
    'axes x; y reversed',
    'heatmap 5x5: -0.4011 to -0.8487',
    'Row 0 is on top, as the notebook’s imshow draws it. Bright cells raise the output where the image has ink under them, dark ones lower it.',
    'The kernel after epoch 4',
    KERNEL_COLUMNS,
    ...TRAINED_KERNEL,
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
    KERNEL_COLUMNS,
    '| 0 | 0.0411 | -0.0405 | -0.0397 | 0.0982 | -0.0559 |',
    '| 4 | 0.0209 | 0.0059 | 0.0309 | -0.0361 | -0.0385 |',
    'plot "Change since the start"',
    // 0 is in the middle, and the ends are the largest change, 0.9 sin 2.
    'heatmap 5x5: -0.4422 to -0.8102, scale -0.8184 to 0.8184',
    'Blue fell, red rose; the scale is the same in every epoch.',
    'Change of the kernel up to epoch 4',
    KERNEL_COLUMNS,
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

it('a kernel that has not moved, but for the precision of its engine', () => {
  const title = (factor: number) => {
    const kernel = train.initial.kernel.map((row) => row.map((tap) => factor * Math.fround(tap)));
    return readSection(
      Kernel,
      { train: { ...train, parameters: { ...train.parameters, kernel } } },
      train,
    )[1];
  };
  expect([title(1), title(2)]).toEqual([
    'The kernel has not moved',
    'The kernel’s norm goes from 0.244 to 0.488',
  ]);
});
