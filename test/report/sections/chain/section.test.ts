import { expect, it } from '@jest/globals';
import { Chain } from '../../../../src/report/sections/chain/section.tsx';
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
