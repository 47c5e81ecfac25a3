import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program in a separate Node process, in the package's folder, and returns its stdout and stderr. */
async function node(type: 'module' | 'commonjs', program: string): Promise<string> {
  const args = [`--input-type=${type}`, '--eval', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return stdout + stderr;
}

/** Trains one weight towards 1/3 with Adam. */
const train = `const train = (tf) => {
  const x = tf.variable(tf.scalar(0));
  const adam = tf.train.adam(0.05);
  for (let step = 0; step < 200; step++) adam.minimize(() => x.sub(1 / 3).square());
  return x.dataSync();
};
const show = (tf) => console.log(train(tf).constructor.name, tf.getBackend(), Math.abs(train(tf)[0] - 1 / 3) < 1e-3);`;

describe('backproof/float64 as a package entry', () => {
  it('is an ES module and prints nothing of its own', async () => {
    const program = `import same, * as tf from 'backproof/float64'; ${train} show(tf); show(same);`;
    expect(await node('module', program)).toBe('Float64Array cpu true\n'.repeat(2));
  });

  it('is CommonJS', async () => {
    const program = `const tf = require('backproof/float64'); ${train} show(tf);`;
    expect(await node('commonjs', program)).toBe('Float64Array cpu true\n');
  });

  it('is one engine in a program, however it is loaded', async () => {
    const program = `import { createRequire } from 'node:module';
      import * as tf from 'backproof/float64';
      const common = createRequire(process.cwd() + '/package.json')('backproof/float64');
      console.log(common.add(tf.scalar(1), common.scalar(2)).dataSync()[0], common.Tensor === tf.Tensor);`;
    expect(await node('module', program)).toBe('3 true\n');
  });

  it.each([
    [
      'before',
      ["const b = await import('backproof/float64');", "const a = await import('@tensorflow/tfjs');"],
    ],
    [
      'after',
      ["const a = await import('@tensorflow/tfjs');", "const b = await import('backproof/float64');"],
    ],
  ])("leaves the program's own TensorFlow.js alone, loaded %s it", async (_order, imports) => {
    const program = `${imports.join('\n')} ${train}
      a.enableProdMode();
      show(a); show(b); show(a);
      console.log(a.engine() === b.engine(), a.scalar(1 / 3).dataSync()[0] === b.scalar(1 / 3).dataSync()[0]);
      console.log(a.memory().numTensors > 0, b.env().get('PROD'));`;
    expect(await node('module', program)).toBe(
      'Float32Array cpu true\nFloat64Array cpu true\nFloat32Array cpu true\nfalse false\ntrue false\n',
    );
  });
});
