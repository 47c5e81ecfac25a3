import { expect, it } from '@jest/globals';
import { expectInOrder, readPage } from '../../support/page.ts';
import { compareResult, disagreement, trainResult } from '../../support/results.ts';

// The numbers follow by hand from test/support/results.ts. There w(at) = sin(12.9898 (at + 1)) cos(4.1414 at):
// |w| of 0, 1, ... is 0.4109, 0.4049, 0.3972, 0.9824, 0.5590, 0.1599, 0.1696, 0.1837, 0.0893, 0.8083, 0.8389.
const train = trainResult({ epochs: 4 });
const right = readPage({ train, compare: compareResult({ epochs: 4 }) });
const wrong = readPage({ compare: disagreement() });
const dead = readPage({ train: trainResult({ epochs: 4, dead: true, source: 'synthetic' }) });

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
  expect(right.banners).toBeUndefined();
  expect(dead.banners).toEqual([SYNTHETIC]);
});

it('banners: an unfinished run, and results of two different runs', () => {
  const partial = { reason: 'interrupted', epoch: 2, sample: 17, message: 'stopped by Ctrl-C' } as const;
  expect(readPage({ train: { ...train, partial }, compare: compareResult() }).banners).toEqual([
    '(partial) PARTIAL Training interrupted at epoch 2, sample 17: stopped by Ctrl-C',
    '(partial) (warn) TWO RUNS train.json and compare.json differ in epochs: they are not of the same run.',
  ]);
});

