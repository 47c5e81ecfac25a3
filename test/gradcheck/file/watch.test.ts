import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();

/** y = factor x x, with an imported factor; its backward is right for a factor of 3. */
const module = `import { factor } from './factor.ts';
  export const square = { inputs: { x: [0.5, 2] }, forward: (tf, { x }) => tf.mul(factor, tf.square(x)),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(6, x)) }) };`;
const factor = (value: string) => `export const factor: number = ${value};`;
const sine = 'export const sine = { inputs: { x: [1] }, forward: (tf, { x }) => tf.sin(x) };';

/**
 * Runs --watch on a target. After the n-th check it takes the n-th step, and after the last step it presses Ctrl-C.
 * Returns the verdict of each check.
 */
async function watch(
  cwd: string,
  target: string,
  steps: readonly (() => Promise<void>)[],
): Promise<{ code: number | null; verdicts: string[]; stderr: string }> {
  let done = 0;
  const { code, stdout, stderr } = await backproof(['check', target, '--watch', '--json'], {
    cwd,
    onStderr: (soFar, kill) => {
      if ((soFar.match(/^watching .*\n/gm) ?? []).length <= done) return;
      const step = steps[done++];
      if (step === undefined) kill('SIGINT');
      else void step();
    },
  });
  const reports = stdout.trimEnd().split('\n');
  return { code, stderr, verdicts: reports.map((line) => JSON.parse(line).verdict) };
}

describe('--watch checks again', () => {
  it('when a file that the module imports changes, and ends with 130', async () => {
    const cwd = await scratch();
    const path = join(cwd, 'factor.ts');
    await writeFile(join(cwd, 'module.ts'), module);
    await writeFile(path, factor('3'));
    const { code, verdicts, stderr } = await watch(cwd, 'module.ts', [
      () => writeFile(path, factor('4')),
      () => writeFile(path, 'export const factor: number = ;'),
      // As editors save: a new file replaces the old one.
      async () => {
        await writeFile(join(cwd, 'saved.tmp'), factor('3'));
        await rename(join(cwd, 'saved.tmp'), path);
      },
    ]);
    expect({ code, verdicts }).toEqual({ code: 130, verdicts: ['pass', 'fail', 'invalid', 'pass'] });
    expect(stderr).toContain('watching 1 module and what it imports; Ctrl-C ends');
  });

  it('when a file that was missing is there, and when a module joins the folder', async () => {
    const cwd = await scratch();
    await mkdir(join(cwd, 'src'));
    await writeFile(join(cwd, 'src', 'a.gradcheck.ts'), module);
    const { code, verdicts } = await watch(cwd, 'src', [
      () => writeFile(join(cwd, 'src', 'factor.ts'), factor('3')),
      () => writeFile(join(cwd, 'src', 'b.gradcheck.mjs'), sine),
      () => writeFile(join(cwd, 'src', 'b.gradcheck.mjs'), sine.replace('tf.sin', 'tf.topk')),
    ]);
    expect({ code, verdicts }).toEqual({ code: 130, verdicts: ['invalid', 'pass', 'pass', 'invalid'] });
  });

  it('in the middle of a check, which a change ends', async () => {
    const cwd = await scratch();
    const path = join(cwd, 'endless.mjs');
    const endless = sine.replace('tf.sin(x)', '{ for (;;); }');
    await writeFile(path, `console.log('started');\n${endless}`);
    let changed = false;
    const { code, stdout } = await backproof(['check', 'endless.mjs', '--watch', '--json'], {
      cwd,
      onStderr: (soFar, kill) => {
        if (soFar.includes('watching')) kill('SIGINT');
        else if (soFar.includes('started') && !changed) {
          changed = true;
          void writeFile(path, sine);
        }
      },
    });
    expect(code).toBe(130);
    expect(JSON.parse(stdout).verdict).toBe('pass');
  });
});
