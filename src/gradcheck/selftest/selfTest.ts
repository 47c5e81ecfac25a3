import type { PlantedMistake, SelfTestResult } from '../../results/selfTest.ts';
import { gradcheck } from '../gradcheck.ts';
import type { GradcheckOptions, GradcheckResult, GradcheckSpec, Mode } from '../types.ts';
import { batchMean } from './layers/batchMean.ts';
import { denseSoftmax } from './layers/denseSoftmax.ts';
import { depthwise } from './layers/depthwise.ts';
import { gelu } from './layers/gelu.ts';
import { layerNorm } from './layers/layerNorm.ts';
import { sameConvolution } from './layers/sameConvolution.ts';
import { sigmoidSquared } from './layers/sigmoidSquared.ts';
import type { Mistake, TestedLayer } from './subject.ts';

/** The checker's own layers with planted mistakes. */
export const testedLayers: readonly TestedLayer[] = [
  denseSoftmax,
  sigmoidSquared,
  layerNorm,
  batchMean,
  sameConvolution,
  depthwise,
  gelu,
];

export interface SelfTestOptions {
  /** The number of seeds, counted from 1; each has its own inputs and its own dy (default 1). */
  readonly seeds?: number;
  /** The mode of the checker (default full). */
  readonly mode?: Mode;
  /** Whether to try directional mode on each mistake as well (default no, because that takes twice as long). */
  readonly screen?: boolean;
  /** Called after each mistake and each twin with the number of checks done so far. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the test early; selfTest then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tests the checker itself on layers with planted mistakes, all of which it must catch, and on their correct twins,
 * none of which it may flag.
 *
 * @throws RangeError without layers, or for a number of seeds below 1
 */
export async function selfTest(
  layers: readonly TestedLayer[],
  options: SelfTestOptions = {},
): Promise<SelfTestResult> {
  const { seeds = 1, mode = 'full', screen = false, onProgress, signal } = options;
  if (layers.length === 0)
    throw new RangeError('layers: expected at least one, got none; pass selfTestSubjects');
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new RangeError(`seeds: expected a whole number from 1, got ${seeds}`);
  const started = performance.now();
  const total = seeds * layers.reduce((sum, { mistakes }) => sum + mistakes.length + 1, 0);
  const mistakes: PlantedMistake[] = [];
  const correct: SelfTestResult['correct'] = [];
  let done = 0;
  const overSeeds = async (spec: (seed: number) => GradcheckSpec, given: GradcheckOptions) => {
    const results: GradcheckResult[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      // Yields to the event loop, so that Ctrl-C works.
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      results.push(await gradcheck(spec(seed), { exact: 'off', ...given, seed }));
    }
    return results;
  };
  const step = () => {
    done += seeds;
    onProgress?.(done, total);
  };
  for (const { layer, correct: twin, mistakes: planted } of layers) {
    correct.push(twinRow(layer, await overSeeds(twin, { mode })));
    step();
    for (const mistake of planted) {
      const results = await overSeeds(mistake.spec, { mode });
      const screened = screen ? await overSeeds(mistake.spec, { mode: 'directional' }) : null;
      mistakes.push(mistakeRow(layer, mistake, results, screened));
      step();
    }
  }
  const falseAlarms = correct.reduce((sum, row) => sum + row.falseAlarms, 0);
  return {
    verdict: falseAlarms === 0 && mistakes.every(({ caught }) => caught) ? 'pass' : 'fail',
    mode,
    mistakes,
    correct,
    checks: correct.reduce((sum, { checks }) => sum + checks, 0),
    falseAlarms,
    seeds,
    seconds: (performance.now() - started) / 1000,
  };
}

function twinRow(layer: string, results: readonly GradcheckResult[]): SelfTestResult['correct'][number] {
  const alarms = results.filter(({ status }) => status !== 'pass');
  return {
    layer,
    checks: results.length,
    falseAlarms: alarms.length,
    message: alarms[0]?.message ?? null,
    milliseconds: averageTime(results),
  };
}

function mistakeRow(
  layer: string,
  { name, what, element }: Mistake,
  results: readonly GradcheckResult[],
  screened: readonly GradcheckResult[] | null,
): PlantedMistake {
  const isCaught = (result: GradcheckResult) =>
    blamed(result) && (element === undefined || onlyWrong(result) === element);
  const caughtSeeds = results.filter(isCaught).length;
  const first = results[0]!;
  return {
    name,
    layer,
    what,
    caught: caughtSeeds === results.length,
    caughtSeeds,
    by: (first.status === 'fail' ? first.stage : null) ?? 'not caught',
    screenSeeds: screened?.filter(blamed).length ?? null,
    wrong: Object.entries(first.inputs).flatMap(([input, { wrong }]) => (wrong > 0 ? [input] : [])),
    worst: worstElement(first),
    looksLike: first.looksLike,
    milliseconds: averageTime(results),
  };
}

const blamed = ({ status, oddOneOut }: GradcheckResult): boolean =>
  status === 'fail' && oddOneOut === 'yours';

/** The name of the wrong element, as in messages, if there is exactly one. */
function onlyWrong(result: GradcheckResult): string | null {
  const wrong = Object.values(result.inputs).reduce((sum, input) => sum + input.wrong, 0);
  return wrong === 1 ? worstElement(result) : null;
}

function worstElement({ inputs }: GradcheckResult): string | null {
  const found = Object.entries(inputs).find(([, { wrong }]) => wrong > 0);
  return found?.[1].worst ? `${found[0]}[${found[1].worst.index}]` : null;
}

const averageTime = (results: readonly GradcheckResult[]): number =>
  results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / results.length;
