import { join } from 'node:path';
import { selfTest } from '../gradcheck/selftest/index.ts';
import { followChains } from '../notebook/compare/chain.ts';
import { walkInDoublePrecision } from '../notebook/compare/doublePrecision.ts';
import { StepChooser } from '../notebook/compare/finiteDifferences.ts';
import { selfTestSubjects } from '../notebook/compare/mistakes.ts';
import { walk } from '../notebook/compare/walk.ts';
import type { TrainHooks } from '../notebook/engines/loop.ts';
import type { LayerBackwards } from '../notebook/model/network.ts';
import { type CompareResult, compareSchema, type Pair, type Verdict } from '../results/compare.ts';
import { prepareOutputs, writeResult } from '../results/file.ts';
import { provenanceOf } from '../results/provenance.ts';
import type { SelfTestResult } from '../results/selfTest.ts';
import { parameterNames } from '../results/shared.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { startBackend } from '../tfjs/backends.ts';
import { tfjsVersion } from '../tfjs/tfjs.ts';
import type { Console } from './console.ts';
import { type PreparedProblem, prepareProblem } from './problem.ts';
import { commandOf, configOf, type Settings } from './settings.ts';
import type { Stop } from './signals.ts';
import { sayPartial } from './words.ts';

/** `backproof compare`: walks a run, holds the sides against each other, writes compare.json. */
export async function compareCommand(
  settings: Settings,
  console: Console,
  stop: Stop,
  layers?: LayerBackwards,
): Promise<ExitCode> {
  await prepareOutputs(settings.out);
  const problem = await prepareProblem(settings, console, stop.signal);
  const result = await compareProblem(problem, 'compare', console, stop, layers);
  console.json(result);
  return exitCodeOfComparison(result, stop);
}

/** The exit code of a comparison. */
export function exitCodeOfComparison({ partial, verdict }: CompareResult, stop: Stop): ExitCode {
  if (partial?.reason === 'diverged') return EXIT.usage;
  const stopped = stop.exitCode();
  if (stopped !== null) return stopped;
  return { pass: EXIT.done, fail: EXIT.disagreement, inconclusive: EXIT.inconclusive }[verdict];
}

/** Compares on a prepared problem, writes compare.json and says what came of it. */
export async function compareProblem(
  problem: PreparedProblem,
  command: string,
  console: Console,
  stop: Stop,
  layers?: LayerBackwards,
): Promise<CompareResult> {
  const { settings, samples, parameters, learningRate, summary } = problem;
  const startedAt = new Date();
  const { tf, name: backend, reason: backendReason } = await startBackend(settings.backend);
  console.say(`compare   manual, autodiff and reference at every step, on ${backend} (${backendReason})`);
  const problemOfRun = { samples, parameters, learningRate, epochs: settings.epochs };
  const progress = console.progress('compare');
  // The share done of each part, and about how long it takes beside the others.
  const parts = { float32: 0, float64: 0, selfTest: 0 };
  const weights = { float32: 2, float64: 3, selfTest: 1 };
  const names = ['float32', 'float64', 'selfTest'] as const;
  const reached = (part: keyof typeof parts) => (done: number, total: number) => {
    parts[part] = done / total;
    const sum = names.reduce((whole, name) => whole + weights[name] * parts[name], 0);
    progress.update(sum, weights.float32 + weights.float64 + weights.selfTest);
  };
  const hooks = (part: keyof typeof parts): TrainHooks => ({
    signal: stop.signal,
    onProgress: reached(part),
  });
  const inFloat32 = async () => {
    const chooser = new StepChooser(settings.epochs * samples.count);
    const onStep = chooser.note.bind(chooser);
    const walked = await walk(
      { ...problemOfRun, tf, precision: 'float32', onStep, ...(layers && { layers }) },
      hooks('float32'),
    );
    const chosen = walked.partial === null ? chooser.chosen() : [];
    return {
      ...walked,
      chain: followChains(tf, 'float32', samples, chosen, layers),
      selfTest: walked.partial === null ? await stoppable(stop, reached('selfTest')) : null,
    };
  };
  const started = performance.now();
  // Two walks side by side: float32 here, double precision in a thread of its own.
  const [single, double] = await Promise.all([
    inFloat32(),
    walkInDoublePrecision(problemOfRun, hooks('float64')),
  ]);
  const seconds = (performance.now() - started) / 1000;
  progress.done();
  const pairs = [...single.pairs, ...double.pairs];
  const ran = { tfjs: tfjsVersion, backend, backendReason, command: commandOf(command, settings), startedAt };
  const result: CompareResult = {
    schema: 'backproof/compare/1',
    config: configOf(settings),
    data: summary,
    provenance: await provenanceOf(ran),
    verdict: verdictOf([...pairs, ...double.finiteDifferences, ...judgeOf(single.selfTest)]),
    finiteDifferences: double.finiteDifferences,
    ...single,
    pairs,
    scatter: [...single.scatter, ...double.scatter],
    chain: [...single.chain, ...double.chain],
    perEpochFloat64: double.perEpoch.map(({ epoch, maxAbs, maxOverAllowed }) => ({
      epoch,
      maxAbs,
      maxOverAllowed,
    })),
    partial: single.partial ?? double.partial,
    timing: { steps: single.timing.steps, seconds },
  };
  await writeResult(join(settings.out, 'compare.json'), compareSchema, result);
  sayComparison(result, console);
  return result;
}

