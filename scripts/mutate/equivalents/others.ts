import type { Equivalent } from './equivalent.ts';

export const OTHERS: readonly Equivalent[] = [
  {
    file: 'src/audit/families/reductions.ts',
    at: "'with one 0'",
    kinds: ['number'],
    before: '0.5',
    reason: 'another number beside the 0 will do',
  },
  {
    file: 'src/audit/families/withoutGradient.ts',
    at: 'tf.stridedSlice(x, [0], [6], [2])',
    kinds: ['number'],
    before: '6',
    reason: 'an end beyond the end is the end',
  },
  {
    file: 'src/audit/families/withoutGradient.ts',
    at: 'tf.stridedSlice(x, [1, 0], [2, 4]',
    kinds: ['number'],
    before: '4',
    reason: 'an end beyond the end is the end',
  },
  {
    file: 'src/audit/faults/refused.ts',
    at: 'sometimes: true',
    kinds: ['boolean'],
    reason: 'the type has no false: only whether it is there counts',
  },
  {
    file: 'src/audit/faults/wrong.ts',
    at: 'sometimes: true',
    kinds: ['boolean'],
    reason: 'the type has no false: only whether it is there counts',
  },
  {
    file: 'src/results/outputs.ts',
    at: '{ flush: true }',
    kinds: ['boolean'],
    reason: 'only a full disk that says so late shows whether the probe was on it',
  },
  {
    file: 'src/results/outputs.ts',
    at: 'await rm(probe)',
    kinds: ['statement left out'],
    reason: 'only a full disk takes the name of a probe and not its byte',
  },
  {
    file: 'src/results/file.ts',
    at: '{ flush: true }',
    kinds: ['boolean'],
    reason: 'only a power cut shows whether a file was on the disk before it took its name',
  },
  {
    file: 'src/results/provenance.ts',
    at: 'cpus()[0]',
    kinds: ['number'],
    reason: 'the cores of a machine are of one model',
  },
  {
    file: 'src/results/train.ts',
    at: '(diagnosis[name] ?? 0) <= epochs',
    kinds: ['fallback left out'],
    reason: 'null is no more than any number of epochs either',
  },
  {
    file: 'src/report/parts/still/axes.ts',
    at: '/ step ',
    kinds: ['number'],
    reason: 'a tick at an end of the axis is off by no more than rounding, a millionth of that',
  },
  {
    file: 'src/report/parts/still/heatmap.tsx',
    at: 'labels(axis, 5)',
    kinds: ['number'],
    reason: 'for more ticks there are more digits, zeros, which are left out',
  },
  {
    file: 'src/results/auditFaults.ts',
    at: '(reason === null ? 0 : 10) + [',
    kinds: ['number'],
    reason: 'any step between the two that is above 2 puts them in the same order',
  },
  {
    file: 'src/results/parameterNames.ts',
    at: 'PARAMETER_LIMIT = 1e300',
    kinds: ['number'],
    reason: 'a run that diverges passes the one with the other',
  },
  {
    file: 'src/numerics/random.ts',
    at: 'if (sign < 0) negative++',
    kinds: ['comparison', 'number'],
    reason: 'the sign is 1 or -1',
  },
];
