import { describe, expect, it } from '@jest/globals';
import type { ReportResults } from '../../../../src/report/results.ts';
import { Saturation } from '../../../../src/report/sections/saturation/section.tsx';
import { expectInOrder, readSection } from '../../../support/page.ts';
import { compareResult, trainResult } from '../../../support/results.ts';

const read = (results: ReportResults): string[] => readSection(Saturation, { results }, results.train);
const right = read({ train: trainResult({ epochs: 4 }), compare: compareResult({ epochs: 4 }) });
const dead = read({ train: trainResult({ epochs: 4, dead: true }) });

const LOGGED = [
  'The logged loss’s gradient differs by up to 6.24, because of the 1e-7 in its logarithms',
  'The logged loss has 1e-7 inside its logarithms, so its gradient is the exact one times p / (p + 1e-7): it halves near logit -16.1 and vanishes beyond.',
  'Manual gradient against autodiff of the logged loss',
  '| What | Found |',
  '| Largest absolute difference of the gradients | 6.24 |',
  '| Largest relative difference | 1 |',
  '| First step that differs | epoch 2, sample 17, logit -15.20 |',
  '| Step that differs most | epoch 2, sample 41, logit -17.87, label 1 |',
  '| Gradient by the logit there | manual -1, logged -0.148 |',
  '| Difference of the kernel’s gradient there | 6.24 |',
  '| Steps that the 1e-7 explains | 37 |',
  '| Steps that it does not explain | 0 |',
];

describe('saturation', () => {
  it('of a run that met it, with the comparison', () => {
    expectInOrder(right, [
      'Is the loss saturating? (info) Saturated',
      'The logged loss stops teaching at logit -16.1: 3 of 800 steps got there',
      'What the logged loss teaches, by the logit',
      'The notebook logs a loss with 1e-7 inside its logarithms, and trains with the gradient of the exact one. Where the network is sure of the wrong answer the two part: beyond a logit of about 16 the gradient of the logged loss fades to less than half, just where there is most to learn. The hand-written gradient is the exact one and keeps teaching there.',
      // Epoch 4 has 180 steps in bin 34 + 3, which begins at -32 + 37.
      'Steps of the epoch',
      '180',
      'With a logit below -16',
      '0',
      'Lowest logit',
      '5 to 6',
      'plot "What the logged loss teaches, and epoch 4’s logits"',
      'axes x Logit towards the sample’s own label; y Share taught; y2 Steps log',
      // Four points to a unit from -22 to 8; at -22 q is 2.789e-10, so q / (q + 1e-7) is 0.002782.
      'scatter without a name [#0072b2]: points 121, (-22, 0.002782) to (8, 1)',
      // The 16 bins from -32 to -16 have another colour.
      'bar without a name [#d55e00 x16 #009e73 x48]: bars 64, sum 180, at (5.5, 180)',
      'line from x -16.12 to -16.12',
      'note "half at -16.1" at (-16.12, 0.5)',
      'Above: the gradient of the logged loss over the exact one, q / (q + 1e-7), where q is the probability of the right answer. Below: the logits of the epoch’s steps on a logarithmic axis, counted towards their own label, so that what lies left of 0 was read wrong; the outermost bars hold what lies beyond.',
      'Gradient of the logged loss over the exact one, by the logit, and the logits of epoch 4',
      '| Logit from | to | Steps | Share taught at the lower end |',
      '| 5 | 6 | 180 | 1 |',
      ...LOGGED,
    ]);
  });

  it('of an epoch with saturated steps', () => {
    // Epoch 2 has 180 steps in bin 35, from 3 to 4, and 20 in bin 14, from -18 to -17.
    expectInOrder(read({ train: trainResult({ epochs: 2 }) }), [
      'Steps of the epoch',
      '200',
      'With a logit below -16',
      '20',
      'Lowest logit',
      '-18 to -17',
      'bar without a name [#d55e00 x16 #009e73 x48]: bars 64, sum 200, at (-17.5, 20) (3.5, 180)',
      // At -18 q is 1.523e-8.
      '| -18 | -17 | 20 | 0.132 |',
      '| 3 | 4 | 180 | 1 |',
    ]);
  });

  it('of a run without it, and of a comparison without a run', () => {
    expectInOrder(dead, [
      'Is the loss saturating? (pass) None',
      'No logit came to -16.1, where the logged loss stops teaching',
    ]);
    expect(dead.join()).not.toMatch(/logged loss’s gradient differs|\(open\)/);
    const alone = read({ compare: compareResult() });
    expect(alone).toEqual([
      'Is the loss saturating? (info) Explained',
      LOGGED[0],
      'Where the logged loss differs, and by how much',
      ...LOGGED.slice(1),
    ]);
  });

  it('of a loss whose difference nothing explains, which is opened', () => {
    const compare = compareResult();
    const told = (logged: object) =>
      read({ compare: { ...compare, logged: { ...compare.logged, ...logged } } });
    const [summary] = ['Where the logged loss differs, and by how much'];
    expectInOrder(told({ unexplainedSteps: 3 }), [
      '(open)',
      summary!,
      '| Steps that it does not explain | 3 |',
    ]);
    expect(told({}).includes('(open)')).toBe(false);
    const same = told({ firstStep: null, largest: null, maxAbs: 0, explainedSteps: 0 });
    expectInOrder(same, [
      'Is the loss saturating? (pass) Same',
      ...['| Largest absolute difference of the gradients | 0 |', '| Largest relative difference | 1 |'],
      ...['| First step that differs | none |', '| Steps that the 1e-7 explains | 0 |'],
    ]);
    expect(same.join()).not.toContain('Step that differs most');
  });

  it('of a run without a whole epoch', () => {
    const NONE = 'No epoch was finished, so no logits were counted.';
    expect(read({ train: { ...trainResult({ epochs: 4 }), losses: [] } })).toContain(NONE);
    expect(dead).not.toContain(NONE);
  });
});
