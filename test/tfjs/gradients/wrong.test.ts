import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { wrongCases } from './wrongCases.ts';

const tf = float64 as unknown as TF;
let putBack = () => {};
beforeAll(() => {
  putBack = registerGradientsOn(tf);
});
afterAll(() => putBack());

const named = wrongCases.map((each) => [`${each.kernel}: ${each.name}`, each] as const);

describe('each gradient', () => {
  it.each(named)('%s is right', async (name, { inputs, forward }) => {
    const result = await gradcheck({ name, inputs, forward });
    console.log(name, result.status, result.exact?.verdict, result.exact?.cause);
    expect(result.message).toMatch(/passed/i);
  });
});
