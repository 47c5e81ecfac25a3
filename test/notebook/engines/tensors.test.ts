import { expect, it } from '@jest/globals';
import { engines } from '../../../src/notebook/engines/index.ts';
import { start } from '../../support/kernels.ts';
import { smallProblem } from '../../support/problem.ts';

const tf = await start('cpu');

it.each(['manual', 'autodiff'] as const)(
  '%s: steps leave no tensor behind, and neither does the end',
  (name) => {
    const before = tf.memory().numTensors;
    const engine = engines[name].start(tf, smallProblem(3), 'logits');
    const started = tf.memory().numTensors;
    engine.advance(0, 3);
    expect(tf.memory().numTensors).toBe(started);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(before);
  },
);
