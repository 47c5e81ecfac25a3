import { plotly } from './plotly.ts';
import { drawAll, drawnPlots } from './plots.ts';

/** Width in CSS pixels that fits an A4 or Letter page inside the margins. */
const paperWidth = 640;

/** On paper: every plot drawn and as wide as the sheet, every fold open; afterwards all as before. */
export const followPrinting = (): void => {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
    // Only now do the plots in them have a size.
    drawAll();
    for (const at of drawnPlots())
      void plotly().relayout(at, { width: Math.min(paperWidth, at.clientWidth), autosize: false });
  });
  window.addEventListener('afterprint', () => {
    for (const at of drawnPlots()) void plotly().relayout(at, { autosize: true });
    for (const details of opened) details.open = false;
  });
};
