import type { Data } from 'plotly.js-dist-min';
import type { SweepResult } from '../../../results/sweep.ts';
import { layout, legendBelow, type PlotSpec, parameterColors, valueAxis } from '../../parts/figureSpec.ts';

/** How a run can end, with the look of its bars: colour is never the only sign. */
const endings = {
  trained: { color: parameterColors.kernel, shape: '' },
  stalled: { color: parameterColors.bias, shape: '.' },
  dead: { color: parameterColors.weight, shape: '/' },
} as const;
type Ending = keyof typeof endings;

/** A bar of a histogram: how many runs of each ending have a value in [from, to). */
export interface Bin extends Record<Ending, number> {
  readonly from: number;
  readonly to: number;
}

/** How a run that did not diverge ended. */
const endingOf = ({ deadReluSince, stalledSince }: SweepResult['runs'], row: number): Ending => {
  if (deadReluSince[row] !== null) return 'dead';
  return stalledSince[row] === null ? 'trained' : 'stalled';
};

const BINS_PER_DECADE = 4;
/**
 * The logged loss has 1e-7 inside its logarithms: below this, losses differ only by rounding, and 0 has no logarithm.
 */
const LEAST_LOSS = 1e-7;

/** Final losses in four bins per decade. */
export function lossBins({ runs }: SweepResult): Bin[] {
  const place = (loss: number) => Math.floor(Math.log10(Math.max(loss, LEAST_LOSS)) * BINS_PER_DECADE);
  return binsOf(runs, runs.lastLoss, place, (at) => 10 ** (at / BINS_PER_DECADE));
}

const ACCURACY_BINS = 50;

/** Accuracies in bins of 2 %, with 100 % in the last one: of the test images if there are any. */
export function accuracyBins({ runs, summary }: SweepResult): Bin[] {
  const place = (share: number) => Math.min(ACCURACY_BINS - 1, Math.floor(share * ACCURACY_BINS + 1e-9));
  const shares = summary.testAccuracy === null ? runs.trainAccuracy : runs.testAccuracy;
  return binsOf(runs, shares, place, (at) => at / ACCURACY_BINS);
}

/** All bins from the lowest with a run to the highest; diverged runs are in none. */
function binsOf(
  runs: SweepResult['runs'],
  values: readonly (number | null)[],
  place: (value: number) => number,
  lowerEnd: (at: number) => number,
): Bin[] {
  const counts = new Map<number, Record<Ending, number>>();
  for (const [row, value] of values.entries()) {
    if (value === null || runs.diverged[row] !== null) continue;
    const at = place(value);
    const bin = counts.get(at) ?? { trained: 0, stalled: 0, dead: 0 };
    bin[endingOf(runs, row)]++;
    counts.set(at, bin);
  }
  if (counts.size === 0) return [];
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const at = first + index;
    const bin = counts.get(at) ?? { trained: 0, stalled: 0, dead: 0 };
    return { from: lowerEnd(at), to: lowerEnd(at + 1), ...bin };
  });
}

const bars = (bins: readonly Bin[], middle: (bin: Bin) => number, text: (bin: Bin) => string): Data[] =>
  (Object.keys(endings) as Ending[]).map((ending) => ({
    type: 'bar',
    name: ending,
    x: bins.map(middle),
    y: bins.map((bin) => bin[ending]),
    marker: { color: endings[ending].color, pattern: { shape: endings[ending].shape } },
    text: bins.map(text),
    textposition: 'none',
    hovertemplate: `%{text}<br>%{y} ${ending}<extra></extra>`,
  }));

const stacked = {
  barmode: 'stack',
  bargap: 0.06,
  ...legendBelow,
} as const;

/** Runs by their final loss, on a logarithmic axis: dead runs and those that learn are decades apart. */
export const sweepLossPlot = (sweep: SweepResult): PlotSpec => {
  const bins = lossBins(sweep);
  const exponents = bins.flatMap(({ from, to }) => [Math.log10(from), Math.log10(to)]);
  const low = Math.floor(Math.min(0, ...exponents) + 1e-9);
  const high = Math.ceil(Math.max(low + 1, ...exponents) - 1e-9);
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  return {
    data: bars(
      bins,
      ({ from, to }) => (Math.log10(from) + Math.log10(to)) / 2,
      ({ from, to }) => `loss ${from.toPrecision(2)} to ${to.toPrecision(2)}`,
    ),
    layout: layout('Runs by their last loss', {
      xaxis: {
        ...valueAxis('Loss after the last epoch'),
        tickvals: ticks,
        ticktext: ticks.map((exponent) => (exponent > -3 ? String(10 ** exponent) : `1e${exponent}`)),
      },
      yaxis: valueAxis('Runs'),
      ...stacked,
    }),
  };
};

/** Runs by their accuracy. */
export const sweepAccuracyPlot = (sweep: SweepResult): PlotSpec => ({
  data: bars(
    accuracyBins(sweep),
    ({ from, to }) => (from + to) / 2,
    ({ from, to }) => `${Math.round(100 * from)} to ${Math.round(100 * to)} %`,
  ),
  layout: layout('Runs by their accuracy', {
    xaxis: {
      ...valueAxis(
        `Share of the ${sweep.summary.testAccuracy === null ? 'training' : 'test'} images read right`,
      ),
      tickformat: '.0%',
    },
    yaxis: valueAxis('Runs'),
    ...stacked,
  }),
});
