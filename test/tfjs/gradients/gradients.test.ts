import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { cases, type GradientCase, secondOrder } from './cases.ts';

const tf = float64 as unknown as TF;
let putBack = () => {};
beforeAll(() => {
  putBack = registerGradientsOn(tf);
});
afterAll(() => putBack());

const named = (some: readonly GradientCase[]) =>
  some.map((each) => [`${each.kernel}: ${each.name}`, each] as const);

describe('each gradient is that of differences in double precision', () => {
  it.each(named(cases))('%s', async (name, { inputs, forward }) => {
    const result = await gradcheck({ name, inputs, forward });
    console.log(name, result.status, result.exact?.verdict, result.exact?.cause, result.exact?.branches);
    expect(result.message).toMatch(/passed/i);
  });
});

describe('second', () => {
  it.each(named([...cases, ...secondOrder]))('%s', async (name, { inputs, forward }) => {
    const result = await gradcheck({ name, inputs, forward }, { order: 2 });
    console.log(name, result.status, result.exact?.verdict, result.exact?.cause, result.exact?.branches);
    expect(result.message).toMatch(/passed/i);
  });
});
