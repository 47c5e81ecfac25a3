import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { type GradcheckOptions, gradcheck } from '../../../src/gradcheck/index.ts';
import { missing } from '../../../src/tfjs/gradients/missing.ts';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { cases } from './cases.ts';
import type { GradientCase } from './gradientCase.ts';
import { secondOrder } from './secondOrderCases.ts';

const tf = float64 as unknown as TF;
let putBack = () => {};
beforeAll(() => {
  putBack = registerGradientsOn(tf);
});
afterAll(() => putBack());

const named = (some: readonly GradientCase[]) =>
  some.map((each) => [`${each.kernel}: ${each.name}`, each] as const);
const check = ({ name, inputs, forward }: GradientCase, options?: GradcheckOptions) =>
  gradcheck({ name, inputs, forward }, options);

/**
 * The reason why the exact check cannot prove a gradient: the rule that it lacks. If the rule is added, the test fails
 * and says so.
 */
const WITHOUT_PROOF: Readonly<Record<string, string>> = {
  DivNoNan: 'RealDiv gives -Infinity',
};

describe('each gradient is that of differences in double precision, and proved where the exact check has the rules', () => {
  it.each(named(cases))('%s', async (_title, subject) => {
    const { status, exact, message } = await check(subject);
    expect({ status, message }).toMatchObject({ status: 'pass' });
    if (exact?.verdict !== 'proved')
      expect(exact?.cause).toContain(WITHOUT_PROOF[subject.kernel] ?? 'proved');
  });
});

describe('each gradient has a gradient', () => {
  const options: GradcheckOptions = { order: 2, mode: 'directional' };
  it.each(named([...cases, ...secondOrder]))('%s', async (_title, subject) => {
    const { status, message } = await check(subject, options);
    expect({ status, message }).toMatchObject({ status: 'pass' });
  });
});

describe('a gradient that is off by one in a hundred is found', () => {
  const of = new Map([...cases, ...secondOrder].toReversed().map((each) => [each.kernel, each]));
  const order = (kernel: string) => (secondOrder.some((each) => each.kernel === kernel) ? 2 : 1);
  const kernels = missing.map(({ kernelName }) => kernelName);

  it('of every kernel, for each has a case', () => {
    expect(kernels.filter((name) => !of.has(name))).toEqual([]);
  });

  it.each(kernels)('%s', async (kernelName) => {
    const config = tf.getGradient(kernelName) as GradConfig;
    const off = (dx: Tensor): Tensor =>
      dx.dtype === 'complex64'
        ? tf.complex(tf.mul(tf.real(dx), 1.01), tf.mul(tf.imag(dx), 1.01))
        : tf.mul(dx, 1.01);
    tf.registerGradient({
      ...config,
      gradFunc: (...given) =>
        Object.fromEntries(
          Object.entries(config.gradFunc(...given)).map(([name, make]) => [name, () => off(make())]),
        ),
    });
    try {
      const { status, message } = await check(of.get(kernelName)!, {
        order: order(kernelName),
        exact: 'off',
      });
      expect({ status, message }).toEqual({ status: 'fail', message });
    } finally {
      tf.registerGradient(config);
    }
  });
});
