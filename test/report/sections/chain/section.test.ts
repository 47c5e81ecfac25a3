import { describe, expect, it } from '@jest/globals';
import type { Precision } from '../../../../src/numerics/ieee.ts';
import { Hops } from '../../../../src/report/sections/chain/hops.tsx';
import { Chain } from '../../../../src/report/sections/chain/section.tsx';
import { stepsOf } from '../../../../src/report/sections/chain/steps.ts';
import type { CompareResult } from '../../../../src/results/compare.ts';
import type { HopName } from '../../../../src/results/hopNames.ts';
import type { PlantedMistake, Trial } from '../../../../src/results/selfTest.ts';
import { elements, markup } from '../../../support/markup.ts';
import { expectInOrder, readSection } from '../../../support/page.ts';
import { compareResult, disagreement } from '../../../support/results.ts';

// The numbers follow by hand from test/support/results.ts. There w(at) = sin(12.9898 (at + 1)) cos(4.1414 at):
// |w| of 0, 1, ... is 0.4109, 0.4049, 0.3972, 0.9824, 0.5590, 0.1599, 0.1696, 0.1837, 0.0893, 0.8083, 0.8389.
const right = readSection(Chain, { compare: compareResult({ epochs: 4 }) });
const wrong = readSection(Chain, { compare: disagreement() });

const hopsOf = (dKernel: string[]): string[] => [
  // 0.05 + 0.3 |w(hop)|.
  'the loss dLogit (pass) Right p − y and dBias, which is the same',
  'float32 0.173 of allowed (17.3%)',
  'float64 0.173 of allowed (17.3%)',
  'the dense layer dWeight (pass) Right dLogit · flatOut one for each place of the map',
  'float32 0.171 of allowed (17.1%)',
  'float64 0.171 of allowed (17.1%)',
  'the ReLU dRelu (pass) Right dLogit · weight where convOut > 0 mask differs at 0 of 144 places',
  'float32 0.169 of allowed (16.9%)',
  'float64 0.169 of allowed (16.9%)',
  ...dKernel,
  'float64 0.345 of allowed (34.5%)',
];
const PLANTED = [
  'Backward pass',
  '(selected) as it is',
  'planted: missing ReLU mask (dRelu = dFlat)',
  'planted: kernel gradient flipped (dKernel[4-a,4-b]: convolution in place of correlation)',
];

