import { plotly } from './plotly.ts';
import { drawAll, drawnPlots } from './plots.ts';

/** Width in CSS pixels that fits an A4 or Letter page inside the margins. */
const paperWidth = 640;

/** For printing: draws every plot at the width of the sheet and opens every fold; undone afterwards. */
export const followPrinting = (): void => {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
    // Only now do the plots in the opened folds have a size.
    drawAll();
    for (const at of drawnPlots())
      void plotly().relayout(at, { width: Math.min(paperWidth, at.clientWidth), autosize: false });
  });
  window.addEventListener('afterprint', () => {
    for (const at of drawnPlots()) void plotly().relayout(at, { autosize: true });
    for (const details of opened) details.open = false;
  });
};
