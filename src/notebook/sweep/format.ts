import type { Distribution, SweepOutcome, SweepResult } from '../../results/sweep.ts';
import { percent } from '../../system/text.ts';
import { pairText } from './grid.ts';
import { distributionOf } from './summary.ts';

/** Formats a sweep's result as lines for the console. */
export function formatSweep(result: SweepResult): string[] {
  const { summary, config } = result;
  const several = summary.groups.length > 1 && summary.groups.length <= MOST_GROUPS;
  return [
    timeLine(result),
    `dead      ${shareOf(summary.dead, summary.runs)}${namesOf(result, 'deadReluSince', () => true)}`,
    `stalled   ${shareOf(summary.stalled, summary.runs)}${namesOf(result, 'stalledSince', (row) => result.runs.deadReluSince[row] === null)}`,
    ...(summary.diverged === 0
      ? []
      : [`diverged  ${shareOf(summary.diverged, summary.runs)}${namesOf(result, 'diverged', () => true)}`]),
    ...distributionLines(summary),
    ...(several
      ? summary.groups.map(
          ({ pair, learningRate, ...group }) =>
            `          ${pairText(config.pairs[pair]!)} at ${learningRate}: ${shareOf(group.dead, group.runs)} dead, ` +
            `${group.stalled} stalled, median last loss ${group.lastLoss?.median.toPrecision(3) ?? 'none'}`,
        )
      : []),
  ];
}

const MOST_GROUPS = 20;
const MOST_NAMED = 10;

function timeLine({ runs, timing: { seconds, workers, milliseconds } }: SweepResult): string {
  const made = runs.seed.length;
  const each = distributionOf(milliseconds);
  const speed = made === 0 ? '' : ` (${(made / seconds).toFixed(0)} runs/s)`;
  const median = each === null ? '' : `; a run ${each.median.toFixed(2)} ms of its thread (median)`;
  return `runs      ${made} made in ${seconds.toFixed(2)} s${speed}, ${workers} threads${median}`;
}

const shareOf = (count: number, runs: number): string =>
  `${count} of ${runs}${runs === 0 ? '' : ` (${percent(count / runs)})`}`;

/** The first seeds with a property, each with the epoch since which it holds. */
function namesOf(
  { runs, config, summary }: SweepResult,
  name: 'deadReluSince' | 'stalledSince' | 'diverged',
  counts: (row: number) => boolean,
): string {
  const rows = [...runs[name].keys()].filter((row) => runs[name][row] !== null && counts(row));
  if (rows.length === 0) return '';
  const [before, whole] = name === 'diverged' ? ['in', 'epoch'] : ['since', 'epoch'];
  const one = (row: number): string => {
    const group =
      summary.groups.length === 1
        ? ''
        : ` of ${pairText(config.pairs[runs.pair[row]!]!)} at ${runs.learningRate[row]}`;
    return `${runs.seed[row]}${group} (${runs[name][row]})`;
  };
  const more = rows.length > MOST_NAMED ? `, and ${rows.length - MOST_NAMED} more` : '';
  return `: seeds ${rows.slice(0, MOST_NAMED).map(one).join(', ')}${more} (in brackets ${before} which ${whole})`;
}

function distributionLines({ lastLoss, trainAccuracy, testAccuracy }: SweepOutcome): string[] {
  const line = (title: string, of: Distribution, text: (value: number) => string): string[] =>
    of === null
      ? []
      : [
          `${title.padEnd(10)}median ${text(of.median)}, quartiles ${text(of.lowerQuartile)} and ` +
            `${text(of.upperQuartile)}, from ${text(of.least)} to ${text(of.greatest)}`,
        ];
  return [
    ...line('last loss', lastLoss, (value) => value.toPrecision(3)),
    ...line('training', trainAccuracy, percent),
    ...line('test', testAccuracy, percent),
  ];
}
