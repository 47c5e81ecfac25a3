import { describe, expect, it } from '@jest/globals';
import { Relu } from '../../../../src/report/sections/relu/section.tsx';
import { expectInOrder, percent, readSection } from '../../../support/page.ts';
import { pixelsOf, plainForward } from '../../../support/plainForward.ts';
import { trainResult } from '../../../support/results.ts';

// The share of open ReLUs follows by hand from test/support/results.ts; the counts by digit come from plain loops over
// its images.
const train = trainResult({ epochs: 4 });
const right = readSection(Relu, { train }, train);
const dying = trainResult({ epochs: 4, dead: true });
const dead = readSection(Relu, { train: dying }, dying);

describe('ReLUs', () => {
  const ofDigit = (label: number, kernel = train.parameters.kernel) =>
    train.images!.train.labels.flatMap((other, sample) =>
      other === label
        ? [plainForward({ ...train.parameters, kernel }, pixelsOf(train.images!.train, sample)).convOut]
        : [],
    );
  const openShare = (maps: number[][]): number =>
    maps.flat().filter((value) => value > 0).length / maps.flat().length;
  const neverOpen = (maps: number[][]): number =>
    maps[0]!.filter((_, place) => maps.every((map) => map[place]! <= 0)).length;
  const short = (share: number): number => Number(share.toPrecision(4));
  const [eights, ones] = [ofDigit(0), ofDigit(1)];
  // Until epoch 3 the kernel only grows as a whole, which opens no ReLU and closes none.
  const [eightsBefore, onesBefore] = [ofDigit(0, train.initial.kernel), ofDigit(1, train.initial.kernel)];
  const ofBoth = (epochs: string[]): string[] =>
    epochs.map((start, at) =>
      at < 3
        ? `${start} ${percent(openShare(eightsBefore))} | ${percent(openShare(onesBefore))} |`
        : `${start} ${percent(openShare(eights))} | ${percent(openShare(ones))} |`,
    );
  const byDigit = [
    `scatter digit 8 [#d55e00 dash diamond]: points 5, (0, ${short(openShare(eightsBefore))}) to (4, ${short(openShare(eights))})`,
    `scatter digit 1 [#0072b2 dot square]: points 5, (0, ${short(openShare(onesBefore))}) to (4, ${short(openShare(ones))})`,
  ];

  it('that are alive, digit by digit', () => {
    expectInOrder(right, [
      'Are the ReLUs dead? (pass) Alive',
      // 0.42 + 0.04 w(3).
      'ReLUs are alive: 45.9% of them are open after the last epoch',
      'Open ReLUs by epoch, and the pre-activations',
      'Open for digit 1',
      percent(openShare(ones)),
      'Open for digit 8',
      percent(openShare(eights)),
      'Never open for digit 1',
      `${neverOpen(ones)} of 144`,
      'Never open for digit 8',
      `${neverOpen(eights)} of 144`,
      'Never open at all',
      `${neverOpen([...ones, ...eights])} of 144`,
      'plot "Open ReLUs, by epoch" with the epoch’s cursor',
      'axes x Epoch; y Share of open ReLUs',
      'scatter all images [#009e73]: points 4, (1, 0.4364) to (4, 0.4593)',
      ...byDigit,
      'Over all positions of all training images, after each epoch, and over those of each digit.',
      'Share of open ReLUs by epoch: ReLUs are alive: 45.9% of them are open after the last epoch',
      '| Epoch | Share of pre-activations above 0 | digit 8 | digit 1 |',
      ...ofBoth(['| 1 | 43.6% |', '| 2 | 40.4% |', '| 3 | 40.4% |', '| 4 | 45.9% |']),
    ]);
    expect(right.join()).not.toMatch(/What to do|--seed|too many images|is silent/);
  });

  it('and their pre-activations', () => {
    const count = (maps: number[][], from: number): number =>
      maps.flat().filter((value) => value > from && value <= from + 0.5).length;
    const edges = Array.from({ length: 20 }, (_, bin) => -5 + bin / 2);
    const bars = (maps: number[][]): string =>
      `sum 14400, (-4.75, ${count(maps, -5)}) to (4.75, ${count(maps, 4.5)})`;
    // 100 images of each digit with 144 places are 14,400; what is beyond the outermost bins is none.
    expectInOrder(right, [
      'plot "Pre-activations after epoch 4"',
      'axes x Pre-activation (convOut); y Count log',
      `bar digit 8 [#d55e00]: bars 20, ${bars(eights)}`,
      `bar digit 1 [#0072b2]: bars 20, ${bars(ones)}`,
      'rect from x 0 to 5',
      'note "open" at (1, 1)',
      'At each position of each training image, on a logarithmic axis. A ReLU hands on what is above 0 and stops the rest; a patch without ink gives exactly 0, which is closed.',
      'Pre-activations of all training images after epoch 4, by digit',
      '| Above | Up to | digit 8 | digit 1 |',
      ...edges.map((from) => `| ${from} | ${from + 0.5} | ${count(eights, from)} | ${count(ones, from)} |`),
    ]);
  });

  it('that died: since when, and what to do', () => {
    expectInOrder(dead, [
      'Are the ReLUs dead? (warn) Dead',
      'Every ReLU is dead since epoch 3',
      'No pre-activation of any training image is above 0 any more, so the gradients of kernel and weight are 0 for good and only the bias still moves. The gradient is not wrong: the start or the step was. What to do:',
      // The next seed after 1, a tenth of 0.1.
      'another start: --seed 2',
      'a smaller step: --learning-rate 0.01',
      '(open)',
      'Open ReLUs by epoch, and the pre-activations',
      'scatter all images [#009e73]: points 4, (1, 0.2) to (4, 0)',
      ...byDigit,
      'Share of open ReLUs by epoch: Every ReLU is dead since epoch 3',
      ...ofBoth(['| 1 | 20.0% |', '| 2 | 10.0% |', '| 3 | 0.0% |', '| 4 | 0.0% |']),
    ]);
  });

  it('that died with a learning rate of many digits: a tenth of it, in three', () => {
    const config = { ...dying.config, learningRate: 0.123456 };
    expect(readSection(Relu, { train: { ...dying, config } }, dying)).toContain(
      'a smaller step: --learning-rate 0.0123',
    );
  });

  it('of a run that does not carry its images', () => {
    const lines = readSection(Relu, { train }, { ...train, images: null });
    expectInOrder(lines, [
      'Are the ReLUs dead? (pass) Alive',
      'Open ReLUs by epoch',
      'scatter all images [#009e73]: points 4, (1, 0.4364) to (4, 0.4593)',
      'Over all positions of all training images, after each epoch.',
      '| Epoch | Share of pre-activations above 0 |',
      '| 1 | 43.6% |',
      '| 4 | 45.9% |',
      'This run has too many images for train.json to carry them, so their pre-activations are not shown.',
    ]);
    expect(lines.join()).not.toMatch(/digit [18]|Never open|Pre-activations/);
  });
});
