import { describe, expect, it } from '@jest/globals';
import type { Samples } from '../../../src/notebook/data/images.ts';
import type { Run } from '../../../src/notebook/inference/run.ts';
import { Probability } from '../../../src/report/parts/probability.tsx';
import { AgreementLine } from '../../../src/report/sections/draw/agreement.tsx';
import { Draw } from '../../../src/report/sections/draw/section.tsx';
import { KernelChangeIsland, KernelIsland } from '../../../src/report/sections/kernel/island.tsx';
import { PreActivationsIsland, ReluIsland } from '../../../src/report/sections/relu/island.tsx';
import { Relu } from '../../../src/report/sections/relu/section.tsx';
import { SaturationIsland } from '../../../src/report/sections/saturation/island.tsx';
import { SeesIsland } from '../../../src/report/sections/sees/island.tsx';
import { Sees } from '../../../src/report/sections/sees/section.tsx';
import { TestIsland } from '../../../src/report/sections/test/island.tsx';
import { MisreadList } from '../../../src/report/sections/test/misreadList.tsx';
import { TrainingIsland } from '../../../src/report/sections/training/island.tsx';
import { openState } from '../../../src/report/state.ts';
import { defaultConfig } from '../../../src/results/commandLine.ts';
import { markup } from '../../support/markup.ts';
import { expectInOrder, readSection } from '../../support/page.ts';
import { pageRun } from '../../support/pageRun.ts';
import { trainResult } from '../../support/results.ts';

/** A run of two epochs, the last one with these counts of logits, in bins of width five from -26 on. */
const runOf = (logitCounts: number[] | null): Run => {
  const run = pageRun({
    config: { ...defaultConfig, positive: 3, negative: 5 },
    logitBins: { from: -26, width: 5 },
  });
  const frames = run.frames.map((frame) => (frame.epoch === 2 ? { ...frame, logitCounts } : frame));
  return { ...run, frames };
};

/** The figures of a readout, by name. */
const readout = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name, value]) => [name, value]),
  );

describe('the logits of an epoch', () => {
  it('are counted, those that are wrong by 16 or more apart, with the lowest there is', () => {
    // The second bin ends at -16.
    expect(readout(markup(SaturationIsland, {}, openState(runOf([0, 4, 2, 1000]))))).toEqual({
      'Steps of the epoch': '1,006',
      'With a logit below -16': '4',
      'Lowest logit': '-21 to -16',
    });
  });

  it('are none before the first epoch', () => {
    expect(readout(markup(SaturationIsland, {}, openState(runOf(null))))).toMatchObject({
      'Steps of the epoch': '0',
      'Lowest logit': 'none yet',
    });
  });
});

describe('a probability', () => {
  it('is a bar of both digits, the negative one from the left, with the threshold from the right', () => {
    const state = openState(runOf(null));
    state.threshold.value = 0.75;
    const text = markup(Probability, { prediction: 0.9 }, state);
    expect(text).toContain('Reads as <b>a 3</b>: 90.0% for 3, 10.0% for 5');
    const [, width] = /<rect width="([^"]+)" height="8" class="probability__negative"/.exec(text)!;
    expect(Number(width)).toBeCloseTo(10, 10);
    expect(text).toContain('<line x1="25" x2="25" y1="0" y2="8"');
  });

  it('is the positive digit above the threshold only', () => {
    const state = openState(runOf(null));
    state.threshold.value = 0.75;
    expect(markup(Probability, { prediction: 0.75 }, state)).toContain('Reads as <b>a 5</b>');
    expect(markup(Probability, { prediction: 0.76 }, state)).toContain('Reads as <b>a 3</b>');
  });
});

