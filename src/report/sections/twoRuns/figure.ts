import type { Data } from 'plotly.js-dist-min';
import type { TrainResult } from '../../../results/train.ts';
import {
  decadeAxis,
  epochAxis,
  layout,
  legendBelow,
  mode,
  type PlotSpec,
  parameterColors,
  upTo,
  valueAxis,
} from '../../parts/figureSpec.ts';

/** The colours and dashes of the two runs, the same in every figure. */
const looks = [
  { color: parameterColors.kernel, dash: 'solid' },
  { color: parameterColors.weight, dash: 'dash' },
] as const;

const lines = (
  runs: readonly TrainResult[],
  names: readonly string[],
  values: (run: TrainResult) => { x: number[]; y: (number | null)[] },
  format: string,
): Data[] =>
  runs.map((run, at) => {
    const { x, y } = values(run);
    const look = looks[at]!;
    return {
      type: 'scatter',
      name: names[at]!,
      x,
      y,
      mode: mode(x.length),
      line: { color: look.color, width: 2, dash: look.dash },
      hovertemplate: `epoch %{x}<br>%{y:${format}}<extra>${names[at]}</extra>`,
    };
  });

const longest = (runs: readonly TrainResult[]): number =>
  Math.max(1, ...runs.map(({ losses }) => losses.length));

/** Both losses, on a logarithmic axis: a run that dies and one that learns are decades apart. */
export const twoLossesPlot = (runs: readonly TrainResult[], names: readonly string[]): PlotSpec => ({
  cursor: true,
  data: lines(runs, names, ({ losses }) => ({ x: upTo(losses.length), y: losses }), '.6g'),
  layout: layout('Loss of both runs', {
    xaxis: epochAxis(longest(runs)),
    yaxis: decadeAxis(
      'Binary Cross-Entropy Loss',
      runs.flatMap(({ losses }) => losses),
    ),
    ...legendBelow,
  }),
});

/** Share of open ReLUs of both runs. */
export const twoActivePlot = (runs: readonly TrainResult[], names: readonly string[]): PlotSpec => ({
  cursor: true,
  data: lines(
    runs,
    names,
    ({ diagnosis: { activeFraction } }) => ({ x: upTo(activeFraction.length), y: activeFraction }),
    '.2%',
  ),
  layout: layout('Open ReLUs of both runs', {
    xaxis: epochAxis(longest(runs)),
    yaxis: { ...valueAxis('Share of pre-activations above 0'), range: [0, 1], tickformat: '.0%' },
    ...legendBelow,
  }),
});
