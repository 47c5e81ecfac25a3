import type { PlotSpec } from '../parts/figureSpec.ts';
import { config, plotly } from './plotly.ts';

/** The figure at a place, whether Plotly has drawn it, and which part of it is out of date. */
interface Plot {
  spec: PlotSpec;
  drawn: boolean;
  stale: 'cursor' | 'all' | null;
}

const known = new Map<HTMLElement, Plot>();
/** Plots that are in view. */
const inView = new Set<HTMLElement>();
/** The epoch shown by figures with a cursor. */
let cursor: number | null = null;

/** Every plot of the page, drawn or not. */
export const plots = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.figure__plot')];

/** The plots that Plotly has drawn. */
export const drawnPlots = (): HTMLElement[] => plots().filter((at) => known.get(at)?.drawn);

/** The line of the epoch cursor. */
const cursorLine = (epoch: number): NonNullable<PlotSpec['layout']['shapes']> => [
  {
    type: 'line',
    x0: epoch,
    x1: epoch,
    y0: 0,
    y1: 1,
    yref: 'paper',
    line: { color: '#7a8794', width: 1.5, dash: 'dot' },
  },
];

const layoutOf = ({ layout, cursor: follows }: PlotSpec): PlotSpec['layout'] =>
  follows && cursor !== null
    ? { ...layout, shapes: [...(layout.shapes ?? []), ...cursorLine(cursor)] }
    : layout;

const offerSaving = (at: HTMLElement): void => {
  const button = document.querySelector<HTMLButtonElement>(`[data-save="${at.id}"]`);
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    refresh(at, known.get(at)!);
    void plotly().downloadImage(at, {
      format: 'svg',
      filename: `backproof-${at.id}`,
      width: 900,
      height: 540,
    });
  });
};

const draw = (at: HTMLElement): void => {
  const plot = known.get(at);
  if (!plot || plot.drawn) return;
  plot.drawn = true;
  plot.stale = null;
  delete at.dataset.stale;
  // Made visible before it is drawn, because Plotly measures the element.
  at.dataset.drawn = '';
  void plotly().newPlot(at, plot.spec.data, layoutOf(plot.spec), config);
  offerSaving(at);
};

/** Draws every figure that is missing or out of date, for printing. */
export const drawAll = (): void => {
  for (const [at, plot] of known) {
    draw(at);
    refresh(at, plot);
  }
};

/** Marks a plot as out of date, also in the DOM, for the style sheet and tests. */
const outdate = (at: HTMLElement, plot: Plot, what: 'cursor' | 'all'): void => {
  plot.stale = what;
  at.dataset.stale = '';
};

/** Updates a plot; if only the cursor moved, only its line. */
const refresh = (at: HTMLElement, plot: Plot): void => {
  const { spec, drawn, stale } = plot;
  if (!drawn || stale === null) return;
  plot.stale = null;
  delete at.dataset.stale;
  if (stale === 'all') void plotly().react(at, spec.data, layoutOf(spec), config);
  else void plotly().relayout(at, { shapes: layoutOf(spec).shapes ?? [] });
};

let isAwaited = false;

/** Updates the plots in view before the next repaint. */
const refreshSoon = (): void => {
  if (isAwaited) return;
  isAwaited = true;
  requestAnimationFrame(() => {
    isAwaited = false;
    for (const at of inView) refresh(at, known.get(at)!);
  });
};

/** Calls back for each plot whose figure comes within a margin of the window, or leaves it. */
const observe = (
  rootMargin: string,
  onChange: (at: HTMLElement, plot: Plot, isNear: boolean) => void,
): IntersectionObserver =>
  new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const at = target.querySelector<HTMLElement>('.figure__plot');
        const plot = at && known.get(at);
        if (plot) onChange(at, plot, isIntersecting);
      }
    },
    { rootMargin },
  );

/** Plotly takes tens of milliseconds per plot, so a plot is drawn one screen ahead. */
const drawer = observe('100%', (at, _plot, isNear) => {
  if (isNear) draw(at);
});

const viewer = observe('0px', (at, plot, isNear) => {
  if (isNear) {
    inView.add(at);
    refresh(at, plot);
  } else inView.delete(at);
});

/**
 * Sets the content of a figure: it is drawn when it comes near the window; if already drawn, it is updated once it is
 * in view.
 */
export const show = (at: HTMLElement, spec: PlotSpec): void => {
  const plot = known.get(at);
  if (!plot) {
    known.set(at, { spec, drawn: false, stale: null });
    // Observes the surrounding figure, since an undrawn plot has no size.
    if (at.parentElement) {
      drawer.observe(at.parentElement);
      viewer.observe(at.parentElement);
    }
    return;
  }
  plot.spec = spec;
  outdate(at, plot, 'all');
  refreshSoon();
};

/** Moves the line of the epoch cursor in every figure that has one. */
export const moveCursor = (epoch: number): void => {
  cursor = epoch;
  for (const [at, plot] of known) {
    if (plot.spec.cursor) outdate(at, plot, plot.stale ?? 'cursor');
  }
  refreshSoon();
};

/** Registers the plots that do not belong to an island. */
export const takeUpPlots = (): void => {
  for (const at of plots()) {
    if (at.dataset.live !== undefined) continue;
    show(at, JSON.parse(document.getElementById(`${at.id}-spec`)?.textContent ?? ''));
  }
};
