import { expect, it } from '@jest/globals';
import { decodeRun, embedRun } from '../../../../src/report/embeddedRun.ts';
import { Gradients } from '../../../../src/report/sections/gradients/section.tsx';
import { openState } from '../../../../src/report/state.ts';
import type { Pair } from '../../../../src/results/compare.ts';
import { expectInOrder, readSection } from '../../../support/page.ts';
import { compareResult, disagreement, trainResult } from '../../../support/results.ts';

// The numbers follow by hand from test/support/results.ts. There w(at) = sin(12.9898 (at + 1)) cos(4.1414 at):
// |w| of 0, 1, ... is 0.4109, 0.4049, 0.3972, 0.9824, 0.5590, 0.1599, 0.1696, 0.1837, 0.0893, 0.8083, 0.8389.
const right = readSection(Gradients, { compare: compareResult({ epochs: 4 }) }, trainResult({ epochs: 4 }));
const wrong = readSection(Gradients, { compare: disagreement() });

// 200 samples in each of 4 epochs are 800 steps; kernel, the largest of the three, differs by 1.4e-6.
const AGREE = 'Manual and autodiff agree to 1.4e-6 over 800 steps';
const DISAGREE =
  'Manual and autodiff disagree in the gradient of kernel: up to 2.4e5 times what rounding allows, at 15,980 steps';

const WEIGHT_AND_BIAS = [
  '| weight | float32 | (pass) Right | 0.41 | 3.1e-7 |',
  '| weight | float64 | (pass) Right | 0.41 | 3.1e-16 |',
  '| bias | float32 | (pass) Right | 0.41 | 6.0e-8 |',
  '| bias | float64 | (pass) Right | 0.41 | 6.0e-17 |',
];

it('each parameter in both precisions', () => {
  expectInOrder(right, [
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
  expect(right.join()).not.toMatch(/\(fail\)|Wrong|\(too much|scatter over what is allowed/);
});

it('size of the elements against the difference', () => {
  expectInOrder(right, [
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
  expect(right.filter((line) => line.startsWith('| weight['))).toHaveLength(80);
});

it('the worst error of each epoch', () => {
  expectInOrder(right, [
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

it('every pair with its worst elements, and finite differences', () => {
  const caption = 'Largest difference over all steps, by parameter';
  const columns =
    '| Gradient of | Steps | Verdict | Over allowed | Max abs | Worst element | Max rel | Min cosine | Max ULP |';
  expectInOrder(right, [
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

it('a wrong one is told, drawn and opened first', () => {
  expectInOrder(wrong, [
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
  expect(wrong.join('\n')).not.toMatch(/\nPlay\n|Worst difference of epoch|^Epoch$/);
});

it('of a comparison that was stopped before its first step', () => {
  const compare = compareResult({ epochs: 4 });
  const { exact } = compare;
  const open = { ...exact, verdict: 'not proved' as const, cause: 'a reason', bound: null };
  const stopped = { ...compare, pairs: [], perEpoch: [], finiteDifferences: [], exact: open };
  expect(readSection(Gradients, { compare: stopped }).slice(2)).toEqual([
    'At every step of the run each parameter’s gradient was computed both ways. Over allowed judges: it sets the difference against what the arithmetic’s own rounding explains at that element, and above 1 is a mistake.',
    'No step was compared.',
    'This comparison took no finite differences',
  ]);
});

it('with the parameter that is nearest to what is allowed chosen first, and its pair in the other precision beside', () => {
  const compare = compareResult({ epochs: 4 });
  const [first, second, third] = compare.pairs as [Pair, Pair, Pair];
  const { kernel, weight, bias } = first.parameters;
  const chosen = (of: Partial<Pair['parameters']>) => {
    const pairs = [{ ...first, parameters: { ...first.parameters, ...of } }, second, third];
    return readSection(Gradients, { compare: { ...compare, pairs } }).find((line) =>
      line.startsWith('plot "Size'),
    );
  };
  const much = { maxOverAllowed: 0.42 };
  expect([
    chosen({ kernel: { ...kernel, ...much } }),
    chosen({ bias: { ...bias, ...much } }),
    chosen({ weight }),
  ]).toEqual(['kernel', 'bias', 'weight'].map((name) => `plot "Size against difference: ${name}"`));
  const logged = { ...second, loss: 'logged' as const };
  const alone = readSection(Gradients, { compare: { ...compare, pairs: [first, logged, third] } });
  expect(alone).toContain('Manual and autodiff, float32: largest difference over all steps');
  expect(alone).not.toContain('(open)');
});

it('without a row of an epoch in one precision, and without elements', () => {
  const compare = compareResult({ epochs: 4 });
  const short = { ...compare, scatter: [], perEpochFloat64: compare.perEpochFloat64.slice(0, 3) };
  const lines = readSection(Gradients, { compare: short }, trainResult({ epochs: 4 }));
  expectInOrder(lines, [
    'Worst difference of epoch 4: 3.5e-7 in float32, 0.101 of what is allowed.',
    'plot "Worst error by epoch: weight" with the epoch’s cursor',
    '| 4 | 3.5e-7 | 0.101 | | |',
  ]);
  expect(lines.join()).not.toContain('Size against difference');
  const page = openState(decodeRun(embedRun(trainResult({ epochs: 4 }))));
  for (const [frame, when] of [
    [0, 'the start'],
    [4, 'epoch 4'],
  ] as const) {
    page.frame.value = frame;
    const none = { ...compare, perEpoch: compare.perEpoch.slice(0, 3), perEpochFloat64: [] };
    expect(readSection(Gradients, { compare: none }, page)).toContain(`No step was compared at ${when}.`);
  }
});

it('with values that are no numbers', () => {
  const compare = compareResult({ epochs: 4 });
  const scatter = compare.scatter.map((some) => ({
    ...some,
    points: some.points.map((point, at) => ({
      ...point,
      ...(at === 0 && { left: null }),
      ...(at === 1 && { right: null }),
    })),
  }));
  const lines = readSection(Gradients, { compare: { ...compare, scatter } });
  expect(lines.filter((line) => /^\| weight\[[01]\] \| float32/.test(line))).toEqual([
    expect.stringMatching(
      /^\| weight\[0\] \| float32 \| 1 \| 0 \| not a finite number \| 0\.0440\d* \| not a finite number \|/,
    ),
    expect.stringMatching(
      /^\| weight\[1\] \| float32 \| 2 \| 1 \| -[\d.e-]+ \| not a finite number \| not a finite number \|/,
    ),
  ]);
});
