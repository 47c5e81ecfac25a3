import { expect, it } from '@jest/globals';
import type { ReportResults } from '../../../../src/report/results.ts';
import { Banners } from '../../../../src/report/sections/verdict/banners.tsx';
import { Verdict } from '../../../../src/report/sections/verdict/section.tsx';
import { readSection } from '../../../support/page.ts';
import { compareResult, disagreement, trainResult } from '../../../support/results.ts';
import { sweepResult } from '../../../support/sweep.ts';

const banners = (results: ReportResults): string[] => readSection(Banners, { results });
const verdict = (results: ReportResults): string[] => readSection(Verdict, { results });
const right = { train: trainResult({ epochs: 4 }), compare: compareResult({ epochs: 4 }) };
const dead = { train: trainResult({ epochs: 4, dead: true, source: 'synthetic' }) };

const SYNTHETIC =
  '(synthetic) SYNTHETIC DATA These digits were drawn by a generator, they are not USPS. The gradients are checked all the same; the accuracy says nothing about real digits.';
// A bound of 2^-132 is a chance below 2^-131: the sentence rounds up, so that it never claims too much.
const PROOF =
  '(pass) (#gradients) Proof (pass) Proved The hand-written pass and its update are proved right for every image, kernel, weight, bias, label and ReLU pattern In double precision, and in float32 on wasm as it trained; chance of error below 2^-131. This is about the algebra: rounding is measured at every step.';
const LOGGED =
  '(info) (#saturation) Logged loss (info) Explained The logged loss’s gradient differs by up to 6.24, because of the 1e-7 in its logarithms Most in epoch 2, at sample 41, where the logit was -17.9.';
// 200 samples in each of 4 epochs are 800 steps; kernel, the largest of the three, differs by 1.4e-6.
const AGREE = 'Manual and autodiff agree to 1.4e-6 over 800 steps';
const DISAGREE =
  'Manual and autodiff disagree in the gradient of kernel: up to 2.4e5 times what rounding allows, at 15,980 steps';

it('banners: none over USPS digits and a whole run, one over drawn digits', () => {
  expect(banners(right)).toEqual([]);
  expect(banners(dead)).toEqual([SYNTHETIC]);
});

it('banners: an unfinished run, and results of two different runs', () => {
  const partial = { reason: 'interrupted', epoch: 2, sample: 17, message: 'stopped by Ctrl-C' } as const;
  expect(banners({ train: { ...right.train, partial }, compare: compareResult() })).toEqual([
    '(partial) PARTIAL Training interrupted at epoch 2, sample 17: stopped by Ctrl-C',
    '(partial) (warn) TWO RUNS train.json and compare.json differ in epochs: they are not of the same run.',
  ]);
});

it('verdict of a run that is right', () => {
  expect(verdict(right)).toEqual([
    'Every gradient is right',
    'Digit 1 against 8, 100 images of each, seed 1, 4 epochs, learning rate 0.1, 5x5 kernel',
    PROOF,
    `(pass) (#gradients) Gradients (pass) Right ${AGREE}`,
    LOGGED,
    // 422 of 430.
    '(pass) (#test) Test accuracy (pass) Reads 98.1% of 430 test images are read right',
    // 0.42 + 0.04 * 0.9824, after epoch 4.
    '(pass) (#relu) ReLU (pass) Alive ReLUs are alive: 45.9% of them are open after the last epoch',
    // ln 1e-7 = -16.118.
    '(info) (#saturation) Saturation (info) Saturated The logged loss stops teaching at logit -16.1: 3 of 800 steps got there',
  ]);
});

it('verdict of a gradient that is wrong, and of a run that died', () => {
  expect(verdict({ compare: disagreement() })).toEqual([
    'A gradient is wrong',
    'Digit 1 against 8, 100 images of each, seed 1, 80 epochs, learning rate 0.1, 5x5 kernel',
    PROOF,
    `(fail) (#gradients) Gradients (fail) Wrong ${DISAGREE}`,
    LOGGED,
  ]);
  expect(verdict(dead)).toEqual([
    'Trained; the gradients were not compared',
    'Digit 1 against 8, 100 images of each, seed 1, 4 epochs, learning rate 0.1, 5x5 kernel',
    // 166 of 430; the other answer gets 264.
    '(warn) (#test) Test accuracy (warn) Guesses 38.6% of 430 test images are read right, no better than always the same answer',
    '(warn) (#relu) ReLU (warn) Dead Every ReLU is dead since epoch 3',
    '(pass) (#saturation) Saturation (pass) None No logit came to -16.1, where the logged loss stops teaching',
  ]);
});

it('verdict of a comparison that cannot tell, that was stopped, and of one epoch', () => {
  const { compare } = right;
  const partial = { reason: 'interrupted', epoch: 2, sample: 17, message: 'stopped' } as const;
  expect(verdict({ compare: { ...compare, verdict: 'inconclusive' } })[0]).toBe(
    'Cannot tell whether the gradients are right',
  );
  expect(verdict({ compare: { ...compare, partial } })[0]).toBe(
    'Every gradient is right, as far as the run came',
  );
  const one = { ...compare, config: { ...compare.config, epochs: 1, kernelSize: 3 } };
  expect(verdict({ compare: one })[1]).toBe(
    'Digit 1 against 8, 100 images of each, seed 1, 1 epoch, learning rate 0.1, 3x3 kernel',
  );
});

it('banners: the second run may be unfinished, and the runs may differ in several settings and in their images', () => {
  const partial = { reason: 'diverged', epoch: 1, sample: 0, message: 'the loss is NaN' } as const;
  const { train, compare } = right;
  const config = { ...compare.config, seed: 2, kernelSize: 3 };
  const data = { ...compare.data, indices: [1] };
  expect(banners({ train, compare: { ...compare, config, data }, other: { ...train, partial } })).toEqual([
    '(partial) PARTIAL The second run diverged at epoch 1, sample 0: the loss is NaN',
    '(partial) (warn) TWO RUNS train.json and compare.json differ in seed, kernelSize and images: they are not of the same run.',
  ]);
});

it('a sweep beside a run has a card, and the run has the headline', () => {
  const lines = verdict({ ...dead, sweep: sweepResult() });
  expect([lines[0], lines.at(-1)]).toEqual([
    'Trained; the gradients were not compared',
    '(info) (#sweep) Sweep (info) Some die Of 6 runs 1 die (16.7%), 1 stall and 1 diverge',
  ]);
});
