import { expect, it } from '@jest/globals';
import { describeNative } from '../../support/native.ts';
import { runScript } from '../../support/script.ts';

const run = (name: string) => runScript('tfjs-suite/main.ts', [name]);

describeNative('the tests of others on the native backend', () => {
  it("pass: tfjs-core's 3,883 that tfjs-node does not ignore, 5 of them switched off", async () => {
    const { code, stdout } = await run('native');
    expect(code).toBe(0);
    expect(stdout).toContain('native: 3878 of 3878 specs pass');
    expect(stdout).toContain('native: 5 more are switched off in the tests themselves');
    expect(stdout).toContain('native: 0 fail unexpectedly');
  });

  it("pass: tfjs-node's own, those that need no file that npm does not ship", async () => {
    const { code, stdout } = await run('tfjs-node');
    expect(code).toBe(0);
    expect(stdout).toContain('tfjs-node: 120 of 121 specs pass');
  });
});
