import { beforeEach, describe, expect, it } from '@jest/globals';
import { exitCodeOfComparison, sayComparison } from '../../src/commands/compare.ts';
import type { Console } from '../../src/commands/console.ts';
import { titleOf } from '../../src/commands/problem.ts';
import { readers, readSettings } from '../../src/commands/settings.ts';
import { explainDiagnosis, sayPartial } from '../../src/commands/words.ts';
import type { CompareResult } from '../../src/results/compare.ts';
import { compareResult, trainResult } from '../support/results.ts';

let heard: string[];
const console: Console = {
  say: (line) => heard.push(`say ${line}`),
  failure: (line) => heard.push(`failure ${line}`),
  notice: (line) => heard.push(`notice ${line}`),
  json() {},
  progress: () => ({ update() {}, done() {} }),
  paint: (style, text) => `${style}(${text})`,
};
beforeEach(() => {
  heard = [];
});
const diverged = { reason: 'diverged', epoch: 2, sample: 1, message: 'the logit became NaN' } as const;
const interrupted = { ...diverged, reason: 'interrupted', message: 'interrupted in epoch 2' } as const;

describe('what is said of a comparison', () => {
  const right = compareResult({ epochs: 2 });
  const said = (of: Partial<CompareResult>) => {
    heard = [];
    sayComparison({ ...right, selfTest: null, ...of }, console);
    return heard;
  };

  it('that passes', () => {
    const { timing, logged } = right;
    const furthest = Math.max(...right.finiteDifferences.flatMap(({ maxAbs }) => Object.values(maxAbs)));
    expect(said({})).toEqual([
      "say proof     green(PROVED) for every image, kernel, weight, bias, label and ReLU pattern: chance of error below 2^-131; the same in float32 on wasm proved, the update proved, the logged loss's law q / (q + 1e-7) proved",
      'say           manual - autodiff in float32: at most weight 3.1e-7 (0.41 of what rounding allows), bias 6.0e-8 (0.41 of what rounding allows), kernel 1.4e-6 (0.41 of what rounding allows)',
      'say           manual - autodiff in float64: at most weight 3.1e-16 (0.41 of what rounding allows), bias 6.0e-17 (0.41 of what rounding allows), kernel 1.4e-15 (0.41 of what rounding allows)',
      expect.stringMatching(/^say {11}manual - reference in float64: /),
      `say           manual - finite differences in float64: at most ${furthest.toExponential(1)}; 6 of 6 chosen steps pass`,
      ...(logged.largest === null
        ? []
        : [
            expect.stringMatching(
              /^say {11}the logged loss's gradient differs most in epoch \d+, sample \d+, logit -?\d+\.\d\d: dLogit -?\d\.\d{4} where manual has -?\d\.\d{4}$/,
            ),
            `say           ${logged.explanation}`,
          ]),
      `say verdict   green(PASS) over ${timing.steps} steps, compared in ${timing.seconds.toFixed(1)} s`,
    ]);
  });

  it('the numbers of the step at which the logged loss differs most', () => {
    const largest = {
      epoch: 3,
      sample: 7,
      label: 1,
      logit: -16.118,
      dLogitManual: -1,
      dLogitLogged: -0.49999,
      kernelDifference: 1,
    };
    expect(said({ logged: { ...right.logged, largest } })).toContain(
      "say           the logged loss's gradient differs most in epoch 3, sample 7, logit -16.12: dLogit -0.5000 where manual has -1.0000",
    );
    const none = said({ logged: { ...right.logged, largest: null } });
    expect(none.join()).not.toContain("logged loss's gradient");
  });

  it('that fails: each parameter with its worst element, and nothing of those that agree', () => {
    const [pair, ...pairs] = right.pairs;
    const worst = { epoch: 2, sample: 41, index: [2, 3], left: 1, right: 2, allowed: 0.00123 };
    const parameters = {
      kernel: { ...pair!.parameters.kernel, steps: 400, failedSteps: 3, worst },
      weight: pair!.parameters.weight,
      bias: { ...pair!.parameters.bias, steps: 400, failedSteps: 1, worst: { ...worst, index: [] } },
    };
    const failing = { ...pair!, verdict: 'fail' as const, parameters };
    const lines = said({ verdict: 'fail', pairs: [failing, ...pairs] });
    expect(lines.filter((line) => line.startsWith('notice'))).toEqual([
      'notice DISAGREE  bias: 1 of 400 steps; worst bias in epoch 2, sample 41: manual 1, autodiff 2, allowed difference 1.2e-3',
      'notice DISAGREE  kernel: 3 of 400 steps; worst kernel[2,3] in epoch 2, sample 41: manual 1, autodiff 2, allowed difference 1.2e-3',
    ]);
    expect(lines.at(-1)).toMatch(/^failure verdict {3}red\(FAIL\) over /);
    // The same numbers in a pair that does not fail are no disagreement, and one of the logged loss has no line.
    const harmless = said({
      pairs: [
        { ...failing, verdict: 'pass' },
        { ...failing, loss: 'logged' },
      ],
    });
    expect(harmless.filter((line) => line.startsWith('notice'))).toEqual([]);
    expect(harmless.filter((line) => line.includes('manual - autodiff'))).toHaveLength(1);
    const gone = { ...failing, parameters: { ...parameters, kernel: { ...parameters.kernel, worst: null } } };
    expect(said({ pairs: [gone] }).filter((line) => line.startsWith('notice'))).toHaveLength(1);
  });

  it('that a proof refutes, or that none decides', () => {
    const wrong = { parameter: 'kernel', index: [0, 1, 0, 0], manual: 2, autodiff: 1 } as const;
    const exact = {
      ...right.exact,
      verdict: 'refuted',
      wrong: [wrong, { ...wrong, parameter: 'weight' }],
    } as const;
    expect(said({ exact: exact as never }).slice(0, 2)).toEqual([
      'say proof     red(REFUTED): the hand-written pass is not the derivative of the forward pass',
      'notice REFUTED   kernel[0,1,0,0]: manual 2, autodiff 1, at the first parameters and an image of noise',
    ]);
    const open = { ...right.exact, verdict: 'cannot prove', cause: 'no rule' } as const;
    expect(said({ exact: open as never, verdict: 'inconclusive' })[0]).toBe(
      'say proof     yellow(CANNOT PROVE): no rule; the numbers decide',
    );
    expect(said({ verdict: 'inconclusive' }).at(-1)).toMatch(/^failure verdict {3}yellow\(INCONCLUSIVE\)/);
  });

  it('with differences that fail, or none; the trial; a run that was stopped', () => {
    const [first, ...rest] = right.finiteDifferences;
    const failed = { ...first!, verdict: 'fail' as const, message: 'Gradient check FAILED' };
    const lines = said({ finiteDifferences: [failed, ...rest] });
    expect(lines.find((line) => line.includes('finite differences'))).toMatch(/; 5 of 6 chosen steps pass$/);
    expect(lines).toContain('notice Gradient check FAILED');
    expect(said({ finiteDifferences: [failed] }).join()).toContain('; 0 of 1 chosen steps pass');
    expect(said({ finiteDifferences: [] }).join()).not.toContain('finite differences');
    const mistakes = [{ caught: true }, { caught: true }, { caught: false }];
    const trial = {
      mistakes,
      falseAlarms: 1,
      checks: 9,
      from: 'this run',
      ranAt: '2026-01-02T03:04:05.000Z',
    };
    const trialLine = (of: object) =>
      said({ selfTest: { ...trial, ...of } as never }).find((line) => line.includes('self-test'));
    const words =
      'say           self-test: 2 of 3 planted mistakes caught, 1 false alarms in 9 correct checks';
    expect(trialLine({})).toBe(words);
    expect(trialLine({ from: 'cache' })).toBe(`${words}; of this build, on 2026-01-02`);
    expect(trialLine({ from: 'cache', ranAt: null })).toBe(words);
    expect(said({ partial: interrupted }).at(-1)).toBe(
      'notice PARTIAL   interrupted in epoch 2; compare.json holds the finished part',
    );
  });

  it.each<[Partial<CompareResult>, 130 | null, number]>([
    [{ verdict: 'pass' }, null, 0],
    [{ verdict: 'fail' }, null, 3],
    [{ verdict: 'inconclusive' }, null, 4],
    [{ verdict: 'pass', partial: interrupted }, 130, 130],
    [{ verdict: 'fail', partial: diverged }, null, 2],
  ])('%#: the exit code', (of, stopped, code) => {
    const stop = { signal: new AbortController().signal, exitCode: () => stopped };
    expect(exitCodeOfComparison({ ...right, ...of }, stop)).toBe(code);
  });
});