/** Runs the self-test, and gives null where a signal ended it. */
async function stoppable(
  stop: Stop,
  onProgress: (done: number, total: number) => void,
): Promise<SelfTestResult | null> {
  try {
    return await selfTest(selfTestSubjects, { signal: stop.signal, onProgress });
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  }
}

/** A checker that missed a planted mistake cannot tell: it is no fault of the gradients. */
const judgeOf = (selfTest: SelfTestResult | null): { verdict: Verdict }[] =>
  selfTest === null ? [] : [{ verdict: selfTest.verdict === 'pass' ? 'pass' : 'inconclusive' }];

/** The worst of all. */
function verdictOf(judged: readonly { verdict: Verdict }[]): Verdict {
  const verdicts = judged.map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

const signs = {
  pass: ['green', 'PASS'],
  fail: ['red', 'FAIL'],
  inconclusive: ['yellow', 'INCONCLUSIVE'],
} as const;

function sayComparison(
  { pairs, finiteDifferences, selfTest, logged, verdict, timing, partial }: CompareResult,
  console: Console,
): void {
  for (const pair of pairs.filter(({ loss }) => loss === 'logits')) {
    const differences = parameterNames.map((name) => {
      const { maxAbs, maxOverAllowed } = pair.parameters[name];
      return `${name} ${maxAbs.toExponential(1)} (${maxOverAllowed.toFixed(2)} of what rounding allows)`;
    });
    console.say(
      `          ${pair.left} - ${pair.right} in ${pair.precision}: at most ${differences.join(', ')}`,
    );
    for (const line of disagreements(pair)) console.notice(line);
  }
  if (finiteDifferences.length > 0) {
    const furthest = Math.max(...finiteDifferences.flatMap(({ maxAbs }) => Object.values(maxAbs)));
    const passed = finiteDifferences.filter((check) => check.verdict === 'pass').length;
    console.say(
      `          manual - finite differences in float64: at most ${furthest.toExponential(1)}; ${passed} of ` +
        `${finiteDifferences.length} chosen steps pass`,
    );
    for (const { message } of finiteDifferences) if (message !== null) console.notice(message);
  }
  if (selfTest !== null) {
    const caught = selfTest.mistakes.filter((mistake) => mistake.caught).length;
    console.say(
      `          self-test: ${caught} of ${selfTest.mistakes.length} planted mistakes caught, ` +
        `${selfTest.falseAlarms} false alarms in ${selfTest.checks} correct checks`,
    );
  }
  if (logged.largest !== null) {
    const { epoch, sample, logit, dLogitManual, dLogitLogged } = logged.largest;
    console.say(
      `          the logged loss's gradient differs most in epoch ${epoch}, sample ${sample}, logit ${logit.toFixed(2)}: ` +
        `dLogit ${dLogitLogged.toFixed(4)} where manual has ${dLogitManual.toFixed(4)}`,
    );
    console.say(`          ${logged.explanation}`);
  }
  const [style, word] = signs[verdict];
  console.say(
    `verdict   ${console.paint(style, word)} over ${timing.steps} steps, compared in ${timing.seconds.toFixed(1)} s`,
  );
  sayPartial(partial, 'compare.json', console);
}

/** The parameters of a pair whose gradients disagree, each with its worst element. */
function disagreements({ left, right, parameters, verdict }: Pair): string[] {
  if (verdict !== 'fail') return [];
  return parameterNames.flatMap((name) => {
    const { failedSteps, steps, worst } = parameters[name];
    if (failedSteps === 0 || worst === null) return [];
    const element = worst.index.length === 0 ? name : `${name}[${worst.index.join(',')}]`;
    return (
      `DISAGREE  ${name}: ${failedSteps} of ${steps} steps; worst ${element} in epoch ${worst.epoch}, sample ` +
      `${worst.sample}: ${left} ${worst.left}, ${right} ${worst.right}, allowed difference ${worst.allowed.toExponential(1)}`
    );
  });
}
