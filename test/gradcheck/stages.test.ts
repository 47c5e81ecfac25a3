import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Stage, Tensor, TF } from '../../src/gradcheck/types.ts';

type Backward = NonNullable<GradcheckSpec['backward']>;
const forward = (tf: TF, { x, w }: Record<string, Tensor>) => tf.sigmoid(tf.matMul(x!, w!));
const gradients = (tf: TF, { x, w }: Record<string, Tensor>, dy: Tensor) => {
  const s = tf.sigmoid(tf.matMul(x!, w!));
  const dz = tf.mul(dy, tf.mul(s, tf.sub(1, s)));
  return { x: tf.matMul(dz, w!, false, true), w: tf.matMul(x!, dz, true, false) };
};
const spec = (backward: Backward, other: Partial<GradcheckSpec> = {}): GradcheckSpec => ({
  name: 'dense',
  inputs: {
    x: [
      [0.5, -1, 0.25],
      [2, 0.75, -0.5],
    ],
    w: [
      [1, -0.5],
      [0.25, 2],
      [-1.5, 0.125],
    ],
  },
  forward,
  backward,
  ...other,
});
let calls = 0;

const FAILURES: [Stage, RegExp, GradcheckSpec][] = [
  [
    'forward',
    /not finite: NaN at output \[0,0\]/,
    spec(gradients, { forward: (tf, { x }) => tf.log(tf.neg(tf.abs(x!))) }),
  ],
  [
    'repeatable',
    /the forward is not repeatable: .*, then .* at \[0,0\]/,
    spec(gradients, { forward: (tf, inputs) => tf.add(forward(tf, inputs), tf.randomUniform([1])) }),
  ],
  [
    'repeatable',
    /backward is not repeatable: gradient of w/,
    spec((tf, inputs, dy) => {
      const right = gradients(tf, inputs, dy);
      return { ...right, w: tf.mul(right.w, 1 + 1e-3 * calls++) };
    }),
  ],
  [
    'names',
    /returned no gradient of w: expected gradients named x, w/,
    spec((...args) => ({ x: gradients(...args).x })),
  ],
  [
    'names',
    /returned a gradient of extra: expected gradients named x, w/,
    spec((...args) => ({ ...gradients(...args), extra: args[2] })),
  ],
  [
    'names',
    /returned weight in place of w: expected/,
    spec((...args) => ({ x: gradients(...args).x, weight: gradients(...args).w })),
  ],
  ['names', /returned a list: expected/, spec((...args) => Object.values(gradients(...args)) as never)],
  ['names', /returned a single tensor/, spec((...args) => gradients(...args).x as never)],
  [
    'names',
    /returned number 3 as gradient of w/,
    spec((...args) => ({ ...gradients(...args), w: 3 as never })),
  ],
  [
    'names',
    /backward threw: deliberate/,
    spec(() => {
      throw new Error('deliberate');
    }),
  ],
  [
    'shapes',
    /the gradient of w has shape \[2,3\], expected \[3,2\]/,
    spec((tf, ...rest) => ({ ...gradients(tf, ...rest), w: tf.transpose(gradients(tf, ...rest).w) })),
  ],
  [
    'shapes',
    /the gradient of x is of type int32/,
    spec((tf, ...rest) => ({ ...gradients(tf, ...rest), x: tf.cast(gradients(tf, ...rest).x, 'int32') })),
  ],
  [
    'finite',
    /the gradient of w is NaN at \[0,0\]/,
    spec((tf, ...rest) => ({ ...gradients(tf, ...rest), w: tf.mul(gradients(tf, ...rest).w, Number.NaN) })),
  ],
  [
    'numbers',
    /wrong elements in w/,
    spec((tf, ...rest) => ({ ...gradients(tf, ...rest), w: tf.mul(gradients(tf, ...rest).w, 1.1) })),
  ],
  [
    'dy contract',
    /the gradient of w is .* where dy is zero, expected 0/,
    spec((tf, ...rest) => ({ ...gradients(tf, ...rest), w: tf.add(gradients(tf, ...rest).w, 0.01) })),
  ],
  [
    'dy contract',
    /goes from .* to .* where dy doubles/,
    spec((tf, inputs, dy) => gradients(tf, inputs, tf.clipByValue(dy, -1.6, 1.6))),
  ],
  [
    'inputs unchanged',
    /w changed or disposed/,
    spec((tf, inputs, dy) => {
      const right = gradients(tf, inputs, dy);
      inputs.w!.dataSync()[0] = 5;
      return right;
    }),
  ],
  [
    'inputs unchanged',
    /dy overwritten by backward/,
    spec((tf, inputs, dy) => {
      const right = gradients(tf, inputs, dy);
      dy.dataSync().fill(0);
      return right;
    }),
  ],
  [
    'inputs unchanged',
    /x changed or disposed/,
    spec(gradients, {
      forward: (tf, inputs) => {
        const y = forward(tf, inputs);
        inputs.x!.dataSync()[0] = 5;
        return y;
      },
    }),
  ],
  [
    'no leak',
    /forward leaks 1 tensor per run/,
    spec(gradients, { forward: (tf, inputs) => tf.add(forward(tf, inputs), tf.keep(tf.scalar(1))) }),
  ],
  [
    'no leak',
    /backward leaks 1 tensor per run/,
    spec((tf, inputs, dy) => {
      tf.keep(tf.scalar(1));
      return gradients(tf, inputs, dy);
    }),
  ],
];

