import type { BenchResult } from '../results/bench.ts';
import { type BenchTable, benchLine, benchTables } from '../results/benchTables.ts';

/** The bench as Markdown: its tables with their captions, and what it ran on. */
export const benchMarkdown = (result: BenchResult): string =>
  [...benchTables(result).map(table), `${benchLine(result)}.`].join('\n\n');

function table({ caption, columns, rows }: BenchTable): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('*', '\\*')).join(' | ')} |`;
  return [
    `${caption.replaceAll('*', '\\*')}:`,
    '',
    line(columns.map(({ label }) => label)),
    `|${columns.map(({ text }) => (text ? '---|' : '---:|')).join('')}`,
    ...rows.map(line),
  ].join('\n');
}
