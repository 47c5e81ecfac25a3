import { describe, expect, it } from '@jest/globals';
import { runScript } from '../../support/script.ts';

const run = (...args: string[]) => runScript('tfjs-suite/main.ts', args);

describe("tfjs-core's own tests", () => {
  it('pass in double precision, but for six that expect single and three that expect what is wrong', async () => {
    const { code, stdout } = await run('float64');
    expect(code).toBe(0);
    expect(stdout).toContain('float64: 4218 of 4227 specs pass');
    expect(stdout).toContain('float64: of those that run on a backend 3841 of 3850');
    expect(stdout).toContain('float64: 0 fail unexpectedly');
  });

  it('pass on the cpu backend, but for three that expect what is wrong', async () => {
    const { code, stdout } = await run('cpu');
    expect(code).toBe(0);
    expect(stdout).toContain('cpu: of those that run on a backend 3847 of 3850');
    expect(stdout).toContain('cpu: 0 fail unexpectedly');
  });

  it('pass with the gradients of this package in place of their own, but for what these have right', async () => {
    const { code, stdout } = await run('gradients');
    expect(code).toBe(0);
    expect(stdout).toContain('gradients: of those that run on a backend 3832 of 3850');
  });

  it('pass on wasm with the kernels that train, but for what wasm lacks, each with its reason', async () => {
    const { code, stdout } = await run('wasm');
    expect(code).toBe(0);
    expect(stdout).toContain('wasm: of those that run on a backend 3759 of 3848');
    expect(stdout).toContain('wasm: 0 fail unexpectedly');
    const gradients = stdout.match(/^FAILED .*(?:grad|backprop).*$/gim);
    expect(gradients).toHaveLength(3);
  });

  it('asks for a backend that it knows', async () => {
    expect(await run('gpu')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^tfjs-suite: expected one of cpu, .*, got 'gpu'\n$/),
    });
  });
});
