import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { readAssets } from './assets.ts';
import { Document } from './document.tsx';
import { anyResult, isOfRun, type ReportResults } from './results.ts';

export { differingSettings, type ReportResults } from './results.ts';
export { trainWithEveryMistake } from './sections/live/everyMistake.ts';
export { trainAside } from './sections/live/trainAside.ts';

/**
 * The report as one HTML file that opens from file:// without a network: verdict, comparison, the notebook's two
 * figures, test images, diagnosis, a sweep, provenance. A section whose result is missing is replaced by a note.
 * @returns the file's text, about 4.9 MB, nearly all of it Plotly
 * @throws Failure (usage) if neither a run's result nor a sweep's is given, (environment) if plotly.js-dist-min is not
 *   installed
 */
export const renderReport = (results: ReportResults): string => {
  if (!isOfRun(results) && !results.sweep) anyResult(results);
  return `<!doctype html>\n${renderToString(h(Document, { results, assets: readAssets() }))}\n`;
};
