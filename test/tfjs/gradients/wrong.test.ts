import { afterEach, describe, expect, it } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import { wrong } from '../../../src/tfjs/gradients/wrong.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { type WrongCase, wrongCases } from './wrongCases.ts';

const tf = float64 as unknown as TF;
let putBack = () => {};
afterEach(() => {
  putBack();
  putBack = () => {};
});

const named = (some: readonly WrongCase[]) =>
  some.map((each) => [`${each.kernel}: ${each.name}`, each] as const);

/** At a tie there is no derivative to prove, so only differences along directions that keep the tie are compared. */
const isTied = ({ name }: WrongCase): boolean => name === 'of two copies';

describe('with backproof/gradients', () => {
  it.each(named(wrongCases))('%s is right, and proved', async (name, subject) => {
    const { inputs, forward } = subject;
    putBack = registerGradientsOn(tf);
    const { status, exact, message } = await gradcheck({ name, inputs, forward });
    expect({ status, verdict: exact?.verdict, message }).toEqual({
      status: 'pass',
      verdict: isTied(subject) ? 'not proved' : 'proved',
      message,
    });
  });

  const seconds = wrongCases.filter(
    (each, i) => wrongCases.findIndex(({ kernel }) => kernel === each.kernel) === i,
  );

  it.each(named(seconds))('%s has a second derivative', async (name, { inputs, forward }) => {
    putBack = registerGradientsOn(tf);
    const curved = (on: TF, at: Record<string, Tensor>) => on.square(forward(on, at));
    const { status, message } = await gradcheck({ name, inputs, forward: curved }, { order: 2 });
    expect({ status, message }).toEqual({ status: 'pass', message });
  });

  // The tape leaves out kernels that turn real numbers into integers, before it asks for a gradient.
  const asked = seconds.filter(({ kernel }) => !['FloorDiv', 'Cast'].includes(kernel));

  it.each(named(asked))('%s: one wrong number is caught', async (name, { kernel, inputs, forward }) => {
    const putAllBack = registerGradientsOn(tf);
    const right = tf.getGradient(kernel);
    tf.unregisterGradient(kernel);
    tf.registerGradient({
      ...right,
      gradFunc: (dy, saved, attributes) =>
        Object.fromEntries(
          Object.entries(right.gradFunc(dy, saved, attributes)).map(([input, gradient]) => [
            input,
            () => planted(gradient()),
          ]),
        ),
    });
    putBack = putAllBack;
    const { status } = await gradcheck({ name, inputs, forward });
    expect(status).toBe('fail');
  });
});

/** A gradient whose first number is off by 0.01. */
const planted = (gradient: Tensor): Tensor =>
  tf.tidy(() => {
    const first = tf.oneHot(tf.tensor1d([0], 'int32'), gradient.size);
    return tf.add(gradient, tf.reshape(tf.mul(tf.cast(first, 'float32'), 0.01), gradient.shape));
  });

describe('without it', () => {
  it.each(named(wrongCases.filter(({ upstream }) => upstream !== 'pass')))(
    '%s is found out',
    async (name, { inputs, forward, upstream }) => {
      expect((await gradcheck({ name, inputs, forward })).status).toBe(upstream);
    },
  );
});

it('the gradient of a tile of nothing is nothing, of the same shape', () => {
  putBack = registerGradientsOn(tf);
  const dx = tf.grad((x: Tensor) => tf.tile(x, [2, 3]))(tf.zeros([0, 4]));
  expect(dx.shape).toEqual([0, 4]);
});

it('every gradient has a case that TensorFlow.js does not pass', () => {
  // A cast to integers is a step, which the tape handles.
  const kernels = [...wrong.map(({ kernelName }) => kernelName), 'Cast'].sort();
  const found = wrongCases.filter(({ upstream }) => upstream !== 'pass').map(({ kernel }) => kernel);
  expect([...new Set(found)].sort()).toEqual(kernels);
});
