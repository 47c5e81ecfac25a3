import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { attention } from '../../examples/attention.ts';
import { denseSoftmax } from '../../examples/denseSoftmax.ts';
import { depthwise } from '../../examples/depthwise.ts';
import { customGelu, customGeluLayer } from '../../examples/gelu.ts';
import { layerNorm } from '../../examples/layerNorm.ts';
import { type GradcheckSpec, gradcheck } from '../../src/gradcheck/index.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples');
const specs: GradcheckSpec[] = [denseSoftmax, layerNorm, customGelu, customGeluLayer, depthwise, attention];

describe('the examples', () => {
  it('are all here', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'attention.ts',
      'denseSoftmax.ts',
      'depthwise.ts',
      'gelu.ts',
      'layerNorm.ts',
    ]);
  });

  it.each(specs.map((spec) => [spec.name!, spec] as const))(
    '%s: every gradient is right',
    async (_, spec) => {
      for (const seed of [1, 2, 3]) {
        const { status, message } = await gradcheck(spec, { seed });
        expect(status === 'pass' ? 'pass' : message).toBe('pass');
      }
    },
  );

  const byHand = specs.filter((spec) => spec.backward !== undefined);
  it.each(byHand.map((spec) => [spec.name!, spec] as const))(
    '%s, twin: one wrong gradient is found',
    async (_, spec) => {
      const twin: GradcheckSpec = {
        ...spec,
        backward: (tf, inputs, dy) => {
          const right = spec.backward!(tf, inputs, dy);
          const [name] = Object.keys(right) as [string];
          return { ...right, [name]: tf.mul(1.0005, right[name]!) };
        },
      };
      expect(await gradcheck(twin)).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    },
  );

  it('GELU, twin: a customGrad that ignores dy is found', async () => {
    const twin: GradcheckSpec = {
      name: 'GELU without dy',
      inputs: customGelu.inputs,
      forward: (tf, { x }) =>
        tf.customGrad((...inputs) => {
          const [x, save] = inputs as unknown as [(typeof inputs)[0] & object, (saved: unknown[]) => void];
          save([x]);
          return {
            value: tf.square(x as never),
            gradFunc: (_dy, saved) => tf.mul(2, saved[0]!),
          };
        })(x!),
    };
    expect(await gradcheck(twin)).toMatchObject({ status: 'fail', stage: 'dy contract' });
  });
});
