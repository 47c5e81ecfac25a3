import { describe, expect, it } from '@jest/globals';
import * as single from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import type { GradcheckOptions, GradcheckSpec, TF } from '../../src/gradcheck/types.ts';

single.enableProdMode();
await single.setBackend('cpu');

const spec: GradcheckSpec = { inputs: { x: [0.5, -1.5] }, forward: (tf, { x }) => tf.square(x!) };

describe('the TensorFlow.js that a check runs on', () => {
  it.each<[string, GradcheckOptions, string]>([
    ['tf', { tf: single }, 'option tf: expected TensorFlow.js in double precision, got float32'],
    [
      'float64',
      { float64: single },
      'option float64: expected TensorFlow.js in double precision, got float32',
    ],
    [
      'float64 beside tf',
      { precision: 'float32', tf: single, float64: single },
      'option float64: expected TensorFlow.js in double precision, got float32',
    ],
    [
      'none in single precision',
      { precision: 'float32' },
      "option tf: expected your TensorFlow.js with precision 'float32', got undefined",
    ],
  ])('is refused: %s', async (_name, options, message) => {
    await expect(gradcheck(spec, options)).rejects.toThrow(message);
  });

  it.each<[string, (given: TF) => GradcheckOptions]>([
    ['tf', (tf) => ({ tf })],
    ['float64', (tf) => ({ float64: tf })],
    ['float64 beside tf', (tf) => ({ precision: 'float32', tf: single, float64: tf })],
  ])('is the one that is handed in, once it is ready: %s', async (_name, options) => {
    let isReady = false;
    const late = {
      ...float64,
      ready: async () => {
        isReady = true;
      },
    };
    const seen = new Set<unknown>();
    const watched: GradcheckSpec = {
      ...spec,
      forward: (tf, { x }) => {
        seen.add(tf);
        expect(isReady).toBe(true);
        return tf.square(x!);
      },
    };
    expect((await gradcheck(watched, options(late))).status).toBe('pass');
    expect(seen.has(late)).toBe(true);
  });
});

it('variables are checked in double precision only: they belong to one TensorFlow.js', async () => {
  const w = float64.variable(float64.tensor([2, 3]));
  const withVariables: GradcheckSpec = {
    ...{ name: 'product', inputs: { x: [0.5, -1.5] }, variables: { w } },
    forward: (tf, { x }) => tf.mul(x!, w),
  };
  expect((await gradcheck(withVariables)).status).toBe('pass');
  const refused = gradcheck(withVariables, { precision: 'float32', tf: single });
  await expect(refused).rejects.toThrow("product: variables: expected none with precision 'float32'");
  w.dispose();
});
