import { saveFile } from '../parts/save.ts';

/** A cell of a CSV file, quoted if necessary. Source: RFC 4180. */
const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A table as CSV. */
const csvOf = (table: HTMLTableElement): string =>
  [...table.rows]
    .map((row) => [...row.cells].map(({ textContent }) => cell(textContent?.trim() ?? '')).join(','))
    .join('\r\n');

/** Shows the buttons that save the results and the data table under a figure, and makes them work. */
export const offerDownloads = (): void => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-download]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const table = button.closest('figure')?.querySelector('table');
      if (table) saveFile(`backproof-${button.dataset.download}.csv`, 'text/csv', csvOf(table));
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-results]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const results = document.getElementById(button.dataset.results ?? '')?.textContent;
      if (results) saveFile('backproof-results.json', 'application/json', results);
    });
  }
};
