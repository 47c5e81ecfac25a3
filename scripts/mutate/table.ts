import { alignedLines, percent } from '../../src/system/text.ts';
import type { Mutant } from './mutants.ts';

/** A mutant, the suites it met, and what became of it. */
export interface Outcome {
  readonly mutant: Mutant;
  readonly suites: readonly string[];
  /** Why it cannot be noticed; null: it can. */
  readonly reason: string | null;
  readonly killed: boolean;
}

/** src/gradcheck/numeric/verdict.ts: src/gradcheck/numeric. */
const folderOf = ({ mutant: { file } }: Outcome): string =>
  file.split('/').slice(0, -1).slice(0, 3).join('/');

/** A line for each folder, and one for all. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const folders = [...new Set(outcomes.map(folderOf))].toSorted();
  const row = (name: string, some: readonly Outcome[]): string[] => {
    const equivalent = some.filter(({ reason }) => reason !== null).length;
    const killed = some.filter((outcome) => outcome.killed).length;
    const counted = some.length - equivalent;
    return [name, ...[some.length, equivalent, killed, counted - killed].map(String), share(killed, counted)];
  };
  const share = (killed: number, counted: number): string => (counted === 0 ? '' : percent(killed / counted));
  const rows = folders.map((name) =>
    row(
      name,
      outcomes.filter((outcome) => folderOf(outcome) === name),
    ),
  );
  const heading = ['folder', 'mutants', 'equivalent', 'killed', 'survived', 'score'];
  return alignedLines([heading, ...rows, row('all', outcomes)], (column) => column > 0).join('\n');
}
