import { describe, expect, it } from '@jest/globals';
import { Draw } from '../../../../src/report/sections/draw/section.tsx';
import { expectInOrder, NO_INK, readSection, tableOf } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

// The readings follow from the numbers of test/support/results.ts. The bias is -0.31, whose sigmoid is 0.4231.
const train = trainResult({ epochs: 4 });
const right = readSection(Draw, {}, train);
const bare = readSection(Draw, {}, { ...train, images: null });

describe('drawing', () => {
  const AGREES =
    '(pass) Agrees The page’s own inference agrees with the trained network on all 430 test images; the largest difference of a probability is 0. Computed when this page was made, compared with the predictions stored in the run.';
  const SQUARE = [
    'Draw a digit, and see it read as 1 or 8',
    'The network knows two digits. Whatever you draw, a 3, a face or nothing at all, it is forced into 1 or 8. The digits that it learned from fill their square from edge to edge, so draw large.',
    'Drawing needs scripts.',
    '(4) 4',
    'Reads as an 8 : 42.3% for 1, 57.7% for 8',
  ];
  const MAPS = [
    'Eraser',
    'Clear',
    'Keyboard: arrow keys move, Space paints, also while you move; Backspace, or Shift with either, erases.',
    'reluOut max(0, convOut)',
    '(reluOut of your drawing)',
    '0 (size) 0',
    'contribution reluOut · weight',
    '(contributions of your drawing to the logit)',
    '0 for 8 (signed) 0 for 1',
    ...NO_INK,
    'Look at it place by place',
    'The pixels of your drawing',
    ...tableOf(Array(256).fill(0)),
    'ReluOut of your drawing',
    ...tableOf(Array(144).fill(0)),
    'Contributions of your drawing to the logit',
    ...tableOf(Array(144).fill(0)),
  ];

  it('starts with an empty square, which only the bias reads', () => {
    expectInOrder(right, [
      'Does it read my digit?',
      'An empty square reads as an 8, with 57.7%',
      AGREES,
      ...SQUARE,
      'Load a 1',
      'Load an 8',
      ...MAPS,
    ]);
  });

  it('tells that the page reads otherwise than the run', () => {
    const predictions = train.test.predictions.map((p, sample) => (sample === 7 ? p + 0.25 : p));
    expectInOrder(readSection(Draw, {}, { ...train, test: { ...train.test, predictions } }), [
      '(fail) Differs The page’s own inference differs from the trained network on 1 of 430 test images, by up to 0.25. Computed when this page was made, compared with the predictions stored in the run.',
    ]);
  });

  it('has no digits to load where the run does not carry its images', () => {
    expectInOrder(bare, [
      'An empty square reads as an 8, with 57.7%',
      'The run has more images than a page can carry, so the page cannot show that it reads its 430 test images like the trained network.',
      ...SQUARE,
      ...MAPS,
    ]);
    expect(bare.join()).not.toMatch(/Load an? \d|Agrees|Differs/);
  });
});
