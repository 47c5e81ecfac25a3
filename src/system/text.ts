/** Formats a share as a percentage: 0.981 as 98.1%. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Quotes a word for a POSIX shell, if necessary. */
export const shellQuoted = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The chance that a proof is wrong, rounded up to a power of two: "chance of error below 2^-117". */
export const chanceOfError = (bound: number | null): string =>
  bound === null ? 'no proven bound' : `chance of error below 2^-${Math.ceil(-Math.log2(bound)) - 1}`;

/** A table in Markdown; columns of numbers are aligned to the right. */
export function markdownTable(
  columns: readonly { readonly label: string; readonly text?: boolean }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/[|*]/g, '\\$&')).join(' | ')} |`;
  return [
    line(columns.map(({ label }) => label)),
    `|${columns.map(({ text }) => (text ? '---|' : '---:|')).join('')}`,
    ...rows.map(line),
  ].join('\n');
}

/** Formats cells as lines with aligned columns: numbers to the right, text to the left. */
export function alignedLines(
  rows: readonly (readonly string[])[],
  isNumber: (column: number) => boolean = () => false,
): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const padded = (cell: string, column: number): string =>
    isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return rows.map((cells) => cells.map(padded).join('  ').trimEnd());
}
