import { setImmediate as nextTurn } from 'node:timers/promises';
import { PARAMETER_LIMIT } from '../../results/parameterNames.ts';
import type { EarlyEnd } from '../../results/shared.ts';
import type { Samples } from '../data/images.ts';
import { areBounded, type Parameters } from '../model/parameters.ts';
import { givesOneClass, isDead, lastingSince } from './diagnosis.ts';
import type { Engine, TrainingState } from './engine.ts';
import { accuracyOf, evaluate } from './evaluate.ts';
import { binOf, checkpointEpochs, LOGIT_BINS } from './history.ts';
import { isSaturated, loggedLossOf } from './loggedLoss.ts';

/** Callbacks, and the signal that the loop checks between steps. */
export interface TrainHooks {
  readonly signal?: AbortSignal | undefined;
  /** Called at least once an epoch. */
  readonly onProgress?: ((stepsDone: number, stepsInAll: number, loss: number | null) => void) | undefined;
}

/** A training run, whole or partial: histories hold finished epochs only. */
export interface TrainRun {
  readonly partial: EarlyEnd;
  readonly losses: number[];
  /** After the last finished epoch. */
  readonly parameters: Parameters;
  /** [epochs + 1], the initial kernel first. */
  readonly kernelHistory: Float64Array[];
  /** The network after the epochs of `checkpointEpochs` that were finished, and after the last one. */
  readonly checkpoints: RunCheckpoint[];
  /** [epochs][bins]: counts of the logits of each epoch's steps. */
  readonly logitCounts: number[][];
  readonly activeFraction: number[];
  readonly deadReluSince: number | null;
  readonly stalledSince: number | null;
  readonly saturatedSteps: number;
  readonly steps: number;
  /** Time spent in the engine's steps only. */
  readonly seconds: number;
}

/** The network after an epoch, 0 before the first, and its accuracy on the training samples. */
export interface RunCheckpoint {
  readonly epoch: number;
  readonly parameters: Parameters;
  readonly trainAccuracy: number | null;
}

/** Steps between two checks of the clock and the signal. */
const STEPS_AT_ONCE = 100;

/** The notebook's cell 4 on any engine: epochs over the samples in order, one step each. */
export async function runEpochs(
  engine: Engine,
  samples: Samples,
  epochs: number,
  { signal, onProgress }: TrainHooks = {},
): Promise<TrainRun> {
  let parameters = engine.parameters();
  const stateNow = (): TrainingState => engine.evaluate?.() ?? evaluate(parameters, samples);
  const states = [stateNow()];
  const kernelHistory = [parameters.kernel];
  const kept = checkpointEpochs(epochs);
  const checkpoints = [{ epoch: 0, parameters, trainAccuracy: accuracyOf(states[0]!) }];
  const logitCounts: number[][] = [];
  const losses: number[] = [];
  let partial: EarlyEnd = null;
  let saturatedSteps = 0;
  let steps = 0;
  let milliseconds = 0;

  for (let epoch = 1; epoch <= epochs && partial === null; epoch++) {
    let lossSum = 0;
    const counts = new Array<number>(LOGIT_BINS.count).fill(0);
    let saturatedInEpoch = 0;
    for (let first = 0; first < samples.count && partial === null; first += STEPS_AT_ONCE) {
      if (signal?.aborted) {
        partial = interrupted(epoch, first);
        break;
      }
      const started = performance.now();
      const logits = engine.advance(first, Math.min(STEPS_AT_ONCE, samples.count - first));
      milliseconds += performance.now() - started;
      const lost = logits.findIndex((logit) => !Number.isFinite(logit));
      if (lost >= 0) partial = diverged(epoch, first + lost, logits[lost]!);
      steps += lost >= 0 ? lost : logits.length;
      logits.forEach((logit, i) => {
        const label = samples.labels[first + i]!;
        lossSum += loggedLossOf(logit, label);
        if (isSaturated(logit, label)) saturatedInEpoch++;
        const bin = binOf(label === 1 ? logit : -logit);
        counts[bin] = counts[bin]! + 1;
      });
      onProgress?.(steps, epochs * samples.count, losses.at(-1) ?? null);
      await nextTurn();
    }
    if (partial !== null) break;
    const reached = engine.parameters();
    if (!areBounded(reached)) {
      const message = `a parameter left ±${PARAMETER_LIMIT} in epoch ${epoch}`;
      partial = { reason: 'diverged', epoch, sample: samples.count - 1, message };
      break;
    }
    parameters = reached;
    saturatedSteps += saturatedInEpoch;
    losses.push(lossSum / samples.count);
    kernelHistory.push(parameters.kernel);
    logitCounts.push(counts);
    const state = stateNow();
    states.push(state);
    if (kept.has(epoch)) checkpoints.push({ epoch, parameters, trainAccuracy: accuracyOf(state) });
  }
  // The last epoch of a run that ended early is always kept.
  if (checkpoints.at(-1)!.epoch < losses.length) {
    checkpoints.push({ epoch: losses.length, parameters, trainAccuracy: accuracyOf(states.at(-1)!) });
  }
  const activeFraction = states.map((state) => state.activeFraction ?? 0);
  const deadReluSince = lastingSince(states.map(isDead));
  const stalledSince = lastingSince(states.map(givesOneClass));
  const seconds = milliseconds / 1000;
  return {
    partial,
    losses,
    parameters,
    kernelHistory,
    checkpoints,
    logitCounts,
    activeFraction: activeFraction.slice(1),
    deadReluSince,
    stalledSince,
    saturatedSteps,
    steps,
    seconds,
  };
}

/** The early end of a run that was stopped by a signal. */
export function interrupted(epoch: number, sample: number): EarlyEnd {
  const message = `interrupted in epoch ${epoch} before sample ${sample}`;
  return { reason: 'interrupted', epoch, sample, message };
}

/** The early end of a run that diverged. */
export function diverged(epoch: number, sample: number, logit: number): EarlyEnd {
  const message = `the logit became ${logit} in epoch ${epoch} at sample ${sample}`;
  return { reason: 'diverged', epoch, sample, message };
}
