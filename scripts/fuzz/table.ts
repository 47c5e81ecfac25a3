import { alignedLines } from '../../src/system/text.ts';
import type { Outcome, PlantedVerdict, RightVerdict } from './outcome.ts';

/** The counts of one family, or of all. */
export interface Row {
  readonly family: string;
  readonly functions: number;
  readonly right: Readonly<Record<RightVerdict, number>>;
  readonly planted: Readonly<Record<PlantedVerdict, number>>;
}

const rowOf = (family: string, outcomes: readonly Outcome[]): Row => {
  const count = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length;
  const right = (verdict: RightVerdict): number => count((outcome) => outcome.right === verdict);
  const planted = (verdict: PlantedVerdict): number => count((outcome) => outcome.planted === verdict);
  return {
    family,
    functions: outcomes.length,
    right: {
      passed: right('passed'),
      inconclusive: right('inconclusive'),
      unsupported: right('unsupported'),
      'tf.js wrong': right('tf.js wrong'),
      'false alarm': right('false alarm'),
    },
    planted: {
      caught: planted('caught'),
      inconclusive: planted('inconclusive'),
      missed: planted('missed'),
      'not counted': planted('not counted'),
      'not run': planted('not run'),
    },
  };
};

/** One row per family, and the totals at the end. */
export function rowsOf(outcomes: readonly Outcome[]): Row[] {
  const families = [...new Set(outcomes.map(({ family }) => family))];
  return [
    ...families.map((family) =>
      rowOf(
        family,
        outcomes.filter((outcome) => outcome.family === family),
      ),
    ),
    rowOf('all', outcomes),
  ];
}

/** The rows as text. */
export function formatTable(rows: readonly Row[]): string {
  const head = [
    ['family', 'functions', 'passed', 'inconclusive', 'unsupported', 'tf.js wrong', 'false alarms'],
    ['planted', 'caught', 'inconclusive', 'missed', 'not counted'],
  ].flat();
  const lines = rows.map(({ family, functions, right, planted }) => [
    family,
    functions,
    right.passed,
    right.inconclusive,
    right.unsupported,
    right['tf.js wrong'],
    right['false alarm'],
    planted.caught + planted.inconclusive + planted.missed,
    planted.caught,
    planted.inconclusive,
    planted.missed,
    planted['not counted'],
  ]);
  const cells = [head, ...lines].map((line) => line.map(String));
  return alignedLines(cells, (column) => column > 0).join('\n');
}

/** The causes, the most frequent first, each with its count and a seed that shows it. */
export function formatCauses(outcomes: readonly Outcome[]): string {
  const found = new Map<string, number[]>();
  for (const { seed, right, planted, cause } of outcomes) {
    if (cause === null) continue;
    const key = `${right === 'passed' ? planted : right}: ${cause}`;
    found.set(key, [...(found.get(key) ?? []), seed]);
  }
  return [...found]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([key, seeds]) => `${String(seeds.length).padStart(6)} x ${key} (seed ${seeds[0]})`)
    .join('\n');
}