/** Images of these pixels, the rest of each without ink. */
const imagesOf = (...some: { label: number; ink: readonly number[] }[]): Samples => ({
  count: some.length,
  pixels: Float32Array.from(some.flatMap(({ ink }) => [...ink, ...Array(256 - ink.length).fill(0)])),
  labels: Uint8Array.from(some, ({ label }) => label),
  indices: some.map((_, at) => at),
});
const none = imagesOf();
/** A network of 5 by 5 taps, the first ones of which are given. */
const network = (taps: readonly number[], weight = 0, bias = 0) => ({
  kernel: Float64Array.from({ length: 25 }, (_, tap) => taps[tap] ?? 0),
  ...{ weight: new Float64Array(144).fill(weight), bias },
});
/** The page at one of the epochs 0 and 1, whose networks are given. */
const pageAt = (
  frame: number,
  networks: Run['frames'][0]['parameters'][],
  images: Run['images'] = null,
  more: Partial<Run> = {},
) => {
  const frames = networks.map((parameters, epoch) => ({
    ...{ epoch, parameters, trainAccuracy: null, testAccuracy: null, logitCounts: null },
  }));
  const state = openState(pageRun({ frames, images, ...more }));
  state.frame.value = frame;
  return state;
};
const two = [network([1, 2]), network([1, 5])];

describe('training', () => {
  it('has no loss before the first epoch, and no accuracy without images', () => {
    const state = pageAt(0, two);
    expect(readout(markup(TrainingIsland, {}, state))).toEqual({
      ...{ 'Loss of the epoch': 'none yet', 'Training images read right': 'no images' },
      'Test images read right': 'no images',
    });
    expect(readout(markup(TrainingIsland, {}, pageAt(1, two)))).toMatchObject({ 'Loss of the epoch': '0.7' });
  });
});

describe('the kernel', () => {
  const title = (frame: number, networks = [...two, network([0])]) =>
    readSection(KernelIsland, {}, pageAt(frame, networks)).find((line) => line.startsWith('plot'));

  it('is the start, that of an epoch, or the trained one', () => {
    expect([title(0), title(1), title(2), title(0, [network([1])])]).toEqual([
      ...['plot "Kernel before training"', 'plot "Kernel after epoch 1"'],
      ...['plot "Trained 5x5 Convolutional Kernel"', 'plot "Kernel before training"'],
    ]);
  });

  it('changes from its start, on the scale of the largest change of any epoch', () => {
    const change = (frame: number) => readSection(KernelChangeIsland, {}, pageAt(frame, two));
    expectInOrder(change(0), [
      'heatmap 5x5: 0 to 0, scale -3 to 3',
      '| 0 | 0.0000 | 0.0000 | 0.0000 | 0.0000 | 0.0000 |',
    ]);
    expectInOrder(change(1), [
      '| 0 | 1.0000 | 2.0000 | 0.0000 | 0.0000 | 0.0000 |',
      '| 0 | 0.0000 | 3.0000 | 0.0000 | 0.0000 | 0.0000 |',
    ]);
  });
});