it('verdict of a run that is right', () => {
  expect(right.verdict).toEqual([
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
  expect(wrong.verdict).toEqual([
    'A gradient is wrong',
    'Digit 1 against 8, 100 images of each, seed 1, 80 epochs, learning rate 0.1, 5x5 kernel',
    PROOF,
    `(fail) (#gradients) Gradients (fail) Wrong ${DISAGREE}`,
    LOGGED,
  ]);
  expect(dead.verdict).toEqual([
    'Trained; the gradients were not compared',
    'Digit 1 against 8, 100 images of each, seed 1, 4 epochs, learning rate 0.1, 5x5 kernel',
    // 166 of 430; the other answer gets 264.
    '(warn) (#test) Test accuracy (warn) Guesses 38.6% of 430 test images are read right, no better than always the same answer',
    '(warn) (#relu) ReLU (warn) Dead Every ReLU is dead since epoch 3',
    '(pass) (#saturation) Saturation (pass) None No logit came to -16.1, where the logged loss stops teaching',
  ]);
});

const WEIGHT_AND_BIAS = [
  '| weight | float32 | (pass) Right | 0.41 | 3.1e-7 |',
  '| weight | float64 | (pass) Right | 0.41 | 3.1e-16 |',
  '| bias | float32 | (pass) Right | 0.41 | 6.0e-8 |',
  '| bias | float64 | (pass) Right | 0.41 | 6.0e-17 |',
];

it('gradients: each parameter in both precisions', () => {
  expectInOrder(right.gradients, [
    'Is the gradient right? (pass) Right',
    AGREE,
    'At every step of the run each parameter’s gradient was computed both ways. Over allowed judges: it sets the difference against what the arithmetic’s own rounding explains at that element, and above 1 is a mistake. The algebra itself is proved, so that these differences are about rounding only.',
    'Manual and autodiff, float32 beside float64: largest difference over all steps',
    '| Gradient of | Precision | Verdict | Over allowed | Max abs |',
    ...WEIGHT_AND_BIAS,
    '| kernel | float32 | (pass) Right | 0.41 | 1.4e-6 |',
    '| kernel | float64 | (pass) Right | 0.41 | 1.4e-15 |',
    'The differences element by element, and epoch by epoch: two figures',
    'Gradient of',
    'weight',
    'bias',
    'kernel',
    '(4) 4',
    // 1.4e-6 and 2e-15 times 0.3 |w(10)|; 0.4 and 0.3 times 0.3 |w(10)|.
    'Worst difference of epoch 4: 3.5e-7 in float32, 0.101 of what is allowed; 5.0e-16 in float64, 0.0755 of what is allowed.',
  ]);
  expect(right.gradients!.join()).not.toMatch(/\(fail\)|Wrong|\(too much|scatter over what is allowed/);
});

it('gradients: size of the elements against the difference', () => {
  expectInOrder(right.gradients, [
    'plot "Size against difference: weight"',
    'axes x Size of the element log; y |manual − autodiff| log',
    // 10^(4 w - 3) of w(0) and w(39); allowed is 2^-22 (or 2^-51) times size + 0.5, of which 0.4 |w(at + 5)| is used.
    // In float64 that is rounded to units in the last place: 2 of 2^-57, 11 of 2^-59.
    'scatter float32 [#0072b2 circle]: points 40, (0.04401, 8.295e-9) to (0.01077, 9.904e-9)',
    'first label: weight[0], epoch 1, sample 0<br>manual 0.0440106<br>autodiff 0.0440106<br>difference 8.3e-9, allowed 1.3e-7',
    'scatter float64 [#009e73 diamond]: points 40, (0.04401, 1.388e-17) to (0.01077, 1.908e-17)',
    'first label: weight[0], epoch 1, sample 0<br>manual 0.0440106<br>autodiff 0.0440106<br>difference 1.4e-17, allowed 2.4e-16',
    // Sizes from 5.8e-7 to 9.2: powers of two from 2^-21 to 2^4, with units in the last place of 2^-44 to 2^-19 and
    // 2^-73 to 2^-48.
    'scatter 1 ULP [#6b7785 dot]: points 26, (4.768e-7, 5.684e-14) to (16, 0.000001907)',
    'scatter 1 ULP [#6b7785 dot]: points 26, (4.768e-7, 1.059e-22) to (16, 3.553e-15)',
    // Eight decades with two ends each, from 2^-23 to 2^-22 * 9.659, and from 2^-52 to 2^-51 * 9.659.
    'scatter most allowed [#cc3311 dash]: points 16, (1e-7, 1.192e-7) to (10, 0.000002303)',
    'scatter most allowed [#cc3311 dash]: points 16, (1e-7, 2.22e-16) to (10, 4.289e-15)',
    // 100 of each epoch are equal, and 800 steps have 144 weights each.
    'Manual against autodiff of the exact loss: elements of all sizes, and those nearest to what is allowed. Point at one for both its values. What is allowed is each element’s own; the dashed line is the most at its size. 400 of 115,200 in float32 and 400 of 115,200 in float64 are equal to the last bit and have no place on a logarithmic axis.',
    'Size of elements of the gradient of weight against the difference of manual and autodiff',
    '| Element | Precision | Epoch | Sample | Manual | Autodiff | Difference | Allowed |',
    '| weight[0] | float32 | 1 | 0 | 0.0440106 | 0.0440106 | 8.3e-9 | 1.3e-7 |',
    '| weight[39] | float64 | 4 | 39 | -0.01077 | -0.01077 | 1.9e-17 | 2.3e-16 |',
    'Save picture',
    'Save data',
  ]);
  // 40 points in each precision.
  expect(right.gradients!.filter((line) => line.startsWith('| weight['))).toHaveLength(80);
});

it('gradients: the worst error of each epoch', () => {
  expectInOrder(right.gradients, [
    'plot "Worst error by epoch: weight" with the epoch’s cursor',
    'axes x Epoch; y Error / allowed log',
    // 0.12 |w(at + 7)| and 0.09 |w(at + 7)|, from w(7) to w(10).
    'scatter float32 [#0072b2 circle]: points 4, (1, 0.02204) to (4, 0.1007)',
    'first label: 7.7e-8',
    'scatter float64 [#009e73 diamond]: points 4, (1, 0.01653) to (4, 0.0755)',
    'first label: 1.1e-16',
    'scatter allowed [#cc3311 dash]: points 2, (1, 1) to (4, 1)',
    'Each epoch’s worst element as a share of what rounding allows it: both precisions have the same yardstick, and the dashed line is all of it. An epoch without a difference is left out.',
    'Worst error of each epoch over what is allowed, gradient of weight, in both precisions',
    '| Epoch | float32: difference | float32: over allowed | float64: difference | float64: over allowed |',
    '| 1 | 7.7e-8 | 0.022 | 1.1e-16 | 0.0165 |',
    '| 2 | 3.8e-8 | 0.0107 | 5.4e-17 | 8.0e-3 |',
    '| 3 | 3.4e-7 | 0.097 | 4.8e-16 | 0.0727 |',
    '| 4 | 3.5e-7 | 0.101 | 5.0e-16 | 0.0755 |',
  ]);
});

it('gradients: every pair with its worst elements, and finite differences', () => {
  const caption = 'Largest difference over all steps, by parameter';
  const columns =
    '| Gradient of | Steps | Verdict | Over allowed | Max abs | Worst element | Max rel | Min cosine | Max ULP |';
  expectInOrder(right.gradients, [
    'All 3 pairs of gradients: worst elements, relative errors, ULP',
    'Relative error and ULP do not judge: p − y cancels near saturation, where a right gradient may differ by all of its tiny size.',
    'Manual and autodiff float32, exact loss on the logit (pass) Right',
    caption,
    columns,
    '| weight | 800 | (pass) Right | 0.41 | 3.1e-7 | weight[17] epoch 2, sample 41 manual 6.24124 autodiff 6.24124 | 9.3e-6 | 1 | 11 |',
    '| bias | 800 | (pass) Right | 0.41 | 6.0e-8 | bias epoch 2, sample 41 manual 6.24124 autodiff 6.24124 | 1.8e-6 | 1 | 11 |',
    '| kernel | 800 | (pass) Right | 0.41 | 1.4e-6 | kernel[2][3] epoch 2, sample 41 manual 6.24124 autodiff 6.24124 | 4.2e-5 | 1 | 11 |',
    'Manual and autodiff float64, exact loss on the logit (pass) Right',
    caption,
    columns,
    '| kernel | 800 | (pass) Right | 0.41 | 1.4e-15 | kernel[2][3] epoch 2, sample 41 manual 6.24124 autodiff 6.24124 | 4.2e-14 | 1 | 11 |',
    'Manual and reference float64, exact loss on the logit (pass) Right',
    caption,
    columns,
    '| kernel | 800 | (pass) Right | 0.41 | 1.4e-15 | kernel[2][3] epoch 2, sample 41 manual 6.24124 reference 6.24124 | 4.2e-14 | 1 | 11 |',
    'Finite differences confirm the manual gradient at 6 steps',
    'All 6 steps that were checked',
    'Manual gradient against central differences',
    '| Epoch, sample | Chosen as | Logit | Open | weight | bias | kernel | Over allowed | Verdict |',
    // The logit is 6 w; the differences are 3e-10 |w(7)|, 5e-11 |w(3)| and 1e-9 |w(0)|, of 0.2 |w(0)| of what is allowed.
    '| 1, 0 | spread | 2.47 | 40 | 5.5e-11 | 4.9e-11 | 4.1e-10 | 0.0822 | pass |',
    '| 1, 31 | spread | -2.43 | 41 | 2.7e-11 | 2.8e-11 | 4.0e-10 | 0.081 | pass, 1 left out |',
    '| 3, 124 | spread | -3.35 | 44 | 6.5e-13 | 0 | 5.6e-10 | 0.112 | pass, 1 left out |',
    '| 4, 155 | spread | -0.96 | 45 | 1.8e-10 | 4.5e-12 | 1.6e-10 | 0.0355 | pass, 2 left out |',
  ]);
});

it('gradients: a wrong one is told, drawn and opened first', () => {
  expectInOrder(wrong.gradients, [
    'Is the gradient right? (fail) Wrong',
    DISAGREE,
    ...WEIGHT_AND_BIAS,
    '| kernel | float32 | (fail) Wrong | 2.4e5 (too much) | 0.83 |',
    '| kernel | float64 | (pass) Right | 0.41 | 1.4e-15 |',
    'plot "Size against difference: kernel"',
    'scatter float32 [#0072b2 circle]: no points',
    'scatter float64 [#009e73 diamond]: points 40, (0.04401, 1.388e-17) to (0.01077, 1.908e-17)',
    // Autodiff has the other sign, so the difference is twice the size.
    'scatter over what is allowed [#cc3311 triangle-up]: points 40, (0.04401, 0.08802) to (0.01077, 0.02154)',
    'first label: kernel[0][4], epoch 1, sample 0<br>manual 0.0440106<br>autodiff -0.0440106<br>difference 0.088, allowed 1.3e-7',
    'Manual against autodiff of the exact loss: elements of all sizes, and those nearest to what is allowed. Point at one for both its values. What is allowed is each element’s own; the dashed line is the most at its size. 8,000 of 400,000 in float32 and 8,000 of 400,000 in float64 are equal to the last bit and have no place on a logarithmic axis.',
    '| kernel[0][4] | float32 | 1 | 0 | 0.0440106 | -0.0440106 | 0.088 | 1.3e-7 |',
    '| kernel[4][1] | float64 | 40 | 39 | -0.01077 | -0.01077 | 1.9e-17 | 2.3e-16 |',
    'plot "Worst error by epoch: kernel" with the epoch’s cursor',
    // 2.4e5 / epoch, and 0.3 |w(0)| to 0.3 |w(79)|.
    'scatter float32 [#0072b2 circle]: points 80, (1, 240000) to (80, 3000)',
    'scatter float64 [#009e73 diamond]: points 80, (1, 0.1233) to (80, 0.1709)',
    '| 1 | 5.8e-7 | 2.4e5 | 8.2e-16 | 0.123 |',
    '| 80 | 8.0e-7 | 3000 | 1.1e-15 | 0.171 |',
    '(open)',
    'Manual and autodiff float32, exact loss on the logit (fail) Wrong',
    '| kernel | 16,000 | (fail) Wrong | 2.4e5 (too much) | 0.83 | kernel[2][3] epoch 2, sample 41 manual 6.24124 autodiff 5.41124 | 4.2e-5 | 1 | 11 |',
    'Manual and autodiff float64, exact loss on the logit (pass) Right',
  ]);
  // Without a training there is no epoch to choose.
  expect(wrong.gradients!.join('\n')).not.toMatch(/\nPlay\n|Worst difference of epoch|^Epoch$/);
});

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

it('chain: every hop of a right pass', () => {
  expectInOrder(right.chain, [
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
  expect(right.chain!.join()).not.toMatch(/\(fail\)|\(wrong\)|\(over\)|goes wrong at d|\(too much/);
});

it('chain: the first hop that is wrong', () => {
  expectInOrder(wrong.chain, [
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
  for (const { chain } of [right, wrong])
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
