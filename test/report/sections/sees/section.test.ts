import { describe, expect, it } from '@jest/globals';
import { Sees } from '../../../../src/report/sections/sees/section.tsx';
import { expectInOrder, NO_INK, percent, readSection, size, tableOf } from '../../../support/page.ts';
import { pixelsOf, plainForwards } from '../../../support/plainForward.ts';
import { trainResult } from '../../../support/results.ts';

// Expected readings come from plain loops over the images of test/support/results.ts.
const train = trainResult({ epochs: 4 });
const { test: testSet } = train.images!;
const right = readSection(Sees, {}, train);
const bare = readSection(Sees, {}, { ...train, images: null });
const readings = plainForwards(train, testSet);
const kernel = train.parameters.kernel.flat();
const { weight } = train.parameters;
const QUESTION = [
  'What does it see?',
  'The kernel slides over the image, the ReLU keeps what is above 0, each place has its weight. The result speaks for 1 (red) or for 8 (blue); with the bias it adds up to the logit.',
];

describe('what it sees', () => {
  const pixels = pixelsOf(testSet, 0);
  const { convOut, contributions, logit, prediction, label } = readings[0]!;
  const most = Math.max(...contributions.map(Math.abs));
  const at = contributions.findIndex((value) => Math.abs(value) === most);
  const [row, column] = [Math.floor(at / 12), at % 12];
  const window = kernel.map((_, tap) => pixels[16 * (row + Math.floor(tap / 5)) + column + (tap % 5)]!);
  const sumOf = (holds: (value: number) => boolean): [string, number] => {
    const some = contributions.filter(holds);
    return [Math.abs(some.reduce((sum, value) => sum + value, 0)).toFixed(3), some.length];
  };

  it('in the first test image: an 8, by the sum of its places', () => {
    const [forOne, forEight] = [sumOf((value) => value > 0), sumOf((value) => value < 0)];
    const byPlace = weight.map((_, place) =>
      readings.reduce((sum, reading) => sum + Math.abs(reading.contributions[place]!), 0),
    );
    const whole = byPlace.reduce((sum, value) => sum + value, 0);
    const running = byPlace
      .sort((a, b) => b - a)
      .map((_, last) => byPlace.slice(0, last + 1).reduce((a, b) => a + b));
    const half = running.findIndex((sum) => sum >= whole / 2) + 1;
    expect([label, prediction < 0.5, testSet.indices[0], contributions[at]! < 0]).toEqual([0, true, 1, true]);
    expectInOrder(right, [
      QUESTION[0]!,
      `Half of what decides comes from ${half} of the 144 places that it looks at`,
      QUESTION[1]!,
      'Image',
      '(selected) 430 test images',
      '200 training images',
      'Your drawing',
      '(Previous image) ‹',
      '(429)',
      '(Next image) ›',
      // Lines are counted from 1.
      `Test image 0, line 2 of its file: an 8, read as an 8 with ${percent(1 - prediction)} (pass) Right`,
      'image 16 by 16 pixels',
      '(the pixels of test image 0)',
      '0 (ink) 1',
      'convOut image ∗ kernel',
      '(convOut of test image 0)',
      ...[Math.max(...convOut.map(Math.abs))].map((end) => `-${size(end)} (signed) ${size(end)}`),
      'reluOut max(0, convOut)',
      '(reluOut of test image 0)',
      `0 (size) ${size(Math.max(...convOut))}`,
      'weight one for each place',
      '(the weight of every place)',
      '-0.099 (signed) 0.099',
      'contribution reluOut · weight',
      '(contributions of test image 0 to the logit)',
      `-${size(most)} for 8 (signed) ${size(most)} for 1`,
      '-0.310 bias',
      `+ ${forOne[0]} for 1, ${forOne[1]} places`,
      `− ${forEight[0]} for 8, ${forEight[1]} places`,
      `= ${logit.toFixed(3)} logit`,
      `→ ${percent(prediction)} probability of 1`,
    ]);
  });

  it('at the place that says most', () => {
    expectInOrder(right, [
      `The 25 products add up to convOut[${row}][${column}] = ${size(convOut[at]!)} : the ReLU is open and lets it through. Times weight ${size(weight[at]!)} it adds -${size(most)} to the logit, for 8.`,
      `One place, number by number: row ${row}, column ${column}`,
      'Move the window with the arrow keys when the image has the focus, or point at a map.',
      'Pixels under the window',
      ...tableOf(window),
      '× kernel',
      ...tableOf(kernel),
      '= products',
      ...tableOf(kernel.map((tap, index) => tap * window[index]!)),
    ]);
  });

  it('map by map', () => {
    expectInOrder(right, [
      'Data of these maps',
      'The pixels of test image 0',
      ...tableOf(pixels),
      '(Save picture: image) Save picture',
      '(Save data: image) Save data',
      'ConvOut of test image 0',
      ...tableOf(convOut),
      '(Save picture: convOut) Save picture',
      '(Save data: convOut) Save data',
      'ReluOut of test image 0',
      ...tableOf(convOut.map((value) => Math.max(0, value))),
      'The weight of every place',
      ...tableOf(weight),
      '(Save data: weight) Save data',
      'Contributions of test image 0 to the logit',
      ...tableOf(contributions),
      '(Save picture: contribution) Save picture',
      '(Save data: contribution) Save data',
    ]);
  });

  it('in nothing, where the run does not carry its images', () => {
    expectInOrder(bare, [
      QUESTION[0]!,
      'It looks at 144 places and weighs each',
      QUESTION[1]!,
      'The run has more images than a page can carry, 200 for training and 430 for testing: only what you draw is shown here.',
      '(selected) Your drawing',
      'Your drawing: read as an 8 with 57.7%',
      '0 (signed) 0',
      '0 (size) 0',
      '-0.099 (signed) 0.099',
      '0 for 8 (signed) 0 for 1',
      ...NO_INK,
      // The middle of 12 by 12, and weight 0.1 w(103) there.
      'The 25 products add up to convOut[6][6] = 0 : the ReLU is closed, reluOut is 0, and weight 4.2e-3 adds nothing.',
      'Pixels under the window',
      ...tableOf(kernel.map(() => 0)),
      '= products',
      ...tableOf(kernel.map(() => 0)),
    ]);
    expect(bare.join()).not.toMatch(/test image \d|training images|Right|Wrong/);
  });
});