describe('the ReLUs', () => {
  const bins = { first: -1, width: 1, count: 2 };
  // An 8 of one grey and a 1 with a single dot: taps that cancel each other out are open for the dot only.
  const [grey, dot] = [
    { label: 0, ink: Array(256).fill(1) },
    { label: 1, ink: [0, 1] },
  ];
  const images = { train: imagesOf(grey, dot), test: none };
  const [all, cancelled] = [network([1, 0]), network([1, -1])];
  const train = trainResult({ epochs: 4 });
  const told = (networks: Run['frames'][0]['parameters'][], more: object = {}) => {
    const diagnosis = { ...train.diagnosis, activeFraction: [0.5, 0.25], ...more };
    return readSection(
      Relu,
      { train: { ...train, diagnosis } },
      pageAt(networks.length - 1, networks, images),
    );
  };
  const silent = (...networks: Run['frames'][0]['parameters'][]) =>
    told(networks).find((line) => line.includes('silent'));

  it('are open for each digit, and silent at places and for a digit', () => {
    // The dot is under the tap of one place only; the second image covers every place.
    expect(readout(markup(ReluIsland, { bins }, pageAt(0, [all], images)))).toEqual({
      ...{ 'Open for digit 1': '0.7%', 'Open for digit 8': '100.0%' },
      ...{ 'Never open for digit 1': '143 of 144', 'Never open for digit 8': '0 of 144' },
      'Never open at all': '0 of 144',
    });
    expect(markup(ReluIsland, { bins: null }, pageAt(0, [all], images))).not.toContain('<dl');
    expect(silent(all, cancelled)).toBe(
      'For digit 8 every ReLU is silent since epoch 1: the network recognizes it by the bias only.',
    );
    expect(silent(cancelled, cancelled)).toMatch(/^For digit 8 every ReLU is silent from the start:/);
    const forEight = { train: imagesOf({ label: 0, ink: [0, 1] }, { label: 1, ink: grey.ink }), test: none };
    expect(readSection(Relu, { train }, pageAt(1, [all, cancelled], forEight)).join()).toContain(
      'For digit 1 every',
    );
    expect([silent(all), silent(network([0]))]).toEqual([undefined, undefined]);
  });

  it('are counted in bins before training and after an epoch', () => {
    const lines = readSection(PreActivationsIsland, { bins }, pageAt(0, [all], images));
    expectInOrder(lines, [
      'plot "Pre-activations before training"',
      ...['| Above | Up to | digit 8 | digit 1 |', '| -1 | 0 | 0 | 143 |', '| 0 | 1 | 144 | 1 |'],
    ]);
    const closed = readSection(PreActivationsIsland, { bins }, pageAt(0, [network([0])], images));
    expect(closed.slice(-3)).toEqual(['| -1 | 0 | 144 | 144 |', 'Save picture', 'Save data']);
    expect(readSection(PreActivationsIsland, { bins }, pageAt(0, [all]))).toEqual([]);
  });

  it('of a run that stalls are open, and what to do is told as for dead ones', () => {
    const [open, stalled] = [told([all, all]), told([all, all], { stalledSince: 1 })];
    expect(open.join()).not.toMatch(/What to do|\(open\),Open ReLUs by/);
    expectInOrder(stalled, [
      'Are the ReLUs dead? (warn) Stalled',
      'The ReLUs are open, but every training image falls on the same side of the threshold, so the network distinguishes nothing. The gradient is not wrong: the start or the step was. What to do:',
      '(open)',
      // The page has the networks of epochs 0 and 1.
      ...['| 1 | 50.0% | 100.0% | 0.7% |', '| 2 | 25.0% | | |'],
    ]);
    expect(told([all], { activeFraction: [] }).join()).not.toContain('Open ReLUs, by epoch');
  });
});

describe('a network that knows nothing', () => {
  // Without a bias every image has one half, which is not above the threshold.
  const images = {
    train: imagesOf({ label: 1, ink: [1] }),
    test: imagesOf({ label: 1, ink: [1] }, { label: 0, ink: [1] }),
  };
  const blind = network([]);
  const answer = (state: ReturnType<typeof pageAt>) =>
    readSection(SeesIsland, {}, state).find((line) => line.includes('read as'));

  it('reads one half as the negative digit, right or wrong', () => {
    const state = pageAt(0, [blind], images);
    expect(answer(state)).toBe('Test image 0, line 1 of its file: a 1, read as an 8 with 50.0% (fail) Wrong');
    state.chosen.value = { set: 'test', at: 1 };
    expect(answer(state)).toBe(
      'Test image 1, line 2 of its file: an 8, read as an 8 with 50.0% (pass) Right',
    );
    state.threshold.value = 0.49;
    expect(answer(state)).toBe('Test image 1, line 2 of its file: an 8, read as a 1 with 50.0% (fail) Wrong');
    state.chosen.value = { set: 'train', at: 0 };
    expect(answer(state)).toBe(
      'Training image 0, line 1 of its file: a 1, read as a 1 with 50.0% (pass) Right',
    );
    expect(readSection(Draw, {}, state)[1]).toBe('An empty square reads as an 8, with 50.0%');
    expect(readSection(Draw, {}, pageAt(0, [network([], 0, 2)]))[1]).toBe(
      'An empty square reads as a 1, with 88.1%',
    );
  });

  it('decides by the bias on every image where it decides on more than half of them', () => {
    const title = (...set: Parameters<typeof imagesOf>) =>
      readSection(Sees, {}, pageAt(0, [network([1], 1)], { train: none, test: imagesOf(...set) }))[1];
    const [ink, empty] = [
      { label: 1, ink: [1] },
      { label: 0, ink: [] },
    ];
    expect(title(ink, empty)).toBe('Half of what decides comes from 1 of the 144 places that it looks at');
    expect(title(ink, empty, empty)).toBe('On 2 of 3 images no place says anything: only the bias decides');
    const both = { train: imagesOf(ink, ink, ink), test: imagesOf(empty) };
    expect(readSection(Sees, {}, pageAt(0, [blind], both))[1]).toMatch(/^On 1 of 1 image no/);
    const trained = { train: imagesOf(ink), test: none };
    expect(readSection(Sees, {}, pageAt(0, [blind], trained))[1]).toMatch(/^On 1 of 1 image no/);
    const NO_IMAGES = 'It looks at 144 places and weighs each';
    expect(readSection(Sees, {}, pageAt(0, [blind], { train: none, test: none }))[1]).toBe(NO_IMAGES);
  });

  it('is not there on a page without a run', () => {
    expect([readSection(Sees, {}), readSection(Draw, {})]).toEqual([[], []]);
  });

  it('agrees with its run on every test image, or on all but some', () => {
    const line = (predictions: number[], of: Run['images'] = images) =>
      readSection(AgreementLine, {}, pageAt(0, [blind], of, { predictions }))[0];
    const when = 'Computed when this page was made, compared with the predictions stored in the run.';
    expect(line([0.5, 0.5])).toBe(
      `(pass) Agrees The page’s own inference agrees with the trained network on all 2 test images; the largest difference of a probability is 0. ${when}`,
    );
    expect(line([0.5, 0.75])).toContain(
      '(fail) Differs The page’s own inference differs from the trained network on 1 of 2',
    );
    expect(line([], { train: none, test: none })).toBe(
      'There are no test images to show that the page reads like the trained network.',
    );
  });
});

