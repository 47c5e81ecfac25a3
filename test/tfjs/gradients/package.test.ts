import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders } from '../../support/cli.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const scratch = scratchFolders();

/** Runs a program in a separate Node process, in the package's folder, and returns its stdout and stderr. */
async function node(type: 'module' | 'commonjs', program: string): Promise<string> {
  const args = [`--input-type=${type}`, '--eval', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return stdout + stderr;
}

/** A function that TensorFlow.js cannot differentiate. */
const leaky = 'const leaky = (tf, x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 0.1));';
const show = `${leaky}
const show = (tf) => {
  tf.env().set('PROD', true);
  try {
    console.log(tf.grad((x) => leaky(tf, x))(tf.tensor1d([2, -2])).dataSync().join());
  } catch (error) {
    console.log(error.message);
  }
};`;
const REFUSED = 'Cannot compute gradient: gradient function not found for Greater.';

describe('backproof/gradients as a package entry', () => {
  it('is an ES module and prints nothing of its own', async () => {
    const program = `import { registerGradients } from 'backproof/gradients';
      import * as tf from '@tensorflow/tfjs';
      ${show} show(tf); console.log(typeof registerGradients);`;
    expect(await node('module', program)).toMatch(/^1,0\.1\d*\nfunction\n$/);
  });

  it('is CommonJS, before or after TensorFlow.js', async () => {
    const lines = ["const tf = require('@tensorflow/tfjs');", "require('backproof/gradients');"];
    for (const head of [lines, lines.toReversed()])
      expect(await node('commonjs', `${head.join('\n')} ${show} show(tf);`)).toMatch(/^1,0\.1\d*\n$/);
  });

  it('acts on @tensorflow/tfjs, and on another TensorFlow.js that it is handed, until it is told to put back', async () => {
    const program = `import { registerGradients } from 'backproof/gradients';
      import * as tf from '@tensorflow/tfjs';
      import * as float64 from 'backproof/float64';
      ${show} show(float64);
      const putBack = registerGradients(float64);
      show(float64); putBack(); show(float64); show(tf);`;
    expect(await node('module', program)).toMatch(
      new RegExp(`^${REFUSED}\\n1,0\\.1\\n${REFUSED}\\n1,0\\.1\\d+\\n$`),
    );
  });

  it('acts on double precision where test files are given it in place of TensorFlow.js', async () => {
    const module = `import { moduleNameMapper } from 'backproof/jest-preset';
      const pathOf = (name) => Object.entries(moduleNameMapper).find(([source]) => new RegExp(source).test(name))[1];
      const tf = (await import(pathOf('@tensorflow/tfjs'))).default;
      ${show} show(tf);
      await import(pathOf('backproof/gradients'));
      show(tf); console.log(tf.scalar(1).dataSync().constructor.name);`;
    expect(await node('module', module)).toBe(`${REFUSED}\n1,0.1\nFloat64Array\n`);
  });

  const spec = `{ inputs: { x: [2, -2] }, forward: (tf, { x }) => leaky(tf, x) }`;
  it.each([
    ['an ES module', 'mjs', "import 'backproof/gradients';", 'export const spec ='],
    ['CommonJS', 'cjs', "require('backproof/gradients');", 'module.exports.spec ='],
  ])('acts on double precision inside backproof check: %s', async (_title, ending, head, exported) => {
    const folder = await scratch();
    const checked = async (lines: string): Promise<string> => {
      await writeFile(join(folder, `spec.${ending}`), `${lines}\n${leaky}\n${exported} ${spec};\n`);
      const { code, stdout, stderr } = await backproof(['check', `spec.${ending}`], { cwd: folder });
      return `${code} ${stdout}${stderr}`;
    };
    expect(await checked('')).toMatch(/^4 [\s\S]*Greater/);
    expect(await checked(head)).toMatch(/^0 /);
  });

  it('is loaded for single precision too', async () => {
    const folder = await scratch();
    const module = `import 'backproof/gradients';\n${leaky}\nexport const spec = ${spec};\n`;
    await writeFile(join(folder, 'spec.mjs'), module);
    const args = ['check', 'spec.mjs', '--precision', 'float32', '--backend', 'cpu'];
    expect(await backproof(args, { cwd: folder })).toMatchObject({ code: 0 });
  });
});
