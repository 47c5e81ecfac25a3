import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { inputsFrom, network } from '../specs.ts';

const { signed, positive } = inputsFrom(5);
const x = signed(4, 4);
const w = signed(4, 4);
const b = signed(4);
type Gradients = Record<'x' | 'w' | 'b', Tensor>;

/** sigmoid(relu(x w + b)) with its right backward, or with a mistake planted in it. */
function layer(
  planted: (tf: TF, right: Gradients, inside: Record<string, Tensor>) => Partial<Gradients>,
): GradcheckSpec {
  const run = (tf: TF, inputs: Record<string, Tensor>) => {
    const z = tf.add(tf.matMul(inputs.x!, inputs.w!), inputs.b!);
    const hidden = tf.relu(z);
    return { z, hidden, out: tf.sigmoid(hidden) };
  };
  return {
    name: 'layer',
    inputs: { x, w, b },
    forward: (tf, inputs) => run(tf, inputs).out,
    backward: (tf, inputs, dy) => {
      const { z, out } = run(tf, inputs);
      const dOut = tf.mul(dy, tf.mul(out, tf.sub(1, out)));
      const dz = tf.mul(dOut, tf.step(z));
      const from = (d: Tensor): Gradients => ({
        x: tf.matMul(d, inputs.w!, false, true),
        w: tf.matMul(inputs.x!, d, true, false),
        b: tf.sum(d, 0),
      });
      const right = from(dz);
      const noMask = from(dOut);
      const noSigmoid = from(tf.mul(dy, tf.step(z)));
      const early = tf.sub(inputs.w!, tf.mul(0.1, right.w));
      return {
        ...right,
        ...planted(tf, right, {
          noMaskX: noMask.x,
          noMaskW: noMask.w,
          noMaskB: noMask.b,
          noSigmoidX: noSigmoid.x,
          noSigmoidW: noSigmoid.w,
          noSigmoidB: noSigmoid.b,
          otherAxis: tf.sum(dz, 1),
          notSummed: dz,
          early: tf.matMul(dz, early, false, true),
          ones: dy,
        }),
      };
    },
  };
}

const MISTAKES: [string, RegExp, Parameters<typeof layer>[0]][] = [
  [
    'twice',
    /yours = 2 x numeric in all 16 elements: a factor 2 too much/,
    (tf, { w }) => ({ w: tf.mul(w, 2) }),
  ],
  [
    'half',
    /yours = 0.5 x numeric in all 16 elements: a factor 2 is missing/,
    (tf, { w }) => ({ w: tf.div(w, 2) }),
  ],
  ['negated', /yours = -1 x numeric in all 4 elements: the sign is wrong/, (tf, { b }) => ({ b: tf.neg(b) })],
  ['1/N', /yours = 0.25 x numeric.*1\/4 too often/, (tf, { w }) => ({ w: tf.div(w, 4) })],
  ['N', /yours = 4 x numeric.*1\/4 is missing/, (tf, { w }) => ({ w: tf.mul(w, 4) })],
  [
    'a factor that is no whole number',
    /yours = 2.5 x numeric in all 16 elements$/m,
    (tf, { w }) => ({ w: tf.mul(w, 2.5) }),
  ],
  ['a factor like pi', /yours = -3.14159 x numeric/, (tf, { w }) => ({ w: tf.mul(w, -Math.PI) })],
  ['a third', /yours = 0.333333 x numeric/, (tf, { w }) => ({ w: tf.div(w, 3) })],
  ['any factor', /yours = 1.37 x numeric in all 16 elements/, (tf, { w }) => ({ w: tf.mul(w, 1.37) })],
  ['zero', /it is zero everywhere/, (tf, { w }) => ({ w: tf.zerosLike(w) })],
  ['transposed', /transposed/, (tf, { w }) => ({ w: tf.transpose(w) })],
  [
    'missing mask',
    /the mask of Relu is missing/,
    (_, __, i) => ({ x: i.noMaskX!, w: i.noMaskW!, b: i.noMaskB! }),
  ],
  [
    "missing sigmoid'",
    /Sigmoid' is missing/,
    (_, __, i) => ({ x: i.noSigmoidX!, w: i.noSigmoidW!, b: i.noSigmoidB! }),
  ],
  ['bias summed over the wrong axis', /bias.*wrong axis/, (_, __, i) => ({ b: i.otherAxis! })],
  ['updated weight', /updated before it is used.*w - 0\.1 dw/, (_, __, i) => ({ x: i.early! })],
  [
    'one row',
    /one row only, 2 of axis 0/,
    (tf, { w }) => ({ w: tf.add(w, tf.mul(w, tf.oneHot([2, 2, 2, 2], 4).transpose())) }),
  ],
  [
    'one column',
    /one column only, 1 of axis 1/,
    (tf, { x }) => ({ x: tf.add(x, tf.mul(x, tf.oneHot([1, 1, 1, 1], 4))) }),
  ],
  [
    'one element',
    /one element only, w\[3,1\]: 1.00050 x/,
    (tf, { w }) => ({ w: tf.mul(w, tf.add(1, tf.mul(tf.oneHot([4, 4, 4, 1], 4), 5e-4))) }),
  ],
  ['not summed', /b: the sum over axis 0 \(of length 4\) is missing/, (_, __, i) => ({ b: i.notSummed! })],
];

