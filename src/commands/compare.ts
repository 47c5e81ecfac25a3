import { join } from 'node:path';
import { type CompareOptions, compare } from '../notebook/compare.ts';
import type { LayerBackwards } from '../notebook/model/network.ts';
import type { RunProblem } from '../notebook/problem.ts';
import { type CompareResult, compareSchema, type Pair } from '../results/compare.ts';
import { writeResult } from '../results/file.ts';
import { prepareOutputs } from '../results/outputs.ts';
import type { Trial } from '../results/selfTest.ts';
import { parameterNames } from '../results/shared.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { chanceOfError } from '../system/text.ts';
import type { Console } from './console.ts';
import { prepareProblem } from './problem.ts';
import { repeating, type Settings } from './settings.ts';
import type { Stop } from './signals.ts';
import { sayPartial } from './words.ts';

/** `backproof compare`: walks a run, compares the sides with each other, writes compare.json. */
export async function compareCommand(
  settings: Settings,
  console: Console,
  stop: Stop,
  layers?: LayerBackwards,
): Promise<ExitCode> {
  await prepareOutputs(settings.out);
  const problem = await prepareProblem(settings, console, stop.signal);
  const result = await compareProblem(problem, settings, 'compare', console, stop, layers && { layers });
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

/** Compares on a problem, writes compare.json and prints the result. `command` is the one that repeats it. */
export async function compareProblem(
  problem: RunProblem,
  settings: Settings,
  command: string,
  console: Console,
  stop: Stop,
  more: Pick<CompareOptions, 'layers' | 'ahead'> = {},
): Promise<CompareResult> {
  const progress = console.progress('compare');
  const result = await compare(problem, {
    signal: stop.signal,
    command: repeating(command, settings, problem.config),
    onStart: ({ backend, backendReason }) =>
      console.say(`compare   manual, autodiff and reference at every step, on ${backend} (${backendReason})`),
    onProgress: (done, total) => progress.update(done, total),
    ...more,
  });
  progress.done();
  await writeResult(join(settings.out, 'compare.json'), compareSchema, result);
  sayComparison(result, console);
  console.say(`written   ${join(settings.out, 'compare.json')}`);
  return result;
}

const signs = {
  pass: ['green', 'PASS'],
  fail: ['red', 'FAIL'],
  inconclusive: ['yellow', 'INCONCLUSIVE'],
} as const;

const proofWords = {
  proved: ['green', 'PROVED'],
  refuted: ['red', 'REFUTED'],
  'not proved': ['yellow', 'NOT PROVED'],
  'cannot prove': ['yellow', 'CANNOT PROVE'],
} as const;

function sayProof(
  { verdict, cause, bound, wrong, update, logged, trained }: CompareResult['exact'],
  console: Console,
): void {
  const [style, word] = proofWords[verdict];
  const sign = console.paint(style, word);
  if (verdict === 'proved') {
    const others = [
      `the same in float32 on ${trained.backend} ${trained.verdict}`,
      `the update ${update.verdict}`,
      `the logged loss's law q / (q + 1e-7) ${logged.verdict}`,
    ].join(', ');
    console.say(
      `proof     ${sign} for every image, kernel, weight, bias, label and ReLU pattern: ${chanceOfError(bound)}; ${others}`,
    );
  } else if (verdict === 'refuted') {
    console.say(`proof     ${sign}: the hand-written pass is not the derivative of the forward pass`);
    for (const { parameter, index, manual, autodiff } of wrong.slice(0, 1))
      console.notice(
        `REFUTED   ${parameter}[${index.join(',')}]: manual ${manual}, autodiff ${autodiff}, at the first parameters ` +
          'and an image of noise',
      );
  } else console.say(`proof     ${sign}: ${cause}; the numbers decide`);
}

/** Says what came of a comparison: the proof, the differences, the verdict. */
export function sayComparison(
  { exact, pairs, finiteDifferences, selfTest, logged, verdict, timing, partial }: CompareResult,
  console: Console,
): void {
  sayProof(exact, console);
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
        `${selfTest.falseAlarms} false alarms in ${selfTest.checks} correct checks${whenTested(selfTest)}`,
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
  const say = verdict === 'pass' ? console.say : console.failure;
  say(
    `verdict   ${console.paint(style, word)} over ${timing.steps} steps, compared in ${timing.seconds.toFixed(1)} s`,
  );
  sayPartial(partial, 'compare.json', console);
}

const whenTested = ({ from, ranAt }: Trial): string =>
  from === 'cache' && ranAt !== null ? `; of this build, on ${ranAt.slice(0, 10)}` : '';

/** Lists the parameters of a pair whose gradients disagree, each with its worst element. */
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
