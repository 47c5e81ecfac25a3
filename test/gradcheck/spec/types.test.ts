import { expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { type GradcheckSpec, gradcheck, type Tensor } from '../../../src/gradcheck/index.ts';

await tf.ready();
const w = tf.variable(tf.scalar(2), true, 'w');
const inputs = { x: [1, 2] };

/** Most of this file is tested by the compiler: each expected error must occur. */
it('names of inputs, structure of dy and names of gradients are typed', async () => {
  const annotated: GradcheckSpec<'x'> = {
    inputs,
    forward: (tf, { x }) => tf.square(x),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2, x)) }),
  };
  expect(await gradcheck(annotated)).toMatchObject({ status: 'pass' });

  const loose: GradcheckSpec = { inputs, variables: [w], forward: (tf, { x }) => tf.mul(x!, w) };
  expect(await gradcheck(loose)).toMatchObject({ status: 'pass' });

  const several = await gradcheck({
    inputs,
    forward: (tf, { x }) => ({ double: tf.mul(2, x), square: tf.square(x) }),
    backward: (tf, { x }, { double, square }) => ({ x: tf.mul(2, tf.add(double, tf.mul(square, x))) }),
  });
  expect(several).toMatchObject({ status: 'pass' });

  const trained = await gradcheck({
    inputs,
    variables: { w },
    forward: (tf, { x }) => tf.mul(x, w),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, w), w: tf.sum(tf.mul(dy, x)) }),
  });
  expect(trained).toMatchObject({ status: 'pass' });

  const listed = await gradcheck({
    inputs,
    variables: [w],
    forward: (tf, { x }) => tf.mul(x, w),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, w), w: tf.sum(tf.mul(dy, x)) }),
  });
  expect(listed).toMatchObject({ status: 'pass' });

  const nested = await gradcheck({
    inputs,
    variables: { net: { w } },
    forward: (tf, { x }) => tf.mul(x, w),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, w), 'net/w': tf.sum(tf.mul(dy, x)) }),
  });
  expect(nested).toMatchObject({ status: 'pass' });

  const variablesOnly = await gradcheck({ variables: { w }, forward: () => tf.square(w as Tensor) });
  expect(variablesOnly).toMatchObject({ status: 'pass' });
});

it('what does not fit does not compile, and fails with a name', async () => {
  const missing = await gradcheck({
    inputs,
    forward: (tf, { x }) => tf.square(x),
    // @ts-expect-error a gradient is a tensor
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2, x)).arraySync() }),
  });
  expect(missing).toMatchObject({ status: 'fail', stage: 'names' });

  const unknown: GradcheckSpec<'x'> = {
    inputs,
    // @ts-expect-error there is no input z
    forward: (tf, { x, z }) => (z === undefined ? tf.square(x) : x),
  };
  expect(await gradcheck(unknown)).toMatchObject({ status: 'pass' });

  const other = gradcheck({
    inputs,
    forward: (tf, { x }) => ({ square: tf.square(x) }),
    // @ts-expect-error dy has no cube
    backward: (_, { x }, { cube }) => ({ x: tf.mul(cube, x) }),
  });
  expect(await other).toMatchObject({ status: 'fail' });

  // @ts-expect-error a variable is not a number
  const number = gradcheck({ variables: { w: 3 }, forward: () => tf.square(w as Tensor) });
  await expect(number).rejects.toThrow('expected a tf.Variable');
});
