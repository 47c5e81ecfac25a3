import type { Run } from '../../../notebook/inference/run.ts';
import { backwardMistakes } from '../../../notebook/model/mistakes.ts';
import { percent } from '../../../system/text.ts';
import { counted, listed, size } from '../../parts/format.ts';
import { type LiveSettings, ownSettings } from './settings.ts';
import type { Try } from './trainer.ts';

/** Describes how settings differ from the run's own. */
const differenceOf = (settings: LiveSettings, run: Run): string => {
  const own = ownSettings(run.config);
  const changed = (
    [
      ['seed', 'seed'],
      ['learningRate', 'learning rate'],
      ['epochs', 'epochs'],
    ] as const
  )
    .filter(([key]) => settings[key] !== own[key])
    .map(([key, word]) => `${word} ${settings[key]} in place of ${own[key]}`);
  const planted = settings.mistake === null ? [] : [`“${backwardMistakes[settings.mistake].name}” planted`];
  return changed.length + planted.length === 0
    ? 'the run’s own settings'
    : `with ${listed([...changed, ...planted])}`;
};

/** The largest difference of two curves in their common epochs; null without one. */
const apart = (left: readonly number[], right: readonly number[]): number | null => {
  const epochs = Math.min(left.length, right.length);
  if (epochs === 0) return null;
  return left.slice(0, epochs).reduce((most, loss, at) => Math.max(most, Math.abs(loss - right[at]!)), 0);
};

/** "0.62 after 80 epochs, in place of 2.8e-5" */
const lossOf = (result: Try, run: Run): string => {
  const last = result.losses.at(-1);
  const own = run.losses.at(-1);
  if (last === undefined) return 'no epoch was finished';
  const epochs = counted(result.losses.length, 'epoch');
  if (own === undefined) return `the loss after ${epochs} is ${size(last)}`;
  const when =
    run.losses.length === result.losses.length ? '' : ` after ${counted(run.losses.length, 'epoch')}`;
  return `the loss after ${epochs} is ${size(last)}, in place of ${size(own)}${when}`;
};

const accuracyOf = (result: Try, run: Run): string | null => {
  const now = result.testAccuracy;
  const own = run.frames.at(-1)?.testAccuracy ?? null;
  if (now === null || !run.images) return null;
  const images = counted(run.images.test.count, 'test image');
  return `${percent(now)} of ${images} are read right${own === null ? '' : `, in place of ${percent(own)}`}`;
};

const sameOr = (result: Try, run: Run): string => {
  const { seed, learningRate, mistake } = result.settings;
  const own = ownSettings(run.config);
  const isOwn = seed === own.seed && learningRate === own.learningRate && mistake === null;
  const difference = isOwn ? apart(result.losses, run.losses) : null;
  return difference === null ? '' : ` Its losses are the run’s to ${size(difference)}.`;
};

/** Describes the result of a try in a sentence or two. */
export const outcomeOf = (result: Try, run: Run): string => {
  const start = `Trained ${differenceOf(result.settings, run)}: `;
  const { diverged } = result;
  if (diverged)
    return `${start}the logit diverged in epoch ${diverged.epoch}, at sample ${diverged.sample}.${before(result)}`;
  const found = [lossOf(result, run), accuracyOf(result, run)].filter((part) => part !== null).join('; ');
  return `${start}${found}.${sameOr(result, run)}`;
};

const before = ({ losses }: Try): string => {
  const last = losses.at(-1);
  return last === undefined ? '' : ` The loss of the epoch before was ${size(last)}.`;
};
