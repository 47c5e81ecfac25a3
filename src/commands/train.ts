import { join } from 'node:path';
import type { Samples } from '../notebook/data/images.ts';
import { toGreys } from '../notebook/data/pixels.ts';
import type { Engine } from '../notebook/engines/engine.ts';
import { accuracyOf, areaUnderCurve, evaluate } from '../notebook/engines/evaluate.ts';
import { FusedKernel } from '../notebook/engines/fused/kernel.ts';
import { LOGIT_BINS } from '../notebook/engines/history.ts';
import { engines } from '../notebook/engines/index.ts';
import { runEpochs, type TrainRun } from '../notebook/engines/loop.ts';
import { type Parameters, rowsOf } from '../notebook/model/parameters.ts';
import { prepareOutputs, writeResult } from '../results/file.ts';
import { provenanceOf } from '../results/provenance.ts';
import type { Provenance } from '../results/shared.ts';
import { type Checkpoint, type ImagesResult, type TrainResult, trainSchema } from '../results/train.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { percent } from '../system/text.ts';
import { startBackend } from '../tfjs/backends.ts';
import { tfjsVersion } from '../tfjs/tfjs.ts';
import type { Console } from './console.ts';
import { type PreparedProblem, prepareProblem } from './problem.ts';
import { commandOf, configOf, type Settings } from './settings.ts';
import type { Stop } from './signals.ts';
import { explainDiagnosis, sayPartial } from './words.ts';

/** `backproof train`: trains and writes train.json. */
export async function trainCommand(settings: Settings, console: Console, stop: Stop): Promise<ExitCode> {
  await prepareOutputs(settings.out);
  const problem = await prepareProblem(settings, console, stop.signal);
  const result = await trainProblem(problem, 'train', console, stop);
  console.json(result);
  return exitCodeOf(result, stop);
}

/** The exit code of a training result. */
export function exitCodeOf({ partial }: Pick<TrainResult, 'partial'>, stop: Stop): ExitCode {
  if (partial?.reason === 'diverged') return EXIT.usage;
  return stop.exitCode() ?? EXIT.done;
}

/** Trains a prepared problem, writes train.json and says what came of it. `command` is the one that repeats it. */
export async function trainProblem(
  problem: PreparedProblem,
  command: string,
  console: Console,
  stop: Stop,
): Promise<TrainResult> {
  const { settings, samples } = problem;
  const startedAt = new Date();
  const { engine, backend, backendReason } = await startEngine(problem);
  const where = backend === 'none' ? backendReason : `on ${backend} (${backendReason})`;
  console.say(`engine    ${settings.engine} ${where}`);
  const progress = console.progress('train');
  const run = await runEpochs(engine, samples, settings.epochs, {
    signal: stop.signal,
    onProgress: (done, total, loss) =>
      progress.update(done, total, loss === null ? '' : `loss ${loss.toFixed(5)}`),
  });
  progress.done();
  engine.dispose();
  const ran = { tfjs: tfjsVersion, backend, backendReason, command: commandOf(command, settings), startedAt };
  const result = trainResult(problem, run, await provenanceOf(ran));
  await writeResult(join(settings.out, 'train.json'), trainSchema, result);
  sayTraining(result, console);
  return result;
}

async function startEngine(
  problem: PreparedProblem,
): Promise<{ engine: Engine } & Pick<Provenance, 'backend' | 'backendReason'>> {
  const { engine: name, backend: wanted, loss } = problem.settings;
  const entry = engines[name];
  if (entry.runsOn === 'itself') {
    const backendReason = `${entry.by}, no TensorFlow.js`;
    return { engine: entry.start(problem), backend: 'none', backendReason };
  }
  const { tf, name: backend, reason } = await startBackend(wanted);
  return { engine: entry.start(tf, problem, loss), backend, backendReason: reason };
}

/** Images more than this are not kept in train.json. */
const MOST_IMAGES = 2_000;

const imagesOf = ({ count, pixels, labels, indices }: Samples): ImagesResult => ({
  count,
  pixels: Buffer.from(toGreys(pixels)).toString('base64'),
  labels: Array.from(labels),
  indices: [...indices],
});

/** Accuracy on the test images after each checkpoint comes from the fused kernel: all of them in milliseconds. */
function checkpointsOf({ test, learningRate, settings }: PreparedProblem, run: TrainRun): Checkpoint[] {
  const onTest = test.count === 0 ? null : new FusedKernel(test, settings.kernelSize);
  return run.checkpoints.map(({ epoch, parameters, trainAccuracy }) => {
    onTest?.begin({ parameters, learningRate });
    return {
      epoch,
      weight: Array.from(parameters.weight),
      bias: parameters.bias,
      trainAccuracy,
      testAccuracy: onTest ? accuracyOf(onTest.evaluate()) : null,
    };
  });
}

const plain = ({ kernel, weight, bias }: Parameters): TrainResult['parameters'] => ({
  kernel: rowsOf(kernel),
  weight: Array.from(weight),
  bias,
});

/** train.json of a run. */
export function trainResult(problem: PreparedProblem, run: TrainRun, provenance: Provenance): TrainResult {
  const { samples, test, summary, settings } = problem;
  const onTest = evaluate(run.parameters, test);
  return {
    schema: 'backproof/train/1',
    config: configOf(settings),
    data: summary,
    partial: run.partial,
    initial: plain(problem.parameters),
    losses: run.losses,
    parameters: plain(run.parameters),
    kernelHistory: run.kernelHistory.map((kernel) => Array.from(kernel)),
    checkpoints: checkpointsOf(problem, run),
    logits: { from: LOGIT_BINS.from, width: LOGIT_BINS.width, counts: run.logitCounts },
    images:
      samples.count + test.count > MOST_IMAGES ? null : { train: imagesOf(samples), test: imagesOf(test) },
    train: { accuracy: evaluate(run.parameters, samples).accuracy ?? 0 },
    test: {
      count: test.count,
      accuracy: onTest.accuracy,
      confusion: onTest.confusion,
      auc: areaUnderCurve(onTest.predictions, test.labels),
      predictions: Array.from(onTest.predictions),
    },
    diagnosis: {
      deadReluSince: run.deadReluSince,
      stalledSince: run.stalledSince,
      activeFraction: run.activeFraction,
      saturatedSteps: run.saturatedSteps,
    },
    timing: {
      steps: run.steps,
      seconds: run.seconds,
      microsecondsPerStep: run.steps === 0 ? null : (run.seconds * 1e6) / run.steps,
    },
    provenance,
  };
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
