import type { AuditBackend, AuditFinding, AuditResult, CaseResult } from './audit.ts';

/** The cases of an op that are not right for one and the same reason. */
export interface Fault {
  readonly kernel: string;
  readonly title: string;
  readonly verdict: AuditFinding['verdict'];
  /** null: not known before. */
  readonly reason: string | null;
  readonly backends: readonly AuditBackend[];
  /** Cases that show it on any of the backends. */
  readonly inputs: readonly string[];
  /** The first of them, on the first of the backends. */
  readonly input: string;
  readonly result: CaseResult;
}

/** The findings put together by op, verdict and reason: the new ones first, then wrong before refused. */
export function faultsOf({ cases, summary }: AuditResult): Fault[] {
  const groups = groupBy([...summary.fresh, ...summary.known], ({ kernel, title, verdict, reason, input }) =>
    JSON.stringify([kernel, title, verdict, reason ?? input]),
  );
  const faults = groups.map((findings): Fault => {
    const { kernel, title, verdict, reason, input, backend } = findings[0]!;
    const shown = cases.find(
      (each) => each.kernel === kernel && each.title === title && each.input === input,
    )!;
    return {
      kernel,
      title,
      verdict,
      reason,
      backends: [...new Set(findings.map((finding) => finding.backend))],
      inputs: [...new Set(findings.map((finding) => finding.input))],
      input,
      result: shown.results[backend]!,
    };
  });
  const rank = ({ reason, verdict }: Fault): number =>
    (reason === null ? 0 : 10) + ['wrong', 'refused', 'inconclusive'].indexOf(verdict);
  return faults.sort((a, b) => rank(a) - rank(b));
}

/** Faults in the order of a table: wrong ones by op, others by what they have in common, and ops without any gradient. */
export function sortedFaults(result: AuditResult): { wrong: Fault[]; others: Fault[][]; without: Fault[] } {
  const [without, rest] = halves(faultsOf(result), isWithoutGradient);
  const [wrong, others] = halves(rest, ({ verdict }) => verdict === 'wrong');
  return { wrong, others: groupBy(others, ({ reason, backends }) => `${reason} ${backends}`), without };
}

const halves = <Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];

/** One input that shows it, and how many more do. */
export function inputsOf(faults: readonly Fault[]): string {
  const more = faults.reduce((sum, { inputs }) => sum + inputs.length, -1);
  return `${faults[0]!.input}${more === 0 ? '' : ` (and ${more} more)`}`;
}

/** Items with the same key together, in the order in which the keys come first. */
function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

/** Whether TensorFlow.js has no gradient of the op at all, or no kernel: nothing that could be wrong. */
export const isWithoutGradient = ({ result }: Fault): boolean =>
  /gradient function not found|^Kernel '\w+' not registered/.test(result.message ?? '');

/** The worst element as it came and as it should be, or the message. */
export function cameAndRight({ verdict, worst, message }: CaseResult): { came: string; right: string } {
  if (worst !== null) {
    const place = `d${worst.input}[${worst.index}]`;
    return { came: `${place} = ${shown(worst.came)}`, right: shown(worst.right) };
  }
  const forward = /^(output\[[\d,]*\]) on backend \w+ is (\S+), in double precision (\S+)$/.exec(
    message ?? '',
  );
  if (forward !== null) {
    const [, place, came, right] = forward;
    return { came: `forward: ${place} = ${shown(Number(came))}`, right: shown(Number(right)) };
  }
  return { came: `${verdict === 'refused' ? 'throws: ' : ''}${message ?? ''}`, right: 'a gradient' };
}

const shown = (value: number | null): string =>
  value === null ? 'not a finite number' : String(Number(value.toPrecision(5)));
