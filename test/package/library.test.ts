import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadProblem } from '../../src/index.ts';
import { installedProjects, runNode } from '../support/installed.ts';

const projects = installedProjects();
const readme = fileURLToPath(new URL('../../README.md', import.meta.url));

describe('the main entry of the packed package', () => {
  it('trains and compares by the lines in README', async () => {
    const [, program = ''] =
      /```js\n(import \{ compare, loadProblem, train \}.*?)```/s.exec(await readFile(readme, 'utf8')) ?? [];
    const folder = await projects.create({ 'package.json': '{}', 'main.mjs': program });
    const { code, output } = await runNode(folder, ['main.mjs']);
    expect(output).toMatch(/^0\.\d+ of 120 test images are right; the gradients: pass\n$/);
    expect(code).toBe(0);
  });

  it('finds a wrong backward pass of a layer, and keeps the command that repeats the run', async () => {
    const program = `import { compare, layerBackwards, loadProblem } from 'backproof';
      const problem = await loadProblem({ data: 'synthetic', epochs: 1, perClass: 5, backend: 'cpu' });
      const relu = (tf, convOut, dy) => dy;
      const { verdict, provenance, pairs } = await compare(problem, { layers: { ...layerBackwards, relu } });
      console.log(verdict, pairs[0].parameters.kernel.failedSteps, pairs[0].parameters.weight.failedSteps);
      console.log(provenance.command);`;
    const folder = await projects.create({ 'package.json': '{}', 'main.mjs': program });
    const { output } = await runNode(folder, ['main.mjs']);
    expect(output).toBe(
      'fail 10 0\nbackproof compare --data synthetic --per-class 5 --epochs 1 --backend cpu\n',
    );
  });

  it('can be imported where there is no TensorFlow.js', async () => {
    const program = `import { defaultConfig, loadProblem, train } from 'backproof';
      const problem = await loadProblem({ data: 'synthetic' });
      console.log(defaultConfig.epochs, problem.samples.count);
      await train(problem).catch(({ code }) => console.log(code));`;
    const folder = await projects.create({ 'package.json': '{}', 'main.mjs': program }, ['@tensorflow']);
    const { output } = await runNode(folder, ['main.mjs']);
    expect(output).toBe('80 200\nERR_MODULE_NOT_FOUND\n');
  });

  it.each<[object, RegExp]>([
    [{ epochs: 2.5 }, /^epochs: .*expected int/],
    [{ engine: 'autodif' }, /^engine: .*"autodiff"/],
    [{ kernelSize: 4 }, /^kernelSize: expected an odd number/],
    [{ loss: 'logged' }, /expected --engine autodiff with it, got manual/],
    [{ positive: 8 }, /expected a digit other than --positive \(8\), got 8/],
    [{ epoch: 3 }, /"epoch"/],
  ])('refuses %j in one line', async (setting, message) => {
    const refused = await loadProblem({ data: 'synthetic', ...setting }).catch(
      (error: Error) => error.message,
    );
    expect(refused).toMatch(message);
    expect(refused).not.toContain('\n');
  });
});
