import { describe, expect, it } from '@jest/globals';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { unequalEntries, uniformNumbers } from '../../../src/numerics/random.ts';
import { sizeOf } from '../../../src/numerics/shape.ts';
import { models } from './models.ts';
import { exact, oneAt, planted, subjectOf } from './support.ts';

/** Changes to one element of a gradient. */
const CHANGES: Record<string, (tf: TF, dy: Tensor, mask: Tensor) => Tensor> = {
  'times 1 + 1e-12': (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 1e-12))),
  'times 1 + 1e-18': (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 1e-18))),
  'times 1 + 2^-40': (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 2 ** -40))),
  'times 1.001': (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 0.001))),
  'set to 0': (tf, dy, mask) => tf.mul(dy, tf.sub(1, mask)),
  'minus 1': (tf, dy, mask) => tf.sub(dy, mask),
};
const LARGE = new Set(['times 1.001', 'set to 0', 'minus 1']);

describe('one wrong element', () => {
  for (const [name, model] of Object.entries(models))
    it(`${name}: never proved, and refuted and named where rounding does not hide it`, () => {
      const spec = { ...model(2), backward: undefined } as unknown as GradcheckSpec;
      for (const { name: input, values } of subjectOf(spec).inputs) {
        const flat = 11 % values.length;
        // A gradient of 0 stays right when multiplied by anything.
        const zero = isZero(spec, input, flat);
        for (const [change, f] of Object.entries(CHANGES)) {
          if (zero && change !== 'minus 1') continue;
          const { verdict, elements } = exact(planted(spec, input, flat, f), { seed: 2, lanes: 2 });
          expect([input, change, verdict]).not.toEqual([input, change, 'proved']);
          if (!LARGE.has(change)) continue;
          expect([input, change, verdict]).toEqual([input, change, 'refuted']);
          expect(elements.map((element) => element.input)).toEqual([input]);
        }
      }
    });
});

/** Whether an element of the gradient is 0 for every dy, on the branches of the point. */
function isZero(spec: GradcheckSpec, input: string, flat: number): boolean {
  const twice = planted(spec, input, flat, (tf, dy, mask) => tf.mul(dy, tf.add(1, mask)));
  return exact(twice, { seed: 2, lanes: 2 }).verdict === 'proved';
}

describe('one of 131,072 elements', () => {
  const random = uniformNumbers(5);
  const drawn = (...shape: number[]) => ({
    shape,
    values: unequalEntries(sizeOf(shape), random),
  });
  const inputs = { x: drawn(8, 256), w: drawn(256, 512), b: drawn(512) };
  const z = (tf: TF, { x, w, b }: Record<string, Tensor>) => tf.add(tf.matMul(x!, w!), b!);
  const dense = (factor: (tf: TF, mask: Tensor) => Tensor): GradcheckSpec => ({
    inputs,
    forward: (tf, tensors) => tf.relu(z(tf, tensors)),
    backward: (tf, tensors, dy) => {
      const dz = tf.mul(dy, tf.step(z(tf, tensors)));
      const dw = tf.matMul(tensors.x!, dz, true, false);
      return {
        x: tf.matMul(dz, tensors.w!, false, true),
        w: tf.mul(dw, factor(tf, oneAt(tf, [256, 512], 77_777))),
        b: tf.sum(dz, 0),
      };
    },
  });

  it('is named, off by 1e-12 of itself', () => {
    const { verdict, elements, wrong } = exact(dense((tf, mask) => tf.add(1, tf.mul(mask, 1e-12))));
    expect(verdict).toBe('refuted');
    expect(wrong).toEqual({ w: 1 });
    expect(elements.map(({ input, index }) => [input, ...index])).toEqual([['w', 151, 465]]);
  });

  it('right: proved for all branches at once', () => {
    const result = exact(dense((tf, mask) => tf.onesLike(mask)));
    expect(result).toMatchObject({ verdict: 'proved', branches: 'all', kinks: 0, elements: [] });
    expect(result.bound).toBeLessThan(1e-14);
  });

  it('is found by halving where there is no second gradient', () => {
    const wrong = planted({ inputs, forward: z }, 'w', 77_777, (tf, dy, mask) =>
      tf.mul(dy, tf.add(1, tf.mul(mask, 1e-12))),
    );
    const { verdict, elements } = exact(wrong, { lanes: 1 });
    expect(verdict).toBe('refuted');
    expect(elements.map(({ input, index }) => [input, ...index])).toEqual([['w', 151, 465]]);
  });
});

describe('an error inside of a layer', () => {
  it('of 1e-13 of a gradient, or of 1e-16 within a logarithm, is refuted', () => {
    const off: GradcheckSpec = {
      inputs: {
        x: [
          [0.5, -1.5],
          [2, 0.25],
        ],
      },
      forward: (tf, { x }) => tf.sum(tf.square(tf.matMul(x!, x!))),
      backward: (tf, { x }, dy) => {
        const up = tf.mul(tf.mul(dy, 2), tf.matMul(x!, x!));
        const both = tf.add(tf.matMul(up, x!, false, true), tf.matMul(x!, up, true, false));
        return { x: tf.mul(both, tf.add(1, tf.mul(tf.onesLike(both), 1e-13))) };
      },
    };
    expect(exact(off).verdict).toBe('refuted');
    const logged: GradcheckSpec = {
      inputs: { x: [0.5, 1.5] },
      forward: (tf, { x }) => tf.log(tf.add(x!, 1e-16)),
      backward: (tf, { x }, dy) => ({ x: tf.div(dy, x!) }),
    };
    expect(exact(logged).verdict).toBe('refuted');
  });
});
