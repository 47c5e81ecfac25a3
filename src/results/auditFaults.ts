import type { AuditedCase, AuditFinding, AuditFindings, CaseResult } from './audit.ts';
import type { AuditBackend, AuditMode } from './auditNames.ts';

/** The cases of an op that are not right for the same reason. */
export interface Fault {
  readonly kernel: string;
  readonly op: string;
  readonly verdict: AuditFinding['verdict'];
  /** null: not known before. */
  readonly reason: string | null;
  readonly backends: readonly AuditBackend[];
  /** Cases that show it on any of the backends. */
  readonly cases: readonly AuditedCase[];
  /** The result of the first case on the first backend. */
  readonly result: CaseResult;
}

/**
 * Groups the findings by op, verdict and reason: new ones first, then wrong before refused. By default with the entries
 * of this package.
 */
export function faultsOf({ cases, summary }: AuditFindings, wanted: AuditMode = 'fixed'): Fault[] {
  const findings = [...summary.fresh, ...summary.known].filter(({ mode }) => mode === wanted);
  const groups = groupBy(findings, ({ case: at, kernel, op, verdict, reason }) =>
    JSON.stringify([kernel, op, verdict, reason ?? at]),
  );
  const faults = groups.map((findings): Fault => {
    const { case: first, kernel, op, verdict, reason, backend } = findings[0]!;
    return {
      kernel,
      op,
      verdict,
      reason,
      backends: [...new Set(findings.map((finding) => finding.backend))],
      cases: [...new Set(findings.map((finding) => finding.case))].map((at) => cases[at]!),
      result: resultsOf(cases[first]!, wanted)[backend]!,
    };
  });
  const rank = ({ reason, verdict }: Fault): number =>
    (reason === null ? 0 : 10) + ['wrong', 'refused', 'inconclusive'].indexOf(verdict);
  return faults.sort((a, b) => rank(a) - rank(b));
}

/**
 * Faults in table order: wrong ones by op, the others grouped by what they have in common, and ops without any
 * gradient.
 */
export function sortedFaults(result: AuditFindings): { wrong: Fault[]; others: Fault[][]; without: Fault[] } {
  const [without, rest] = halves(faultsOf(result), isWithoutGradient);
  const [wrong, others] = halves(rest, ({ verdict }) => verdict === 'wrong');
  return { wrong, others: groupBy(others, ({ reason, backends }) => `${reason} ${backends}`), without };
}

const halves = <Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];

/** Describes the first case, and says how many more there are. */
export function casesText(faults: readonly Fault[]): string {
  const more = faults.reduce((sum, { cases }) => sum + cases.length, -1);
  return `${caseText(faults[0]!.cases[0]!)}${more === 0 ? '' : ` (and ${more} more)`}`;
}

/** Shapes and attributes: `x [2,3]; axis 1, keepDims`. */
export function caseText({ shapes, attributes }: Pick<AuditedCase, 'shapes' | 'attributes'>): string {
  const inputs = Object.entries(shapes).map(([name, shape]) => `${name} [${shape}]`);
  const settings = Object.entries(attributes).flatMap(([name, value]) => {
    if (value === false) return [];
    if (value === true) return [name];
    if (name === 'note') return [String(value)];
    return [`${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`];
  });
  return [inputs.join(', '), settings.join(', ')].filter((part) => part !== '').join('; ');
}

/** Groups items with the same key, in the order in which the keys first appear. */
function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

/** Whether TensorFlow.js has no gradient or no kernel of the op, so that nothing can be wrong. */
export const isWithoutGradient = ({ result }: Fault): boolean => result.missing !== null;

/** A case's results in a mode. */
export const resultsOf = (subject: AuditedCase, mode: AuditMode): AuditedCase['results'] =>
  mode === 'plain' ? subject.plain.results : subject.results;

/** Whether a case is not right on any of its backends, in either mode. */
export const isNotRight = ({ results, plain }: AuditedCase): boolean =>
  [...Object.values(results), ...Object.values(plain.results)].some(({ verdict }) => verdict !== 'right');

/** Identifies a case across audits. */
export const caseKey = (each: Pick<AuditedCase, 'kernel' | 'op' | 'shapes' | 'attributes'>): string =>
  `${each.kernel} ${each.op} ${caseText(each)}`;

/** The worst element's actual and expected value, or the message. */
export function cameAndRight({ verdict, worst, message }: CaseResult): { came: string; right: string } {
  if (worst !== null) {
    const place = `${worst.input === null ? 'forward: output' : `d${worst.input}`}[${worst.index}]`;
    return { came: `${place} = ${shown(worst.came)}`, right: shown(worst.right) };
  }
  return { came: `${verdict === 'refused' ? 'throws: ' : ''}${message ?? ''}`, right: 'a gradient' };
}

const shown = (value: number | null): string =>
  value === null ? 'not a finite number' : String(Number(value.toPrecision(5)));
