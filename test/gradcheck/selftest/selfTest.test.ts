import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import { formatSelfTest, selfTest, type TestedLayer } from '../../../src/gradcheck/selftest/index.ts';
import { selfTestSubjects as testedLayers } from '../../../src/notebook/compare/mistakes.ts';
import { selfTestSchema } from '../../../src/results/selfTest.ts';

const find = (layer: string): TestedLayer => testedLayers.find((one) => one.layer === layer)!;

describe('the mutation self-test', () => {
  it('plants at least 20 mistakes, each under its own name', () => {
    const names = testedLayers.flatMap(({ layer, mistakes }) =>
      mistakes.map(({ name }) => `${layer}: ${name}`),
    );
    expect(names.length).toBeGreaterThanOrEqual(20);
    expect(new Set(names).size).toBe(names.length);
  });

  it('catches every mistake and flags no correct twin', async () => {
    const progress: number[] = [];
    const result = await selfTest(testedLayers, { onProgress: (done, total) => progress.push(done / total) });
    expect(result.mistakes.filter(({ caught }) => !caught)).toEqual([]);
    expect(result.correct.filter(({ falseAlarms }) => falseAlarms > 0)).toEqual([]);
    expect(result).toMatchObject({ verdict: 'pass', falseAlarms: 0, checks: testedLayers.length });
    expect(progress.at(-1)).toBe(1);
    expect(selfTestSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(formatSelfTest(result)).toContain(
      `${result.mistakes.length} of ${result.mistakes.length} planted mistakes caught (mode full, 1 seed)`,
    );
  });

  // npm run selftest tries all of them over 50 seeds, which takes minutes.
  it('catches those of the small layers at 3 seeds', async () => {
    const layers = testedLayers.filter(({ layer }) => !layer.startsWith('network'));
    const { mistakes } = await selfTest(layers, { seeds: 3 });
    expect(mistakes.filter(({ caught }) => !caught)).toEqual([]);
  });

  it('names the one kernel element that is wrong by 0.05 %', async () => {
    const { mistakes } = await selfTest([find('network, 1e-9 from kinks')]);
    expect(mistakes).toMatchObject([
      { caught: true, by: 'numbers', worst: 'kernel[2,3,0,0]', screenSeeds: null },
    ]);
  });

  it('does not count a mistake as caught when another element is named', async () => {
    const { layer, correct, mistakes } = find('network, 1e-9 from kinks');
    const elsewhere = { ...mistakes[0]!, element: 'kernel[0,0,0,0]' };
    const result = await selfTest([{ layer, correct, mistakes: [elsewhere] }]);
    expect(result.mistakes).toMatchObject([{ caught: false, by: 'numbers', worst: 'kernel[2,3,0,0]' }]);
  });
});

describe('correct twins', () => {
  it.each(testedLayers.map((one) => [one.layer, one] as const))(
    '%s: no false alarm over 10 seeds',
    async (layer, { correct }) => {
      for (let seed = 1; seed <= 10; seed++) {
        const { status, message, inputs } = await gradcheck(correct(seed), { seed });
        expect(`seed ${seed}: ${status === 'pass' ? status : message}`).toBe(`seed ${seed}: pass`);
        if (layer !== 'network') continue;
        // Away from kinks all sides agree to 1e-9.
        for (const { maxDistance } of Object.values(inputs)) expect(maxDistance).toBeLessThan(1e-9);
      }
    },
  );
});
