import { describe, expect, it } from '@jest/globals';
import { dualElements, dualSuspects, joinVerdicts, runExact } from '../../src/gradcheck/exactStage.ts';
import { gradcheck } from '../../src/gradcheck/index.ts';
import { readSpec } from '../../src/gradcheck/spec/readSpec.ts';
import { Subject, type Values } from '../../src/gradcheck/spec/subject.ts';
import type { ExactOutcome, GradcheckSpec, Outputs, Tensor, TF } from '../../src/gradcheck/types.ts';
import { tf } from './exact/support.ts';

const subjectOf = (spec: GradcheckSpec): Subject => new Subject(tf, readSpec(spec));

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
    ['one below it', outcome('refuted', [1, null, 1 - 1e-6 + 5e-13]), ['refutes', 'refutes', 'nothing']],
    ['half of it, of 1000', outcome('refuted', [1e3, null, 1e3 - 5e-4]), ['refutes', 'refutes', 'nothing']],
    ['zeros', outcome('refuted', [0, null, 0]), ['refutes', 'refutes', 'nothing']],
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

describe('the exact check at points nearby', () => {
  const max = (factor: number, x = [1, -2]): GradcheckSpec => ({
    inputs: { x },
    // The larger of x^2 and 1.1 x, with the second slope times the factor
    forward: (tf, { x }) => tf.max(tf.stack([tf.square(x!), tf.mul(x!, 1.1)]), 0),
    backward: (tf, { x }, dy) => {
      const first = tf.cast(tf.greater(tf.square(x!), tf.mul(x!, 1.1)), 'float32');
      const slope = tf.add(tf.mul(first, tf.mul(2, x!)), tf.mul(tf.sub(1, first), 1.1 * factor));
      return { x: tf.mul(dy, slope) };
    },
  });
  const relu: GradcheckSpec = { inputs: { x: [1, -2] }, forward: (tf, { x }) => tf.relu(x!) };

  it('tries all branches at once, and points only where the proof is of one point', () => {
    const free = runExact(subjectOf(relu), { seed: 1, points: 5 });
    expect([free.exact.branches, free.exact.points, free.refutedAt]).toEqual(['all', null, null]);
    const none = runExact(subjectOf(max(1)), { seed: 1, points: 0 });
    expect([none.exact.branches, none.exact.points]).toEqual(['point', null]);
    const { exact, refutedAt } = runExact(subjectOf(max(1)), { seed: 1, points: 12 });
    expect(exact.points).toMatchObject({ tried: 12, proved: 12, cause: null });
    expect(refutedAt).toBeNull();
    // All numbers are on one side at the inputs, and each is on either side at the other point by chance.
    const many = runExact(subjectOf(max(1, Array(20).fill(1.2))), { seed: 1, points: 1 });
    expect(many.exact.points!.seen).toEqual([{ kernel: 'Max', branches: 20, bothSides: expect.any(Number) }]);
    const { bothSides } = many.exact.points!.seen[0]!;
    expect([bothSides > 0, bothSides < 20]).toEqual([true, true]);
  });

  it('ends at the first point that refutes, and tells its number and values', () => {
    const wrong = runExact(subjectOf(max(2, [1.3, 1.2])), { seed: 1, points: 20 });
    expect(wrong.exact.verdict).toBe('proved');
    const { number, of, values } = wrong.refutedAt!;
    expect([of, number >= 1, number <= 20, values.x!.length]).toEqual([20, true, true, 2]);
    // At least one of the numbers is on the other branch: below 1.1.
    expect(Math.min(...values.x!)).toBeLessThan(1.1);
    const here = runExact(subjectOf(max(2, [1, 1.2])), { seed: 1, points: 20 });
    expect([here.exact.verdict, here.refutedAt]).toEqual(['refuted', null]);
    expect(runExact(subjectOf(max(2, [1.3, 1.2])), { seed: 2, points: 20 }).refutedAt!.values).not.toEqual(
      values,
    );
  });

  it('keeps the first cause of what cannot be proved nearby', () => {
    const some: GradcheckSpec = {
      inputs: { x: [1, -1] },
      // Defined at the inputs, and not for sums below 0
      forward: (tf, { x }) => tf.max(tf.stack([tf.sqrt(tf.add(tf.sum(x!), 1)), tf.sum(x!)])),
    };
    const { exact } = runExact(subjectOf(some), { seed: 1, points: 20 });
    expect(exact.points!.tried).toBe(20);
    expect(exact.points!.proved).toBeLessThan(20);
    expect(exact.points!.cause).toBe('Sqrt gives NaN');
  });
});