describe('stages, in order', () => {
  it('passes all of them with the right backward', async () => {
    const result = await gradcheck(spec(gradients));
    expect(result.status).toBe('pass');
    expect(result.stage).toBeNull();
    expect(result.stages.map(({ status }) => status)).toEqual(Array(9).fill('pass'));
  });

  for (const [stage, detail, wrong] of FAILURES) {
    it(`${stage}: ${detail.source}`, async () => {
      const result = await gradcheck(wrong);
      expect(result).toMatchObject({ status: 'fail', stage });
      const failed = result.stages.find((one) => one.stage === stage)!;
      expect(failed.detail).toMatch(detail);
      const line = `${failed.side === null ? '' : `${failed.side}: `}${failed.detail}`;
      if (stage !== 'numbers') expect(result.message).toContain(`\n ${line}`);
      const before = result.stages.slice(
        0,
        result.stages.findIndex((one) => one.stage === stage),
      );
      expect(before.filter(({ status, stage: name }) => status === 'fail' && name !== 'numbers')).toEqual([]);
    });
  }

  it('a customGrad that ignores dy', async () => {
    const result = await gradcheck({
      inputs: { x: [1, 2, -0.5] },
      forward: (tf, { x }) =>
        tf.customGrad((v) => ({ value: tf.sum(v as never), gradFunc: () => tf.onesLike(x!) }) as never)(x!),
    });
    expect(result).toMatchObject({ status: 'fail', stage: 'dy contract', oddOneOut: 'tf autodiff' });
    expect(result.message).toContain('dy is ignored');
  });

  it('a customGrad with too few gradients, and one of a wrong shape', async () => {
    const custom = (gradFunc: (tf: TF, dy: Tensor) => unknown): GradcheckSpec => ({
      inputs: { a: [1, 2], b: [0.5, 3] },
      forward: (tf, { a, b }) =>
        tf.customGrad(
          (u, v) =>
            ({ value: tf.mul(u as never, v as never), gradFunc: (dy: Tensor) => gradFunc(tf, dy) }) as never,
        )(a!, b!),
    });
    expect(await gradcheck(custom((_, dy) => [dy]))).toMatchObject({ status: 'fail', stage: 'names' });
    expect(await gradcheck(custom((tf, dy) => [dy, tf.sum(dy)]))).toMatchObject({
      status: 'fail',
      stage: 'shapes',
    });
  });

  it('disposed inputs', async () => {
    const result = await gradcheck({
      inputs: { x: [1, 2] },
      forward: (tf, { x }) => {
        const y = tf.mul(x!, x!);
        x!.dispose();
        return y;
      },
    });
    expect(result.status).toBe('fail');
    expect(result.message).toContain('disposed');
  });
});
