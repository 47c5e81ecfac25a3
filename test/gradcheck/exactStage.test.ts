import { describe, expect, it } from '@jest/globals';
import { joinVerdicts } from '../../src/gradcheck/exactStage.ts';
import { gradcheck } from '../../src/gradcheck/index.ts';
import type { ExactOutcome, GradcheckSpec } from '../../src/gradcheck/types.ts';
import { tf } from './exact/support.ts';

const NUMBERS = ['pass', 'open', 'fail'] as const;

const outcome = (
  verdict: ExactOutcome['verdict'],
  ...elements: [yours: number | null, autodiff: number | null, numeric: number | null][]
): ExactOutcome => ({
  ...{ verdict, cause: null, sides: {}, bound: null, lanes: 1, degree: null, branches: 'none', points: null },
  elements: elements.map(([yours, autodiff, numeric]) => ({
    ...{ input: 'x', index: [0] },
    yours,
    autodiff,
    numeric,
  })),
});

const joined = (exact: ExactOutcome | null) => NUMBERS.map((numbers) => joinVerdicts(exact, numbers));

describe('the exact verdict beside that of the differences, which pass, are open, or fail', () => {
  it.each<[string, ExactOutcome | null, ReturnType<typeof joined>]>([
    ['none', null, ['nothing', 'nothing', 'nothing']],
    ['a proof', outcome('proved'), ['nothing', 'nothing', 'contradicts']],
    ['no proof', outcome('not proved'), ['nothing', 'nothing', 'nothing']],
    ['no rule', outcome('cannot prove'), ['nothing', 'nothing', 'nothing']],
    // A relative error of 1e-6 is the largest that differences may miss.
    ['an error of 0.99e-6', outcome('refuted', [1, null, 1 - 0.99e-6]), ['refutes', 'refutes', 'nothing']],
    [
      'an error of 1.01e-6',
      outcome('refuted', [1, null, 1 - 1.01e-6]),
      ['contradicts', 'refutes', 'nothing'],
    ],
    ['one such among small', outcome('refuted', [1, 1, 1], [2, 2, 1]), ['contradicts', 'refutes', 'nothing']],
    ['autodiff in place of yours', outcome('refuted', [null, 1, 1]), ['refutes', 'refutes', 'nothing']],
    ['autodiff in place of numbers', outcome('refuted', [1, 2, null]), ['contradicts', 'refutes', 'nothing']],
    ['nothing to compare', outcome('refuted', [1, null, null]), ['contradicts', 'refutes', 'nothing']],
    ['no element', outcome('refuted'), ['contradicts', 'contradicts', 'nothing']],
  ])('%s', (_title, exact, expected) => {
    expect(joined(exact)).toEqual(expected);
  });
});

describe('the exact check by itself', () => {
  const cube = (factor: number): GradcheckSpec => ({
    inputs: { x: [1.5, -0.5] },
    forward: (tf, { x }) => tf.mul(x!, tf.square(x!)),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(factor, tf.square(x!))) }),
  });

  it.each([
    [3, 'pass', null],
    [3 + 2 ** -30, 'fail', 'yours'],
    [2, 'fail', 'yours'],
  ] as const)('decides: 3 x^2 as %d x^2', async (factor, status, oddOneOut) => {
    const result = await gradcheck(cube(factor), { tf, exact: 'only' });
    expect([result.status, result.oddOneOut]).toEqual([status, oddOneOut]);
  });

  it('refutes beside the differences what they cannot see', async () => {
    const result = await gradcheck(cube(3 + 2 ** -30), { tf });
    expect([result.status, result.stage, result.oddOneOut]).toEqual(['fail', 'numbers', 'yours']);
    expect((await gradcheck(cube(3 + 2 ** -30), { tf, exact: 'off' })).status).toBe('pass');
  });
});
