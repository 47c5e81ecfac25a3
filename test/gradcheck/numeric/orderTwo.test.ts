import { describe, expect, it } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import type { Findings } from '../../../src/gradcheck/check.ts';
import { orderTwo, withoutBlame } from '../../../src/gradcheck/numeric/orderTwo.ts';
import { readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import { Subject } from '../../../src/gradcheck/spec/subject.ts';
import { StageLog } from '../../../src/gradcheck/stages.ts';
import type { Side, Stage, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { unequalEntries, uniformNumbers } from '../../../src/numerics/random.ts';

tfjs.enableProdMode();
await tfjs.setBackend('cpu');

const tf = tfjs as unknown as TF;
const subjectOf = (forward: (x: Tensor) => Tensor, library = tf) =>
  new Subject(
    library,
    readSpec({
      name: 'first',
      inputs: { x: [1, 2], unused: [3] },
      forward: (_tf: TF, { x }: Record<string, Tensor>) => forward(x!),
    }),
  );

it('the gradient itself is a function to check: its sum with fixed weights', () => {
  const dy = { shape: [2], dtype: 'float32', values: Float64Array.of(10, 100) };
  const second = orderTwo(
    subjectOf((x) => float64.square(x), float64),
    dy,
    5,
  );
  const weights = unequalEntries(2, uniformNumbers(5 ^ 0x2dead));
  expect(second.name).toBe('first (order 2)');
  // The gradient is 2 x dy.
  expect(second.forward()[0]! / (20 * weights[0]! + 400 * weights[1]!)).toBeCloseTo(1, 12);
});

describe('a second derivative that fails', () => {
  const blamed = (forward: (x: Tensor) => Tensor, stage: Stage | null, side: Side | null = 'tf autodiff') => {
    const log = new StageLog();
    if (stage !== null) log.fail(stage, 'of that', side);
    const findings = {
      log,
      oddOneOut: side,
      suspects: [1],
      looksLike: 'x',
      tallies: [1],
    } as unknown as Findings;
    const found = withoutBlame(subjectOf(forward), findings);
    return found === findings ? 'blamed' : found;
  };
  const sigmoid = (x: Tensor) => tf.sigmoid(x);

  it('in numbers is lost in kernels whose gradient uses their output, and nobody is blamed', () => {
    const unsupported = (kernel: string | null, names: string) => ({
      ...{ oddOneOut: null, suspects: [], looksLike: null, tallies: [] },
      unsupported: {
        kernel,
        missing: null,
        reason: `the second derivative is lost in ${names} (tfjs #3252)`,
      },
    });
    const one = blamed(sigmoid, 'numbers');
    expect(one).toMatchObject(unsupported('Sigmoid', 'Sigmoid'));
    expect((one as Findings).log.culprit).toBeNull();
    expect(blamed((x) => tf.exp(tf.square(tf.sigmoid(x))), 'numbers')).toMatchObject(
      unsupported(null, 'Sigmoid, Exp'),
    );
    const fused = (x: Tensor) => tf.fused.matMul({ a: tf.reshape(x, [1, 2]), b: tf.ones([2, 1]) });
    expect(blamed(fused, 'numbers')).toMatchObject(unsupported('_FusedMatMul', '_FusedMatMul'));
    expect(blamed((x) => tf.square(x), 'numbers')).toBe('blamed');
  });

  it('before the numbers is one that TensorFlow.js does not have', () => {
    expect(blamed((x) => tf.square(x), 'names')).toMatchObject({
      unsupported: { kernel: null, missing: null, reason: 'of that' },
    });
    expect(blamed(sigmoid, 'names')).toMatchObject({ unsupported: { kernel: 'Sigmoid', reason: 'of that' } });
  });

  it('is blamed on whom it belongs to otherwise', () => {
    expect(blamed(sigmoid, null)).toBe('blamed');
    expect(blamed(sigmoid, 'numbers', 'yours')).toBe('blamed');
    expect(blamed(sigmoid, 'names', null)).toBe('blamed');
  });
});