describe('what a mistake looks like', () => {
  it('finds nothing wrong with the right backward', async () => {
    expect((await gradcheck(layer(() => ({})))).status).toBe('pass');
  });

  for (const [name, explanation, planted] of MISTAKES) {
    it(name, async () => {
      const result = await gradcheck(layer(planted));
      expect(result).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
      expect(result.looksLike).toMatch(explanation);
      expect(result.message).toContain(`Looks like: ${result.looksLike}`);
    });
  }

  it('offers nothing for what it cannot explain', async () => {
    const noise = signed(4, 4).values;
    const result = await gradcheck(
      layer((tf, { w }) => ({ w: tf.mul(w, tf.tensor(noise as never, [4, 4])) })),
    );
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', looksLike: null });
    expect(result.message).not.toContain('Looks like');
  });

  it('a flipped kernel', async () => {
    const flipped = network(3, (right, tf) => ({ ...right, kernel: tf.reverse(right.kernel!, [0, 1]) }));
    expect(await gradcheck(flipped)).toMatchObject({
      status: 'fail',
      looksLike: 'yours = flipped in both spatial axes: convolution in place of correlation',
    });
  });

  it('one channel only', async () => {
    const spec: GradcheckSpec = {
      inputs: { filter: signed(2, 2, 2, 3) },
      forward: (tf, { filter }) => tf.conv2d(tf.ones([1, 4, 4, 2]) as never, filter as never, 1, 'valid'),
      backward: (tf, _, dy) => {
        const x = tf.ones([1, 4, 4, 2]);
        const right = tf.grad((f) => tf.conv2d(x as never, f as never, 1, 'valid'))(
          tf.zeros([2, 2, 2, 3]),
          dy,
        );
        return { filter: tf.mul(right, tf.tensor1d([1, 1, 0.7])) };
      },
    };
    expect((await gradcheck(spec)).looksLike).toMatch(/one channel only, 2 of axis 3/);
  });

  it('dy left out', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: positive(3) },
      forward: (tf, { x }) => tf.sum(tf.square(x!)),
      backward: (tf, { x }) => ({ x: tf.mul(2, x!) }),
    };
    const result = await gradcheck(spec);
    expect(result).toMatchObject({ status: 'fail', stage: 'dy contract', oddOneOut: 'yours' });
    expect(result.looksLike).toMatch(/dy is left out/);
    expect(result.message).toContain('does not depend on dy: dy is ignored');
  });

  it('is told from the differences alone where autodiff has no gradient', async () => {
    const spec = (sign: number): GradcheckSpec => ({
      inputs: { x: [2, 3] },
      forward: (tf, { x }) => tf.cumprod(x!),
      // y = [a, a b], so that dx = [dy0 + b dy1, a dy1].
      backward: (tf, { x }, dy) => {
        const [a, b] = tf.split(x!, 2) as [Tensor, Tensor];
        const [dy0, dy1] = tf.split(dy, 2) as [Tensor, Tensor];
        return { x: tf.mul(sign, tf.concat([tf.add(dy0, tf.mul(b, dy1)), tf.mul(a, dy1)])) };
      },
    });
    expect(await gradcheck(spec(1))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(spec(-1))).toMatchObject({
      status: 'fail',
      looksLike: 'yours = -1 x numeric in all 2 elements: the sign is wrong',
    });
  });

  it('is not told where there is nothing to compare with', async () => {
    const result = await gradcheck({
      inputs: { x: [2, 3] },
      forward: (tf, { x }) => tf.cumprod(x!),
      backward: (tf, { x }) => ({ x: tf.onesLike(x!) }),
    });
    expect(result).toMatchObject({ status: 'fail', stage: 'dy contract', looksLike: null });
  });
});
