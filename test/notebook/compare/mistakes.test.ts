import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { Tensor, TF } from '../../../src/gradcheck/types.ts';
import { GRADIENT_MISTAKES, selfTestSubjects } from '../../../src/notebook/compare/mistakes.ts';

const tf: TF = float64;
/** The right gradients: 1, 2, 3, ... */
const right = Object.fromEntries(
  Object.entries({ kernel: [5, 5, 1, 1], weight: [144, 1], bias: [1, 1] }).map(([name, shape]) => [
    name,
    tf.reshape(tf.range(1, shape[0]! * shape[1]! + 1), shape),
  ]),
) as Record<'kernel' | 'weight' | 'bias', Tensor>;

const ONE_TO_25 = Array.from({ length: 25 }, (_, at) => at + 1);
const ONE_TO_144 = Array.from({ length: 144 }, (_, at) => at + 1);

describe('a mistake in whole gradients', () => {
  it.each<[what: string, wrong: Record<string, number[]>]>([
    ['dKernel is twice what it should be', { kernel: ONE_TO_25.map((value) => 2 * value) }],
    // The tap after the middle one, row 2 and column 3.
    ['kernel[2,3,0,0] is 1.0005 times what it should be', { kernel: ONE_TO_25.with(13, 14 * 1.0005) }],
    ['weight[100,0] is 1.0005 times what it should be', { weight: ONE_TO_144.with(100, 101 * 1.0005) }],
    [
      'the loop over the kernel ends one row early: dKernel[4,b] = 0',
      { kernel: ONE_TO_25.map((value) => (value > 20 ? 0 : value)) },
    ],
    [
      'dKernel is averaged over the 144 places of the window, not summed',
      { kernel: ONE_TO_25.map((value) => value / 144) },
    ],
  ])('%s', (what, wrong) => {
    const mistake = GRADIENT_MISTAKES.find((each) => each.what === what)!;
    const found = mistake.gradients(tf, right, tf.scalar(1), right);
    const numbers = Object.entries(found).map(([name, gradient]) => [name, Array.from(gradient!.dataSync())]);
    expect(Object.fromEntries(numbers)).toEqual(
      Object.fromEntries(
        Object.entries(wrong).map(([name, values]) => [name, values.map((v) => expect.closeTo(v, 12))]),
      ),
    );
  });
});

it('a network 1e-9 from kinks has windows just above and just below one', () => {
  const near = selfTestSubjects.find(({ layer }) => layer === 'network, 1e-9 from kinks')!;
  const { inputs, forward } = near.correct(1);
  const { values } = inputs!.kernel as unknown as { values: Float64Array };
  const kernel = tf.tensor(values, [5, 5, 1, 1]);
  /** The logit where only one output counts; with label 1 the loss is log(1 + exp(-logit)). */
  const logitOf = (place: number, sign: number): number => {
    const weight = tf.reshape(tf.oneHot([place], 144, 1, 0, 'float32'), [144, 1]);
    const loss = forward(tf, { kernel: tf.mul(sign, kernel), weight, bias: tf.zeros([1, 1]) });
    return -Math.log(Math.expm1(loss.dataSync()[0]!));
  };
  const corners = [0, 5, 10].flatMap((row) => [0, 5, 10].map((column) => row * 12 + column));
  // Of a pre-activation ReLU passes what is above 0, and of its negative what is below.
  const convOut = corners.map((place) => logitOf(place, 1) - logitOf(place, -1));
  const expected = corners.map((_, at) => expect.closeTo(at % 2 === 0 ? 1e-9 : -1e-9, 14));
  expect(convOut).toEqual(expected);
});
