import { join } from 'node:path';
import type { RunProblem } from '../notebook/problem.ts';
import { train } from '../notebook/train.ts';
import { writeResult } from '../results/file.ts';
import { prepareOutputs } from '../results/outputs.ts';
import { type TrainResult, trainSchema } from '../results/train.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { percent } from '../system/text.ts';
import type { Console } from './console.ts';
import { prepareProblem } from './problem.ts';
import { repeating, type Settings } from './settings.ts';
import type { Stop } from './signals.ts';
import { explainDiagnosis, sayPartial } from './words.ts';

/** `backproof train`: trains and writes train.json. */
export async function trainCommand(settings: Settings, console: Console, stop: Stop): Promise<ExitCode> {
  await prepareOutputs(settings.out);
  const problem = await prepareProblem(settings, console, stop.signal);
  const result = await trainProblem(problem, settings, 'train', console, stop);
  console.json(result);
  return exitCodeOf(result, stop);
}

/** The exit code of a training result. */
export function exitCodeOf({ partial }: Pick<TrainResult, 'partial'>, stop: Stop): ExitCode {
  if (partial?.reason === 'diverged') return EXIT.usage;
  return stop.exitCode() ?? EXIT.done;
}

/** Trains on a problem, writes train.json and prints the result. `command` is the one that repeats it. */
export async function trainProblem(
  problem: RunProblem,
  settings: Settings,
  command: string,
  console: Console,
  stop: Stop,
): Promise<TrainResult> {
  const { config } = problem;
  const progress = console.progress('train');
  const result = await train(problem, {
    signal: stop.signal,
    command: repeating(command, settings, config),
    onStart: ({ backend, backendReason }) => {
      const where = backend === 'none' ? backendReason : `on ${backend} (${backendReason})`;
      console.say(`engine    ${config.engine} ${where}`);
    },
    onProgress: (done, total, loss) =>
      progress.update(done, total, loss === null ? '' : `loss ${loss.toFixed(5)}`),
  });
  progress.done();
  await writeResult(join(settings.out, 'train.json'), trainSchema, result);
  sayTraining(result, console);
  console.say(`written   ${join(settings.out, 'train.json')}`);
  return result;
}

function sayTraining(result: TrainResult, console: Console): void {
  const { config, losses, timing, train: onTrain, test } = result;
  const speed =
    timing.microsecondsPerStep === null ? '' : ` (${timing.microsecondsPerStep.toFixed(1)} us a step)`;
  console.say(
    `train     ${losses.length} of ${config.epochs} epochs, ${timing.steps} steps in ${timing.seconds.toFixed(2)} s${speed}`,
  );
  if (losses.length > 0) {
    console.say(
      `loss      ${losses[0]!.toPrecision(6)} after the first epoch, ${losses.at(-1)!.toPrecision(6)} after the last`,
    );
  }
  const onTest =
    test.accuracy === null ? 'no test images' : `${percent(test.accuracy)} of ${test.count} test images`;
  console.say(
    `accuracy  ${percent(onTrain.accuracy)} of ${result.data.trainCount} training images, ${onTest}`,
  );
  for (const line of explainDiagnosis(result)) console.notice(line);
  sayPartial(result.partial, 'train.json', console);
}
