import type { Equivalent } from './equivalent.ts';

export const CHECKER: readonly Equivalent[] = [
  {
    file: 'src/gradcheck/check.ts',
    at: '{ ...settings, points: 0 }',
    kinds: ['number'],
    reason: 'a gradient that is refuted there is tried at no further point',
  },
  {
    file: 'src/gradcheck/check.ts',
    at: 'log.culprit?.side ?? null',
    kinds: ['fallback left out'],
    reason: 'where no stage fails nobody is named',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: 'nearby(input.values',
    kinds: ['arithmetic'],
    reason: 'points drawn by other random numbers will do',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: 'exactAt(moved, seed, false)',
    kinds: ['boolean'],
    reason: 'what has no proof for all branches at the inputs has none nearby, and only takes longer',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: 'seed + 1',
    kinds: ['arithmetic', 'number'],
    reason: 'random numbers of another seed will do',
  },
  {
    file: 'src/gradcheck/model.ts',
    at: 'tf.train.sgd(1)',
    kinds: ['number'],
    reason: 'no step is taken',
  },
  {
    file: 'src/gradcheck/model.ts',
    at: 'await tf.ready()',
    kinds: ['statement left out'],
    reason: 'double precision is ready at once',
  },
  {
    file: 'src/gradcheck/diagnose/factor.ts',
    at: '<= FACTOR_TOLERANCE * Math.abs(x)',
    kinds: ['comparison'],
    reason: 'no two doubles that near differ by exactly that share',
  },
  {
    file: 'src/gradcheck/diagnose/factor.ts',
    at: 'return Math.abs(factor) > 1',
    kinds: ['comparison'],
    reason: 'the factor is n or 1/n for an n above 1, so its size is never 1',
  },
  {
    file: 'src/gradcheck/diagnose/layout.ts',
    at: 'indices[0]![axis]!',
    kinds: ['number'],
    reason: 'all are compared with one of them, and any will do',
  },
  {
    file: 'src/gradcheck/diagnose/replay.ts',
    at: 'let chosen = 0',
    kinds: ['number'],
    reason: '0 chooses no axis, which is an answer only where no axis is summed',
  },
  {
    file: 'src/gradcheck/diagnose/suspects.ts',
    at: 'uniformNumbers(1)',
    kinds: ['number'],
    reason: 'a direction from any seed will do',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: '(seed * of + number) * 31 + k',
    kinds: ['number'],
    reason: 'other points nearby will do',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: '?? Number.NaN;',
    kinds: ['fallback left out'],
    reason: 'a difference from undefined is NaN too',
  },
  {
    file: 'src/gradcheck/spec/subject.ts',
    at: 'const probe = tf.scalar(0)',
    kinds: ['number'],
    reason: 'only the type of its array is looked at',
  },
  ...['return tf.scalar(0);', 'engine.gradients(recorded'].map((at) => ({
    ...{ file: 'src/gradcheck/spec/tape.ts', at, kinds: ['number'] },
    reason: 'nothing is differentiated: any number will do',
  })),
  {
    file: 'src/gradcheck/spec/assignments.ts',
    at: 'variable.id < firstOfRun',
    kinds: ['comparison'],
    reason: 'that number is used up, and no variable has it',
  },
  {
    file: 'src/gradcheck/spec/dependence.ts',
    at: 'return x + by;',
    kinds: ['arithmetic'],
    reason: 'the moves go in both directions',
  },
  {
    file: 'src/gradcheck/spec/outputs.ts',
    at: 'if (tensors.length === 1) return',
    kinds: ['never', 'number'],
    reason: 'one output is the list of all outputs',
  },
];
