import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { cases } from '../../src/audit/cases.ts';
import { judgeFloat64 } from '../../src/audit/judge.ts';
import { inMode } from '../../src/audit/modes.ts';
import { replacedKernels, restoreShipped } from '../../src/tfjs/shipped.ts';
import { tf } from '../../src/tfjs/tfjs.ts';

describe('the modes of the audit', () => {
  it('run with the kernels as shipped, and with those of this package', async () => {
    const own = replacedKernels('cpu');
    expect(own).toContain('MaxPool3DGrad');
    expect(await inMode('plain', 'cpu', async () => replacedKernels('cpu'))).toEqual([]);
    expect(await inMode('fixed', 'cpu', async () => replacedKernels('cpu'))).toEqual(own);
    expect(replacedKernels('cpu')).toEqual(own);
  });

  it('run with the gradients as shipped, and with those of this package', async () => {
    const hasOne = async () => [tf, float64].map((each) => each.getGradient('Cumprod') != null);
    expect(await inMode('plain', 'cpu', hasOne)).toEqual([false, false]);
    expect(await inMode('fixed', 'cpu', hasOne)).toEqual([true, true]);
    expect(await hasOne()).toEqual([false, false]);
  });

  it('end where what runs in them throws', async () => {
    const failing = inMode('plain', 'cpu', async () => {
      throw new Error('stopped');
    });
    await expect(failing).rejects.toThrow('stopped');
    expect(replacedKernels('cpu')).toContain('MaxPool3DGrad');
  });
});

describe('the exact check in the audit', () => {
  const pools = cases.filter(({ op, attributes }) => op === 'maxPool3d' && Array.isArray(attributes.window));

  it('refutes maxPool3d with the kernel that TensorFlow.js ships, and proves it with the right one', async () => {
    expect(pools).toHaveLength(4);
    const undo = restoreShipped('cpu');
    const { kernelFunc } = tf.getKernel('MaxPool3DGrad', 'cpu');
    undo();
    const right = float64.getKernel('MaxPool3DGrad', 'cpu');
    const use = (func: typeof kernelFunc): void => {
      float64.unregisterKernel('MaxPool3DGrad', 'cpu');
      float64.registerKernel({ ...right, kernelFunc: func });
    };
    for (const subject of pools) {
      use(kernelFunc);
      const wrong = await judgeFloat64(subject);
      use(right.kernelFunc);
      expect(wrong).toMatchObject({ result: { verdict: 'wrong' }, exact: { verdict: 'refuted' } });
      expect(await judgeFloat64(subject)).toMatchObject({
        result: { verdict: 'right' },
        exact: { verdict: 'proved' },
      });
    }
  });
});
