import { describe, expect, it } from '@jest/globals';
import { formatSelfTest, selfTest, type TestedLayer } from '../../../src/gradcheck/selftest/index.ts';
import { testedLayers } from '../../../src/gradcheck/selftest/selfTest.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/types.ts';

const find = (layer: string): TestedLayer => testedLayers.find((one) => one.layer === layer)!;

describe('the verdict of the self-test', () => {
  // Tests the self-test: a right gradient must not count as a caught mistake, nor a wrong twin as correct.
  it('fails where a planted mistake is no mistake', async () => {
    const { correct, layer } = find('GELU');
    const none = { name: 'none', what: 'nothing', spec: correct };
    const result = await selfTest([{ layer, correct, mistakes: [none] }], { screen: true });
    expect(result).toMatchObject({ verdict: 'fail', falseAlarms: 0 });
    expect(result.mistakes).toMatchObject([
      { caught: false, caughtSeeds: 0, by: 'not caught', screenSeeds: 0, worst: null, looksLike: null },
    ]);
    expect(formatSelfTest(result)).toMatch(/GELU +none +NO +not caught +no/);
  });

  it('fails where a twin is wrong', async () => {
    const { layer, mistakes } = find('GELU');
    const result = await selfTest([{ layer, correct: mistakes[0]!.spec, mistakes: [] }]);
    expect(result).toMatchObject({ verdict: 'fail', falseAlarms: 1, checks: 1 });
    expect(formatSelfTest(result)).toContain('FALSE ALARM: GELU: Gradient check FAILED');
  });

  it('refuses no layers and no seeds, and stops when told to', async () => {
    await expect(selfTest([])).rejects.toThrow('layers: expected at least one, got none');
    await expect(selfTest(testedLayers, { seeds: 0 })).rejects.toThrow(
      'seeds: expected a whole number from 1, got 0',
    );
    await expect(selfTest(testedLayers, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
      'stopped',
    );
  });

  it('counts checks, seeds and progress, and what the screen catches', async () => {
    const { layer, correct, mistakes } = find('GELU');
    const progress: number[][] = [];
    const onProgress = (...step: number[]) => progress.push(step);
    // Caught at the second seed only: at the first the gradients are right.
    const late = {
      ...mistakes[1]!,
      spec: (seed: number) => (seed === 1 ? correct : mistakes[1]!.spec)(seed),
    };
    const result = await selfTest([{ layer, correct, mistakes: [mistakes[1]!, late] }], {
      seeds: 2,
      screen: true,
      mode: 'sampled',
      onProgress,
    });
    expect(progress).toEqual([
      [2, 6],
      [4, 6],
      [6, 6],
    ]);
    expect(result).toMatchObject({ verdict: 'fail', mode: 'sampled', checks: 2, seeds: 2, falseAlarms: 0 });
    expect(result.correct).toMatchObject([{ checks: 2, falseAlarms: 0, message: null }]);
    expect(result.mistakes).toMatchObject([
      { caught: true, caughtSeeds: 2, by: 'numbers', screenSeeds: 2, wrong: ['x'] },
      { caught: false, caughtSeeds: 1, by: 'not caught', screenSeeds: 1, wrong: [], worst: null },
    ]);
  });

  it('names the one element that is wrong, and no one of several', async () => {
    const { layer, correct } = find('batch mean + tanh');
    const off = (elements: number[]) => ({
      name: 'off',
      what: 'some elements twice',
      element: 'x[1,2]',
      spec: (seed: number) => {
        const twin = correct(seed);
        return {
          ...twin,
          backward: (...given: Parameters<NonNullable<typeof twin.backward>>) => {
            const [tf] = given;
            const factors = Array.from({ length: 12 }, (_, at) => (elements.includes(at) ? 2 : 1));
            return { x: tf.mul(twin.backward!(...given).x!, tf.tensor(factors, [3, 4])) };
          },
        };
      },
    });
    const result = await selfTest([{ layer, correct, mistakes: [off([6]), off([5]), off([6, 7])] }]);
    expect(result.mistakes.map(({ caught }) => caught)).toEqual([true, false, false]);
    expect(result.mistakes.map(({ worst }) => worst).slice(0, 2)).toEqual(['x[1,2]', 'x[1,1]']);
  });

  it('counts nothing as caught that blames TensorFlow.js', async () => {
    const { layer, correct } = find('GELU');
    const spec = (): GradcheckSpec => ({
      inputs: { x: [1, 2, 3] },
      forward: (tf, { x }) => tf.mirrorPad(x!, [[1, 1]], 'reflect'),
    });
    const { mistakes } = await selfTest([
      { layer, correct, mistakes: [{ name: 'none', what: 'nothing', spec }] },
    ]);
    expect(mistakes).toMatchObject([{ caught: false, caughtSeeds: 0, by: 'numbers', wrong: ['x'] }]);
  });
});