it('every hop of a right pass', () => {
  expectInOrder(right, [
    'Where would a bug sit? (pass) None found',
    'Every hop from the logit to the kernel is within rounding, and 1 of 1 planted mistake was caught',
    'A mistake spoils the hop where it sits and what is computed from it. At 6 steps of the run the backward pass was followed from the logit to the kernel and held, hop by hop, against plain loops in double precision at the same parameters: the bars show how much of what rounding allows is used. Plant a mistake to see where it would show.',
    'Step',
    '(selected) epoch 1, sample 0: spread, label 0, logit 2.5',
    'epoch 1, sample 31: saturated, label 1, logit -2.4',
    'epoch 2, sample 62: spread, label 0, logit -2.4',
    'epoch 2, sample 93: spread, label 1, logit 5.9',
    'epoch 3, sample 124: spread, label 0, logit -3.4',
    'epoch 4, sample 155: spread, label 1, logit -1.0',
    ...PLANTED,
    'epoch 1, sample 0: spread, label 0, logit 2.5. Every hop is within what rounding allows.',
    ...hopsOf([
      'the convolution dKernel (pass) Right Σ image window · dRelu summed over all places',
      'float32 0.345 of allowed (34.5%)',
    ]),
    'The backward pass as it is, hop by hop: the element that is nearest to what is allowed',
    '| Hop | Precision | Max abs | Over allowed | Worst element | Manual | Reference | Allowed |',
    // Allowed is 3e-7 or 4e-16 for the first hop, twice that for the second, and so on; the reference is w(hop).
    '| dLogit | float32 | 5.2e-8 | 0.173 | dLogit | 0.410889 | 0.410889 | 3.0e-7 |',
    '| dWeight | float32 | 1.0e-7 | 0.171 | 1 | -0.404918 | -0.404918 | 6.0e-7 |',
    '| dRelu | float32 | 1.5e-7 | 0.169 | 2, 1 | -0.397163 | -0.397163 | 9.0e-7 |',
    '| dKernel | float64 | 5.5e-16 | 0.345 | 3, 1 | 0.982442 | 0.982442 | 1.6e-15 |',
    'All 6 steps, hop by hop',
    'Share of what is allowed at each hop',
    '| Epoch, sample | Chosen as | Logit | Precision | dLogit | dWeight | dRelu | dKernel | Mask differs |',
    '| 1, 0 | spread | 2.47 | float32 | 0.173 | 0.171 | 0.169 | 0.345 | 0 |',
    '| 1, 0 | spread | 2.47 | float64 | 0.173 | 0.171 | 0.169 | 0.345 | 0 |',
    '| 1, 31 | saturated | -2.43 | float32 | 0.218 | 0.098 | 0.101 | 0.105 | 0 |',
    '| 4, 155 | spread | -0.96 | float64 | 0.113 | 0.0678 | 0.143 | 0.158 | 0 |',
  ]);
  expect(right.join()).not.toMatch(/\(fail\)|\(wrong\)|\(over\)|goes wrong at d|\(too much/);
});

it('the first hop that is wrong', () => {
  expectInOrder(wrong, [
    'Where would a bug sit? (fail) Wrong',
    // Of six steps in two precisions, float32 is wrong.
    'The backward pass first goes wrong at dKernel, at 6 of 12 chains followed',
    '(selected) epoch 1, sample 0: spread, label 0, logit 2.5',
    'epoch 16, sample 31: saturated, label 1, logit -2.4',
    'epoch 80, sample 155: spread, label 1, logit -1.0',
    ...PLANTED,
    'epoch 1, sample 0: spread, label 0, logit 2.5. It goes wrong at dKernel, and nowhere after it; in float64 the error is too small to tell.',
    ...hopsOf([
      '(wrong) the convolution dKernel (fail) Wrong first here Σ image window · dRelu summed over all places',
      'float32 2.4e5 times allowed (over)',
    ]),
    '| dKernel | float32 | 0.83 | 2.4e5 | 3, 1 | 0.982442 | 0.982442 | 1.2e-6 |',
    '| 1, 0 | spread | 2.47 | float32 | 0.173 | 0.171 | 0.169 | 2.4e5 (too much) | 0 |',
    '| 1, 0 | spread | 2.47 | float64 | 0.173 | 0.171 | 0.169 | 0.345 | 0 |',
    '| 80, 155 | spread | -0.96 | float64 | 0.113 | 0.0678 | 0.143 | 0.158 | 0 |',
  ]);
});

it('self-test: where planted mistakes sit, and what caught them', () => {
  for (const chain of [right, wrong])
    expectInOrder(chain, [
      'Where planted mistakes sit, and what caught them',
      'Before it is believed, the checker is tested: mistakes that people make are planted into the backward pass and into other layers, one at a time, and 1 right twin must pass: none was called wrong.',
      'Planted mistakes, by the first hop that each makes wrong',
      '| Goes wrong at | Caught | Mistakes |',
      '| dKernel | 1 of 1 | factor 2 |',
      'All 1 planted mistakes, and what caught each',
      'Planted mistakes, and what caught them',
      '| Mistake | Goes wrong at | Layer | In place of what is right | Caught by | Worst element | Looks like |',
      '| factor 2 | dKernel | network | the kernel gradient times 2 | numbers | kernel[2,3,0,0] | yours = 2 x numeric in all 25 elements: a factor 2 too much |',
    ]);
});

describe('the hops of a pass', () => {
  const shares = (
    over: Partial<Record<HopName, number>>,
    precision: Precision = 'float32',
    maskDisagreements = 0,
  ) => ({
    ...{ precision, maskDisagreements },
    over: (name: HopName) => over[name] ?? 0.5,
  });

  it('are wrong from above what is allowed, and the first of them is told', () => {
    const hops = readSection(Hops, {
      shares: [
        shares({ dRelu: 1.5, dKernel: 3 }, 'float32', 2),
        shares({ dKernel: 1.01, dWeight: 1 }, 'float64', 7),
      ],
      places: 144,
    });
    expect(hops.filter((line) => line.includes(' d'))).toEqual([
      'the loss dLogit (pass) Right p − y and dBias, which is the same',
      'the dense layer dWeight (pass) Right dLogit · flatOut one for each place of the map',
      '(wrong) the ReLU dRelu (fail) Wrong first here dLogit · weight where convOut > 0 mask differs at 7 of 144 places',
      '(wrong) the convolution dKernel (fail) Wrong Σ image window · dRelu summed over all places',
    ]);
    expect(hops.filter((line) => line.startsWith('float'))).toEqual([
      ...['float32 0.5 of allowed (50.0%)', 'float64 0.5 of allowed (50.0%)'],
      ...['float32 0.5 of allowed (50.0%)', 'float64 1 of allowed (100.0%)'],
      ...['float32 1.5 times allowed (over)', 'float64 0.5 of allowed (50.0%)'],
      ...['float32 3 times allowed (over)', 'float64 1.01 times allowed (over)'],
    ]);
    const bars = elements(markup(Hops, { shares: [shares({ dLogit: 1, dRelu: 1.5 })], places: 1 }), 'span');
    expect(bars.flatMap(({ style, class: name }) => (style ? [[name, style]] : [])).slice(0, 3)).toEqual([
      ['hop__bar', 'width:100.0%;'],
      ['hop__bar', 'width:50.0%;'],
      ['hop__bar hop__bar--over', 'width:100.0%;'],
    ]);
    expect(bars.filter(({ class: name }) => name === 'over')).toHaveLength(1);
  });
});

describe('a step', () => {
  const compare = compareResult({ epochs: 4 });
  /** The shares of the first step's chains, changed in both precisions or in one. */
  const withShares = (
    over: Partial<Record<HopName, number>>,
    precision?: Precision,
    changed = 0,
  ): CompareResult => ({
    ...compare,
    chain: compare.chain.map((one) =>
      one.sample === 31 * changed && one.precision === (precision ?? one.precision)
        ? {
            ...one,
            hops: Object.fromEntries(
              Object.entries(one.hops).map(([name, hop]) => [
                name,
                { ...hop, maxOverAllowed: over[name as HopName] ?? hop.maxOverAllowed },
              ]),
            ) as typeof one.hops,
          }
        : one,
    ),
  });
  const said = (of: CompareResult) =>
    readSection(Chain, { compare: of })
      .find((line) => /It goes wrong|Every hop is/.test(line))
      ?.replace(/^.*logit -?[\d.]+\. /, '');

  it('goes wrong at its first wrong hop, and then at others, in the precisions that show it', () => {
    expect(said(withShares({ dWeight: 2 }))).toBe('It goes wrong at dWeight, and nowhere after it.');
    expect(said(withShares({ dWeight: 2, dRelu: 3, dKernel: 4 }))).toBe(
      'It goes wrong at dWeight, then at dRelu and dKernel.',
    );
    expect(said(withShares({ dRelu: 2 }, 'float64'))).toBe(
      'It goes wrong at dRelu, and nowhere after it; in float32 the error is too small to tell.',
    );
    expect(said(withShares({ dRelu: 1 }))).toBe('Every hop is within what rounding allows.');
  });

  it('that is nearest to what is allowed is shown first', () => {
    const shown = (of: CompareResult) =>
      readSection(Chain, { compare: of }).find((line) => line.startsWith('(selected) epoch'));
    expect(shown(withShares({ dLogit: 0.9 }, 'float64', 3))).toBe(
      '(selected) epoch 2, sample 93: spread, label 1, logit 5.9',
    );
    const alone = { ...compare, chain: compare.chain.slice(0, 1) };
    expect(readSection(Chain, { compare: alone }).join()).toContain('At 1 step of the run');
  });

  it('has the bias as the other element of its first hop', () => {
    const chain = compare.chain.map((one) => {
      const { dLogit } = one.hops;
      return { ...one, hops: { ...one.hops, dLogit: { ...dLogit, worst: { ...dLogit.worst, index: [1] } } } };
    });
    expect(readSection(Chain, { compare: { ...compare, chain } })).toContain(
      '| dLogit | float32 | 5.2e-8 | 0.173 | dBias | 0.410889 | 0.410889 | 3.0e-7 |',
    );
  });

  it('is none where the comparison was stopped before', () => {
    const lines = readSection(Chain, { compare: { ...compare, chain: [], selfTest: null } });
    expect(lines.slice(-1)).toEqual(['No step was followed: this comparison was stopped before.']);
    expect(lines.join()).toContain('At 0 steps of the run');
  });

  it('comes in the order of the run', () => {
    const chain = [...compare.chain]
      .reverse()
      .map((one) => ({ ...one, epoch: one.sample === 0 ? 1 : one.epoch }));
    const steps = stepsOf(chain);
    expect(steps.map(([one]) => one!.sample)).toEqual([0, 31, 62, 93, 124, 155]);
    expect(steps.every((step) => step.length === 2)).toBe(true);
  });
});

describe('planted mistakes', () => {
  const compare = compareResult({ epochs: 4 });
  const [factor] = compare.selfTest!.mistakes as [PlantedMistake];
  const told = (mistakes: Partial<PlantedMistake>[], more: Partial<Trial> = {}) => {
    const selfTest = {
      ...compare.selfTest!,
      mistakes: mistakes.map((one) => ({ ...factor, ...one })),
      ...more,
    };
    return readSection(Chain, { compare: { ...compare, selfTest } });
  };

  it('sit at the first hop that the chains show, else at the gradient that is wrong, else at a shape or elsewhere', () => {
    expectInOrder(
      told([
        // Of both the chains show where: from dRelu on, and in dKernel.
        { name: 'missing ReLU mask', wrong: ['kernel'] },
        { name: 'kernel gradient flipped', wrong: ['bias'] },
        { name: 'all', wrong: ['kernel', 'weight', 'bias'], worst: null, looksLike: null },
        { name: 'half', wrong: ['kernel', 'weight'], caught: false, by: 'not caught' },
        { name: 'half', wrong: ['weight'], layer: 'network, side 1' },
        { name: 'shape', wrong: [] },
        { name: 'other', wrong: ['kernel'], layer: 'pool' },
      ]),
      [
        ...[
          '| dLogit | 1 of 1 | all |',
          '| dWeight | 1 of 2 | half |',
          '| dRelu | 1 of 1 | missing ReLU mask |',
        ],
        ...[
          '| dKernel | 1 of 1 | kernel gradient flipped |',
          '| its shape | 1 of 1 | shape |',
          '| other layers | 1 of 1 | other |',
        ],
        'All 7 planted mistakes, and what caught each',
        '| all | dLogit | network | the kernel gradient times 2 | numbers | | |',
        '| half | dWeight | network | the kernel gradient times 2 | not caught | kernel[2,3,0,0] | yours = 2 x numeric in all 25 elements: a factor 2 too much |',
        '| other | other layers | pool | the kernel gradient times 2 | numbers | kernel[2,3,0,0] | yours = 2 x numeric in all 25 elements: a factor 2 too much |',
      ],
    );
  });

  it('are opened where the checker missed one, or called a right one wrong', () => {
    const summary = 'Where planted mistakes sit, and what caught them';
    const above = (lines: string[]) => lines[lines.indexOf(summary) - 1];
    expect(above(told([{}]))).not.toBe('(open)');
    const failed = told([{}], { verdict: 'fail', falseAlarms: 1, checks: 20 });
    expect(above(failed)).toBe('(open)');
    expect(failed.join()).toContain('20 right twins must pass: 1 false alarm.');
  });

  it('may have been tested before, on a day', () => {
    const day = 'This build was tested on 2026-01-02; nothing that the test tests has changed since.';
    expect(told([{}], { from: 'cache' }).join()).toContain(`none was called wrong. ${day}`);
    for (const more of [{ from: 'this run' }, { from: 'cache', ranAt: null }] as const)
      expect(told([{}], more).join()).not.toContain('This build was tested');
  });
});
