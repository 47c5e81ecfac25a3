import { commandOf } from '../results/commandLine.ts';
import { provenanceOf } from '../results/provenance.ts';
import type { Provenance } from '../results/shared.ts';
import type { Checkpoint, ImagesResult, TrainResult } from '../results/train.ts';
import type { Samples } from './data/images.ts';
import { toGreys } from './data/pixels.ts';
import type { Engine } from './engines/engine.ts';
import { accuracyOf, areaUnderCurve, evaluate } from './engines/evaluate.ts';
import { FusedKernel } from './engines/fused/kernel.ts';
import { LOGIT_BINS } from './engines/history.ts';
import { engines } from './engines/index.ts';
import { runEpochs, type TrainHooks, type TrainRun } from './engines/loop.ts';
import { type Parameters, rowsOf } from './model/parameters.ts';
import type { RunProblem } from './problem.ts';

/** The backend that runs tf ops, and why it was chosen; `none` if no tf op runs. */
export type ChosenBackend = Pick<Provenance, 'backend' | 'backendReason'>;

export interface TrainOptions extends TrainHooks {
  /** Called once, before the first step. */
  readonly onStart?: (chosen: ChosenBackend) => void;
  /** The command that repeats the run, stored in the result (default: `backproof train` with its flags). */
  readonly command?: string;
}

/**
 * Trains on a problem with the engine of its configuration, and evaluates the network on its test images.
 *
 * @returns train.json; `partial` says where a signal or a logit that is not finite ended the run
 * @throws Failure (environment) if the backend does not work on this machine
 */
export async function train(
  problem: RunProblem,
  { signal, onProgress, onStart, command = commandOf('train', problem.config) }: TrainOptions = {},
): Promise<TrainResult> {
  const startedAt = new Date();
  const { engine, tfjs, ...chosen } = await startEngine(problem);
  onStart?.(chosen);
  try {
    const run = await runEpochs(engine, problem.samples, problem.config.epochs, { signal, onProgress });
    return trainResult(problem, run, await provenanceOf({ ...chosen, tfjs, command, startedAt }));
  } finally {
    engine.dispose();
  }
}

async function startEngine(
  problem: RunProblem,
): Promise<{ engine: Engine } & Pick<Provenance, 'backend' | 'backendReason' | 'tfjs'>> {
  const { engine: name, backend: wanted, loss } = problem.config;
  // Imported here so that importing this module does not load TensorFlow.js yet.
  const { startBackend } = await import('../tfjs/backends.ts');
  const { tfjsVersion: tfjs } = await import('../tfjs/tfjs.ts');
  const entry = engines[name];
  if (entry.runsOn === 'itself') {
    const backendReason = `${entry.by}, no TensorFlow.js`;
    return { engine: entry.start(problem), backend: 'none', backendReason, tfjs };
  }
  const { tf, name: backend, reason } = await startBackend(wanted);
  return { engine: entry.start(tf, problem, loss), backend, backendReason: reason, tfjs };
}

/** Maximum number of images kept in train.json. */
const MOST_IMAGES = 2_000;

const imagesOf = ({ count, pixels, labels, indices }: Samples): ImagesResult => ({
  count,
  pixels: Buffer.from(toGreys(pixels)).toString('base64'),
  labels: Array.from(labels),
  indices: [...indices],
});

/** Adds the accuracy on the test images to each checkpoint. The fused kernel computes it, in milliseconds. */
function checkpointsOf({ test, learningRate, config }: RunProblem, run: TrainRun): Checkpoint[] {
  const onTest = test.count === 0 ? null : new FusedKernel(test, config.kernelSize);
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
export function trainResult(problem: RunProblem, run: TrainRun, provenance: Provenance): TrainResult {
  const { samples, test, summary, config } = problem;
  const onTest = evaluate(run.parameters, test);
  return {
    schema: 'backproof/train/1',
    config,
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
