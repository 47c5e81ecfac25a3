import type { BenchResult } from '../results/bench.ts';
import { type BenchTable, benchLine, benchTables } from '../results/benchTables.ts';

/** The bench for people: a line of what it ran on, and its tables. */
export const formatBench = (result: BenchResult): string[] => [
  `bench     ${benchLine(result)}`,
  ...benchTables(result).flatMap(lines),
];

function lines({ caption, columns, rows }: BenchTable): string[] {
  const widths = columns.map(({ label }, at) =>
    Math.max(label.length, ...rows.map((row) => row[at]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (columns[at]!.text ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd();
  return ['', caption, line(columns.map(({ label }) => label)), ...rows.map(line)];
}
