import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('../../scripts/tfjs-suite.mjs', import.meta.url));
const run = (...args: string[]) => promisify(execFile)(process.execPath, [script, ...args]);

describe("tfjs-core's own tests", () => {
  it('pass in double precision, but for the six that expect single', async () => {
    const { stdout } = await run('float64');
    expect(stdout).toContain('float64: 4221 of 4227 specs pass');
    expect(stdout).toContain('float64: of those that run on a backend 3844 of 3850');
    expect(stdout).toContain('float64: 0 fail unexpectedly');
  });

  it('all pass on the cpu backend', async () => {
    const { stdout } = await run('cpu');
    expect(stdout).toContain('cpu: of those that run on a backend 3850 of 3850');
  });

  it('pass on wasm with the kernels that train, but for what wasm lacks, each with its reason', async () => {
    const { stdout } = await run('wasm');
    expect(stdout).toContain('wasm: of those that run on a backend 3578 of 3848');
    expect(stdout).toContain('wasm: 0 fail unexpectedly');
    const gradients = stdout.match(/^FAILED .*(?:grad|backprop).*$/gim);
    expect(gradients).toHaveLength(4);
  });

  it('asks for a backend that it knows', async () => {
    await expect(run('webgl')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^tfjs-suite: expected one of cpu, .*, got 'webgl'\n$/),
    });
  });
});
