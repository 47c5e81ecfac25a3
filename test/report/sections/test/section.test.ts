import { describe, expect, it } from '@jest/globals';
import { Test } from '../../../../src/report/sections/test/section.tsx';
import { expectInOrder, percent, readSection, size } from '../../../support/page.ts';
import { plainForwards } from '../../../support/plainForward.ts';
import { trainResult } from '../../../support/results.ts';

// Expected readings come from plain loops over the images of test/support/results.ts, and from its own numbers: it
// claims to read 422 of 430 test images, which its network does not reach.
const train = trainResult({ epochs: 4 });
const { test: testSet } = train.images!;
const right = readSection(Test, { train }, train);
const dying = trainResult({ epochs: 4, dead: true });
const dead = readSection(Test, { train: dying }, dying);
const without = { ...train, images: null };
const bare = readSection(Test, { train: without }, without);

const readings = plainForwards(train, testSet);
const ofDigit = (label: number): number[] =>
  readings.filter((reading) => reading.label === label).map(({ prediction }) => prediction);
const [eights, ones] = [ofDigit(0), ofDigit(1)];
const countIf = (values: number[], holds: (value: number) => boolean): number => values.filter(holds).length;

const falsePositives = countIf(eights, (p) => p > 0.5);
const truePositives = countIf(ones, (p) => p > 0.5);

describe('test images', () => {
  it('counted at the threshold, with what chance would get', () => {
    // Each 1 against each 8: the share of pairs where the 1 gets the higher probability, half for a tie.
    const pairs = ones.flatMap((one) => eights.map((eight) => (one > eight ? 1 : one === eight ? 0.5 : 0)));
    const area = pairs.reduce((sum: number, won) => sum + won, 0) / pairs.length;
    expectInOrder(right, [
      'Where does it fail? (pass) Reads',
      '98.1% of 430 test images are read right',
      '(4) 4',
      'Threshold',
      '(1) 0.50',
      'Confusion matrix of the test images, threshold 0.50, after epoch 4',
      '| truth | read as 8 | read as 1 |',
      `| is 8 | (right) ${eights.length - falsePositives} right | (wrong) ${falsePositives} wrong |`,
      `| is 1 | (wrong) ${ones.length - truePositives} wrong | (right) ${truePositives} right |`,
      // 1 - 0.3 / 5.
      'Training accuracy, threshold 0.50',
      '94.0%',
      'Test accuracy, threshold 0.50',
      percent((eights.length - falsePositives + truePositives) / 430),
      'Area under the ROC curve',
      area.toFixed(4),
      'Always the same answer would get',
      percent(Math.max(eights.length, ones.length) / 430),
    ]);
  });

  it('at every threshold', () => {
    const rows = right.filter((line) => /^\| 0\.\d+ \|/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      // The page's number is rounded to six digits here.
      const from = Number(row.split('|')[1]) - 1e-6;
      const [fp, tp] = [eights, ones].map((some) => percent(countIf(some, (p) => p >= from) / some.length));
      expect(row).toMatch(new RegExp(`^\\| 0\\.\\d+ \\| ${fp} \\| ${tp} \\|$`));
    }
    const at = [falsePositives / eights.length, truePositives / ones.length].map((share) =>
      Number(share.toPrecision(4)),
    );
    expectInOrder(right, [
      'The ROC curve, and the images that are read wrong',
      'plot "ROC of the test images, after epoch 4"',
      'axes x Share of 8s read as 1; y Share of 1s read as 1',
      'scatter chance [#7a8794 dash]: points 2, (0, 0) to (1, 1)',
      // One more than the rows that have a probability: "none".
      `scatter network [#0072b2]: points ${rows.length + 1}, (0, 0) to (1, 1)`,
      `scatter threshold 0.50 [#d55e00 diamond]: points 1, (${at}) to (${at})`.replaceAll(',0', ', 0'),
      'Each threshold is a point of the curve; towards the upper left is better. The table has its corners.',
      'ROC curve of the test images, after epoch 4',
      '| Read as 1 from probability | 8s read as 1 | 1s read as 1 |',
      '| none | 0.0% | 0.0% |',
      `| ${Number(Math.min(...eights, ...ones).toPrecision(6))} | 100.0% | 100.0% |`,
    ]);
  });

  it('that are read wrong, the worst first', () => {
    const wrong = readings
      .map(({ label, prediction }, sample) => ({
        label,
        sample,
        sure: Math.max(prediction, 1 - prediction),
        prediction,
      }))
      .filter(({ label, prediction }) => label !== (prediction > 0.5 ? 1 : 0))
      .sort((a, b) => b.sure - a.sure);
    expectInOrder(right, [
      `${wrong.length} test images are read wrong`,
      'Choose one to see what the network sees in it.',
      // The loss of a wrong answer that has probability p is -ln(1 - p).
      ...wrong
        .slice(0, 12)
        .map(
          ({ label, sample, sure }) =>
            `(Test image ${sample}) ${label === 1 ? '1 read as 8' : '8 read as 1'} ${percent(sure)}, loss ${size(-Math.log(1 - sure))}`,
        ),
      `The 12 with the largest loss, of ${wrong.length}.`,
      `Show all ${wrong.length}`,
    ]);
  });

  it('of a run that guesses, and of one that does not carry them', () => {
    expectInOrder(dead, [
      'Where does it fail? (warn) Guesses',
      '38.6% of 430 test images are read right, no better than always the same answer',
      'Training accuracy, threshold 0.50',
      '50.0%',
    ]);
    expect(bare).toEqual([
      'Where does it fail? (pass) Reads',
      '98.1% of 430 test images are read right',
      'The run has more images than a page can carry, so its 430 test images are not shown, nor read at another threshold.',
      'Confusion matrix of the test images, threshold 0.50',
      '| truth | read as 8 | read as 1 |',
      '| is 8 | (right) 161 right | (wrong) 5 wrong |',
      '| is 1 | (wrong) 3 wrong | (right) 261 right |',
      'Training accuracy',
      '100.0%',
      'Test accuracy',
      '98.1%',
      'Area under the ROC curve',
      '0.9962',
      'Always the same answer would get',
      // 264 of 430.
      '61.4%',
    ]);
  });

  it('of data that has none, and of one digit only', () => {
    const test = { ...train.test, count: 0, accuracy: null };
    expect(readSection(Test, { train: { ...train, test } }, train)).toEqual([
      'Where does it fail? (info) Untested',
      'No test images: 100.0% of the training images are read right',
      'The data has no test images of the two digits, so nothing shows how it reads new ones.',
    ]);
    const undefinedArea = { ...without, test: { ...train.test, auc: null, accuracy: null } };
    expectInOrder(readSection(Test, { train: undefinedArea }, without), [
      ...['Test accuracy', 'not known', 'Area under the ROC curve', 'not defined'],
    ]);
    const exact = { ...without, test: { ...train.test, auc: 0.123456 } };
    expect(readSection(Test, { train: exact }, without)).toContain('0.1235');
  });
});