describe('what is said of a run', () => {
  const run = trainResult({ epochs: 4 });
  const explained = (deadReluSince: number | null, stalledSince: number | null, losses = run.losses) =>
    explainDiagnosis({
      ...run,
      losses,
      diagnosis: { ...run.diagnosis, deadReluSince, stalledSince, activeFraction: [0.5, 0.125] },
    });

  it('that is well: nothing', () => expect(explained(null, null)).toEqual([]));

  it('that died or stalled, and what to do', () => {
    expect(explained(0, 0)).toEqual([
      'DEAD      from the start no ReLU opens on any training image: kernel and weight no longer move, only the bias does; try another --seed than 1, or a smaller --learning-rate than 0.1',
    ]);
    expect(explained(1, null)[0]).toMatch(/^DEAD {6}since epoch 1 no/);
    expect(explained(null, 2)).toEqual([
      'STALLED   since epoch 2 every training image is given the same class, with 12.5% of the ReLUs open: nearly dead; train on with more --epochs than 4, or try another --seed than 1, or a smaller --learning-rate than 0.1',
    ]);
    expect(explained(null, 0, [])).toEqual([]);
  });

  it('that ended early, and why', () => {
    sayPartial(null, 'train.json', console);
    sayPartial(diverged, 'train.json', console);
    expect(heard).toEqual([
      'notice PARTIAL   the logit became NaN; use a smaller --learning-rate; train.json holds the finished part',
    ]);
  });

  it.each([
    ['synthetic', 'auto', 'SYNTHETIC digits (not USPS)'],
    ['usps', 'auto', 'USPS, verified'],
    ['file', 'mine.txt', 'mine.txt'],
  ] as const)('on images: %s', (source, spec, title) => expect(titleOf(source, spec)).toBe(title));
});

