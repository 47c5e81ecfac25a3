import type { Data, Layout } from 'plotly.js-dist-min';
import type { ParameterName } from '../../results/parameterNames.ts';

/** A plot as embedded in the page, as JSON. Its texts are our own: no string of a result goes into it. */
export type PlotSpec = {
  data: Data[];
  layout: Partial<Layout>;
  /** Whether its x axis is the epoch, so that the page's cursor is shown. */
  cursor?: boolean;
};

export const ink = '#1c2530';
export const grid = '#dfe4ea';

/** Colours that can be told apart with every kind of colour vision, on light and dark (Okabe and Ito, 2008). */
export const parameterColors = { kernel: '#0072b2', weight: '#d55e00', bias: '#009e73' } satisfies Record<
  ParameterName,
  string
>;
export const symbols = { kernel: 'circle', weight: 'square', bias: 'diamond' } as const;

/** The room around a plot, in pixels, for its texts. */
export const margin = { l: 64, r: 16, t: 44, b: 48 };

/** The light theme, as in a saved picture; the page's style recolours text and lines in the dark theme. */
export const layout = (title: string, more: Partial<Layout>): Partial<Layout> => ({
  title: { text: title, x: 0, xref: 'container', xanchor: 'left', font: { size: 14.5, weight: 600 } },
  font: { family: 'system-ui, sans-serif', size: 12.5, color: ink },
  paper_bgcolor: '#fff',
  plot_bgcolor: '#fff',
  margin,
  dragmode: false,
  hovermode: 'closest',
  ...more,
});

/** A legend under the x axis's title, and the room for it. */
export const legendBelow = {
  legend: { orientation: 'h', x: 0, y: -0.3, yanchor: 'top' },
  margin: { ...margin, b: 96 },
} as const;

export const epochAxis = (epochs: number): NonNullable<Partial<Layout>['xaxis']> => ({
  title: { text: 'Epoch' },
  // From 0, the cursor's position before training.
  range: [0, epochs + Math.max(0.5, epochs * 0.015)],
  gridcolor: grid,
  linecolor: grid,
  zeroline: false,
  ...(epochs <= 10 ? { dtick: 1, tickformat: 'd' } : { nticks: 9, tickformat: 'd' }),
});

export const valueAxis = (title: string): NonNullable<Partial<Layout>['yaxis']> => ({
  title: { text: title, standoff: 8 },
  gridcolor: grid,
  linecolor: grid,
  zeroline: false,
});

/** Whole decades around the values, so that a narrow range does not have too many ticks. */
export const decadeAxis = (
  title: string,
  values: readonly number[],
): NonNullable<Partial<Layout>['yaxis']> => {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(...exponents, exponents[0] ?? 0));
  const high = Math.max(Math.ceil(Math.max(...exponents, exponents[0] ?? 0)), low + 1);
  return {
    ...valueAxis(title),
    type: 'log',
    exponentformat: 'power',
    range: [low - 0.15, high + 0.15],
    dtick: Math.max(1, Math.ceil((high - low) / 6)),
  };
};

export const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);
/** A line with few points has markers: a single epoch would otherwise show nothing. */
export const mode = (points: number): 'lines' | 'lines+markers' => (points <= 30 ? 'lines+markers' : 'lines');
