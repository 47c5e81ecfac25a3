import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { registerCpuFixes } from '../../src/tfjs/cpu/index.ts';
import { registerWasmTraining } from '../../src/tfjs/wasm/index.ts';
import { start } from '../support/kernels.ts';

const tf = await start('wasm');

describe.each([
  ['cpu', registerCpuFixes, 'Cumsum'],
  ['wasm', registerWasmTraining, 'Prelu'],
] as const)('registering the kernels of %s once more', (backend, register, corrected) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  // With PROD, TensorFlow.js keeps its warnings to itself.
  beforeAll(() => tf.env().set('PROD', false));
  afterAll(() => {
    tf.env().set('PROD', true);
    warn.mockRestore();
  });

  it('warns of nothing, and wraps no kernel a second time', () => {
    const before = tf.getKernel(corrected, backend).kernelFunc;
    register();
    expect(warn).not.toHaveBeenCalled();
    expect(tf.getKernel(corrected, backend).kernelFunc).toBe(before);
  });
});