describe('the exact check of a subject', () => {
  const at = (spec: GradcheckSpec) => runExact(subjectOf(spec), { seed: 1, points: 0 }).exact;

  it('leaves kinks to the differences, and what only double precision refutes', () => {
    expect(at({ inputs: { x: [0, 1] }, forward: (on, { x }) => on.relu(x!) })).toMatchObject({
      ...{ verdict: 'not proved', cause: 'the point is exactly at a kink or a tie', elements: [] },
    });
    // The constant is no fraction of few digits, so that it may be the reason of any difference.
    const tainted: GradcheckSpec = {
      inputs: { x: [1] },
      forward: (on, { x }) => on.relu(on.sub(x!, 1 - 1e-13)),
      backward: (on, _, dy) => ({ x: on.mul(dy, 1.5) }),
    };
    expect(at(tainted)).toMatchObject({
      verdict: 'not proved',
      cause: 'the two sides differ, but so they may by the constant 0.9999999999999',
    });
  });

  it('hands the upstream gradient to backward in the structure of the outputs', () => {
    const spec = (outputs: (a: Tensor, b: Tensor) => Outputs, first: (dy: never) => [Tensor, Tensor]) =>
      ({
        inputs: { x: [1, 2] },
        forward: (on: TF, { x }: { x: Tensor }) => outputs(on.square(x), on.sum(x)),
        backward: (on: TF, { x }: { x: Tensor }, dy: never) => {
          const [dSquare, dSum] = first(dy);
          return { x: on.add(on.mul(dSquare, on.mul(2, x)), dSum) };
        },
      }) as unknown as GradcheckSpec;
    const list = spec(
      (a, b) => [a, b],
      (dy) => dy,
    );
    const record = spec(
      (a, b) => ({ a, b }),
      ({ a, b }: { a: Tensor; b: Tensor }) => [a, b],
    );
    expect([at(list).verdict, at(record).verdict]).toEqual(['proved', 'proved']);
  });

  it('cannot prove where it fails itself, and says why', () => {
    const failing = {
      guarded: () => {
        throw new Error('out of residues');
      },
    } as unknown as Subject;
    expect(runExact(failing, { seed: 1, points: 3 })).toEqual({
      exact: {
        ...{ verdict: 'cannot prove', cause: 'the exact check failed: out of residues', sides: {} },
        ...{ bound: null, lanes: 0, degree: null, branches: 'none', points: null, elements: [] },
      },
      refutedAt: null,
    });
  });
});

describe('dual numbers of a subject', () => {
  const dy: Values = { shape: [3], dtype: 'float32', values: Float64Array.of(2, -1, 3) };
  const wrong = (factors: number[]): GradcheckSpec => ({
    inputs: { x: [1, 4, -5] },
    forward: (on, { x }) => on.square(x!),
    backward: (on, { x }, up) => ({ x: on.mul(up, on.mul(factors, x!)) }),
  });

  it('are single elements of the gradient, and none where they cannot be had', () => {
    const element = dualElements(subjectOf(wrong([2, 2, 2])), dy);
    expect([element('x', 0), element('x', 2)]).toEqual([4, -30]);
    const erf = subjectOf({ inputs: { x: [1, 4, -5] }, forward: (on, { x }) => on.erf(x!) });
    const [known, unknown] = [dualElements(erf, dy)('x', 0), dualElements(erf, dy)('y', 0)];
    expect([known, unknown]).toEqual([expect.closeTo((4 / Math.sqrt(Math.PI)) * Math.exp(-1), 12), null]);
  });

  it('tell the elements that are wrong, by input', () => {
    expect(dualSuspects(subjectOf(wrong([3, 2, 1])), dy, 1)).toEqual(new Map([['x', [0, 2]]]));
    expect(dualSuspects(subjectOf(wrong([2, 2, 2])), dy, 1)).toEqual(new Map());
  });
});