describe('a setting', () => {
  it.each<[keyof typeof readers, unknown[], unknown[]]>([
    ['positive', [0, 9], [-1, 10]],
    ['negative', [0, 9], [-1, 10]],
    ['perClass', [1, 100_000], [0, 100_001]],
    ['seed', [0, 4_294_967_295], [-1, 4_294_967_296]],
    ['epochs', [1, 100_000], [0, 100_001]],
    ['kernelSize', [1, 15], [0, 16, 17, -1]],
  ])('%s is %j at its ends, and not %j', (name, inside, outside) => {
    for (const value of inside) expect(readers[name](`--${name}`, String(value))).toBe(value);
    for (const value of outside)
      expect(() => readers[name](`--${name}`, String(value))).toThrow(`got ${value}`);
  });

  it('has the default where nothing is given', async () => {
    expect(await readSettings({ epochs: '3' })).toEqual({
      ...{ data: 'auto', positive: 1, negative: 8, perClass: 100, seed: 1, epochs: 3, learningRate: 0.1 },
      ...{ kernelSize: 5, engine: 'manual', loss: 'logits', backend: 'auto', out: 'outputs', offline: false },
    });
    await expect(readSettings({ loss: 'logged' })).rejects.toThrow('expected --engine autodiff');
  });
});
