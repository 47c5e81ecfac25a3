import type { GradcheckSpec } from '../../src/gradcheck/index.ts';
import { mixed } from './generate.ts';
import { type Judge, judgedBy } from './judged.ts';
import type { Outcome } from './outcome.ts';

const SHAPES = [[0], [0, 3], [2, 0], [3, 0, 2]] as const;

/** Specs with nothing to check: tensors without elements, outputs that depend on no input. */
const CASES: readonly {
  readonly what: string;
  readonly spec: (shape: readonly number[]) => GradcheckSpec;
}[] = [
  {
    what: 'an input without elements',
    spec: (shape) => ({ inputs: { x: { values: [], shape } }, forward: (tf, { x }) => tf.square(x!) }),
  },
  {
    what: 'an input without elements, summed',
    spec: (shape) => ({ inputs: { x: { values: [], shape } }, forward: (tf, { x }) => tf.sum(x!) }),
  },
  {
    what: 'an output without elements',
    spec: () => ({ inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.slice(x!, [0], [0]) }),
  },
  {
    what: 'an output that depends on no input',
    spec: () => ({ inputs: { x: [1, 2] }, forward: (tf) => tf.scalar(3) }),
  },
  {
    what: 'an output that depends on no input, with a backward of zeros',
    spec: () => ({
      inputs: { x: [1, 2] },
      forward: (tf) => tf.scalar(3),
      backward: (tf, { x }) => ({ x: tf.zerosLike(x!) }),
    }),
  },
];

/**
 * The case of a seed: refused, inconclusive and unsupported are correct; pass is a missed mistake, and throwing
 * anything else a false alarm.
 */
export async function emptyCase(seed: number, judge: Judge): Promise<Outcome> {
  const { what, spec } = CASES[(mixed(seed) >>> 1) % CASES.length]!;
  const base = { seed, family: 'empty', ops: [what], kind: what, file: null };
  const { status, cause, detail } = await judgedBy(judge, spec(SHAPES[seed % SHAPES.length]!), {});
  const right = status === 'fail' || status === 'threw' ? 'false alarm' : 'passed';
  const planted = status === 'pass' ? 'missed' : 'caught';
  const fine = right === 'passed' && planted === 'caught';
  return { ...base, right, planted, cause: fine ? null : cause, detail: fine ? null : `${what}: ${detail}` };
}
