import type { EarlyEnd } from '../results/shared.ts';
import type { TrainResult } from '../results/train.ts';
import { percent } from '../system/text.ts';
import type { Console } from './console.ts';

/** Lines that say what is wrong with a trained network, and what to do about it; none if nothing is wrong. */
export function explainDiagnosis({
  diagnosis,
  config,
  losses,
}: Pick<TrainResult, 'diagnosis' | 'config' | 'losses'>): string[] {
  const since = (epoch: number) => (epoch === 0 ? 'from the start' : `since epoch ${epoch}`);
  const remedy = `try another --seed than ${config.seed}, or a smaller --learning-rate than ${config.learningRate}`;
  if (diagnosis.deadReluSince !== null) {
    return [
      `DEAD      ${since(diagnosis.deadReluSince)} no ReLU opens on any training image: kernel and weight no longer ` +
        `move, only the bias does; ${remedy}`,
    ];
  }
  if (diagnosis.stalledSince !== null && losses.length > 0) {
    const open = percent(diagnosis.activeFraction.at(-1)!);
    return [
      `STALLED   ${since(diagnosis.stalledSince)} every training image is given the same class, with ${open} of the ` +
        `ReLUs open: nearly dead; train on with more --epochs than ${config.epochs}, or ${remedy}`,
    ];
  }
  return [];
}

/** Prints that a result is partial. */
export function sayPartial(partial: EarlyEnd, file: string, console: Console): void {
  if (partial === null) return;
  const next = partial.reason === 'diverged' ? '; use a smaller --learning-rate' : '';
  console.notice(`PARTIAL   ${partial.message}${next}; ${file} holds the finished part`);
}
