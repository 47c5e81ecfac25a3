import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { gradients, registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import type { TF } from '../../../src/tfjs/types.ts';

const tf = float64 as unknown as TF;

describe('the gradients', () => {
  it('are one for each kernel', () => {
    const names = gradients.map(({ kernelName }) => kernelName);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('are put back as they were', () => {
    const registered = () => gradients.map(({ kernelName }) => tf.getGradient(kernelName));
    const before = registered();
    const putBack = registerGradientsOn(tf);
    expect(registered().every((config, i) => config != null && config !== before[i])).toBe(true);
    putBack();
    expect(registered()).toEqual(before);
  });
});
