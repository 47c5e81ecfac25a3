import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec } from '../../src/gradcheck/types.ts';
import { inputsFrom, network } from './specs.ts';

describe('wrong numbers', () => {
  it('one kernel element scaled by 1.0005: caught and named, for any seed', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const wrong = network(seed, (right, tf) => {
        const factors = Array.from({ length: 25 }, (_, i) => (i === 13 ? 1.0005 : 1));
        return { ...right, kernel: tf.mul(right.kernel!, tf.tensor(factors, [5, 5, 1, 1])) };
      });
      const result = await gradcheck(wrong, { seed });
      expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'yours' });
      expect(result.inputs.kernel).toMatchObject({
        status: 'fail',
        wrong: 1,
        worst: { index: [2, 3, 0, 0] },
      });
      expect(result.inputs.weight).toMatchObject({ status: 'pass', checked: 144 });
      expect(result.message).toContain('kernel[2,3,0,0]');
    }
  });

  it('gives verdict, culprit, sides, tolerance, and how to run it again', async () => {
    const half = network(1, (right, tf) => ({ ...right, kernel: tf.mul(right.kernel!, 0.5) }));
    const { message } = await gradcheck(half, {
      seed: 42,
      reproduce: 'backproof check model.js --only cnn --seed 42',
    });
    const n = String.raw`-?[0-9.]+(?:e-?\d+)?`;
    const lines = [
      'Gradient check FAILED: network: kernel \\[5,5,1,1\\], 25 of 25 elements wrong',
      `Odd one out: YOUR backward \\(tf autodiff and numeric agree to ${n}\\)`,
      ' worst element kernel\\[\\d,\\d,0,0\\]',
      `   yours        ${n}`,
      `   tf autodiff  ${n}`,
      `   numeric      ${n} ± ${n}  \\(central, float64, h = ${n}\\)`,
      `   \\|yours - numeric\\| ${n}, allowed ${n} \\(rtol 1e-9: ${n}, atol ${n}, difference error ${n}, rounding ${n}\\)`,
      ' Looks like: yours = 0.5 x numeric in all 25 elements: a factor 2 is missing',
      ' Ruled out: kinks \\(\\d+ branch flips? within ± h[^)]*\\), noise \\(.*\\)',
      ' Passed: weight, bias',
      ' Reproduce: backproof check model.js --only cnn --seed 42',
    ];
    expect(message).toMatch(new RegExp(`^${lines.join('\\n')}$`));
  });

  it('an eps that was dropped', async () => {
    const loss: GradcheckSpec = {
      inputs: { p: inputsFrom(2).positive(4) },
      forward: (tf, { p }) => tf.neg(tf.log(tf.add(p!, 1e-7))),
      backward: (tf, { p }, dy) => ({ p: tf.neg(tf.div(dy, p!)) }),
    };
    expect(await gradcheck(loss)).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    const right = {
      ...loss,
      backward: ((tf, { p }, dy) => ({
        p: tf.neg(tf.div(dy, tf.add(p!, 1e-7))),
      })) as GradcheckSpec['backward'],
    };
    expect(await gradcheck(right as GradcheckSpec)).toMatchObject({ status: 'pass' });
  });

  it('tf autodiff: a customGrad that is wrong, beside a backward that is right', async () => {
    const square: GradcheckSpec = {
      inputs: { x: [0.5, -1.25, 2] },
      forward: (tf, { x }) =>
        tf.customGrad((v, save) => {
          (save as (tensors: unknown[]) => void)([v]);
          const gradFunc = (dy: unknown, saved: unknown[]) => tf.mul(dy as never, saved[0] as never);
          return { value: tf.square(v as never), gradFunc } as never;
        })(x!),
    };
    const result = await gradcheck(square);
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'tf autodiff' });
    expect(result.looksLike).toBe(
      'tf autodiff = 0.5 x the true gradient in all 3 elements: a factor 2 is missing',
    );
    const beside = await gradcheck({
      ...square,
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2, x!)) }),
    });
    expect(beside).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'tf autodiff' });
    expect(beside.message).toContain('Odd one out: TF AUTODIFF of the forward (yours and numeric agree');
  });

  it('tf autodiff: what TensorFlow.js itself has wrong (mirrorPad drops what it reflects)', async () => {
    const result = await gradcheck({
      inputs: { x: inputsFrom(1).signed(3, 3) },
      forward: (tf, { x }) =>
        tf.mirrorPad(
          x!,
          [
            [1, 1],
            [1, 1],
          ],
          'reflect',
        ),
    });
    expect(result).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff' });
  });

  it('numeric: a forward that hides a path from both gradients', async () => {
    const result = await gradcheck({
      inputs: { x: [0.5, -1.25] },
      forward: (tf, { x }) => tf.add(tf.square(x!), tf.tensor1d(Array.from(x!.dataSync()))),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2, x!)) }),
    });
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'numeric', looksLike: null });
  });

  it('inputs that the forward does not use have gradient zero', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: [1, 2], unused: [3] },
      forward: (tf, { x }) => tf.square(x!),
      backward: (tf, { x, unused }, dy) => ({ x: tf.mul(dy, tf.mul(2, x!)), unused: tf.zerosLike(unused!) }),
    };
    expect(await gradcheck(spec)).toMatchObject({ status: 'pass' });
    const wrong: GradcheckSpec = {
      ...spec,
      backward: (tf, { x, unused }, dy) => ({ x: tf.mul(dy, tf.mul(2, x!)), unused: tf.onesLike(unused!) }),
    };
    expect(await gradcheck(wrong)).toMatchObject({
      status: 'fail',
      inputs: { unused: { wrong: 1 }, x: { wrong: 0 } },
    });
  });
});