describe('the test images', () => {
  const ink = (label: number) => ({ label, ink: [1] });
  const told = (labels: number[], bias: number, threshold = 0.5) => {
    const state = pageAt(0, [network([], 0, bias)], { train: none, test: imagesOf(...labels.map(ink)) });
    state.threshold.value = threshold;
    return readSection(TestIsland, {}, state);
  };

  it('are counted before training, at a threshold; a single one is told as one', () => {
    expectInOrder(told([1, 0, 1], 0, 0.25), [
      ...['Threshold', '(1) 0.25'],
      'Confusion matrix of the test images, threshold 0.25, before training',
      ...['| is 8 | (right) 0 right | (wrong) 1 wrong |', '| is 1 | (wrong) 0 wrong | (right) 2 right |'],
      ...['Training accuracy, threshold 0.50', 'not known', 'Test accuracy, threshold 0.25', '66.7%'],
      ...['Area under the ROC curve', '0.5000', 'Always the same answer would get', '66.7%'],
      'plot "ROC of the test images, before training"',
      // The 8 and both 1s are read as 1.
      'scatter threshold 0.25 [#d55e00 diamond]: points 1, (1, 1) to (1, 1)',
      ...['| none | 0.0% | 0.0% |', '| 0.5 | 100.0% | 100.0% |', '1 test image is read wrong'],
    ]);
    expectInOrder(told([1, 0, 1], 0), [
      'scatter threshold 0.50 [#d55e00 diamond]: points 1, (0, 0) to (0, 0)',
    ]);
  });

  it('of one digit only have no curve', () => {
    const lines = told([1, 1], 1);
    expectInOrder(lines, [
      'Area under the ROC curve',
      'not defined',
      '100.0%',
      'No test image is read wrong',
    ]);
    expect(lines.join()).not.toContain('plot');
    expect(readSection(TestIsland, {}, pageAt(0, two))).toEqual([]);
  });

  it('that are read wrong are shown up to twelve, with a button for more', () => {
    const list = (count: number) => {
      const wrong = Array.from({ length: count }, (_, sample) => ({
        sample,
        label: sample % 2,
        prediction: 0.25,
        loss: 2,
      }));
      const samples = imagesOf(...wrong.map(({ label }) => ink(label)));
      return readSection(MisreadList, { wrong, samples }, pageAt(0, two));
    };
    expect(list(12)).toHaveLength(13);
    expect(list(12).slice(1, 3)).toEqual([
      ...['(Test image 0) 8 read as 1 25.0%, loss 2', '(Test image 1) 1 read as 8 75.0%, loss 2'],
    ]);
    expect(list(13).slice(13)).toEqual(['The 12 with the largest loss, of 13.', 'Show all 13']);
    expect(list(0)).toEqual(['No test image is on the wrong side of the threshold.']);
  });
});
