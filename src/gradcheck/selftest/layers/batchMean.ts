import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';

const SAMPLES = 3;

/** tanh of the mean over the batch: x [3,4] to [4]. */
const correct = (seed: number): ManualSpec<'x'> => ({
  inputs: { x: inputsFrom(seed).signed(SAMPLES, 4) },
  forward: (tf, { x }) => tf.tanh(tf.mean(x, 0)),
  backward: (tf, { x }, dy) => {
    // dMean = dy (1 - tanh(mean)^2), and every sample gets 1/N of it
    const dMean = tf.mul(dy, tf.sub(1, tf.square(tf.tanh(tf.mean(x, 0)))));
    return { x: tf.div(tf.tile(tf.reshape(dMean, [1, 4]), [SAMPLES, 1]), SAMPLES) };
  },
});

/** The layer and its mistakes. */
export const batchMean = testedLayer('batch mean + tanh', correct, [
  {
    name: 'missing 1/batch',
    what: 'every sample gets all of dMean',
    gradients: (tf, _inputs, _dy, { x }) => ({ x: tf.mul(SAMPLES, x) }),
  },
  {
    name: "missing tanh'",
    what: 'dMean = dy',
    gradients: (tf, _inputs, dy) => ({ x: tf.div(tf.tile(tf.reshape(dy, [1, 4]), [SAMPLES, 1]), SAMPLES) }),
  },
]);
