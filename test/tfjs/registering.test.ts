import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { replacedKernels, restoreShipped } from '../../src/tfjs/shipped.ts';
import { start } from '../support/kernels.ts';

const tf = await start('wasm');
// Not before: starting a backend keeps its shipped kernels first.
const { registerCpuFixes } = await import('../../src/tfjs/cpu/index.ts');
const { registerWasmTraining } = await import('../../src/tfjs/wasm/index.ts');

const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
// With PROD, TensorFlow.js keeps its warnings to itself.
beforeAll(() => tf.env().set('PROD', false));
afterAll(() => {
  tf.env().set('PROD', true);
  warn.mockRestore();
});

describe.each([
  ['cpu', registerCpuFixes, ['AvgPool', 'Cumsum']],
  ['wasm', registerWasmTraining, ['Einsum', 'MaxPoolGrad', 'Prelu']],
] as const)('registering the kernels of %s', (backend, register, some) => {
  const registered = () => tf.getKernelsForBackend(backend).map(({ kernelFunc }) => kernelFunc);

  it('once more replaces none that is corrected already, and warns of nothing', () => {
    const before = tf.getKernel('Cumsum', backend).kernelFunc;
    const names = replacedKernels(backend);
    expect(names).toEqual(expect.arrayContaining([...some]));
    register();
    expect(tf.getKernel('Cumsum', backend).kernelFunc).toBe(before);
    expect(replacedKernels(backend)).toEqual(names);
    expect(warn).not.toHaveBeenCalled();
  });

  it('corrects the shipped ones again where they have come back', () => {
    const names = replacedKernels(backend);
    restoreShipped(backend);
    const shipped = new Set(registered());
    register();
    expect(replacedKernels(backend)).toEqual(names);
    expect(registered().filter((kernel) => !shipped.has(kernel))).toHaveLength(names.length);
    expect(warn).not.toHaveBeenCalled();
  });
});
