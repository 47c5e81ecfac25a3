import type { AuditResult } from '../results/audit.ts';
import { cameAndRight, type Fault, faultsOf, groupBy, isWithoutGradient } from '../results/auditFaults.ts';

/** What is wrong and not mended, what is refused, and what has no gradient at all, in Markdown. */
export function auditMarkdown(result: AuditResult): string {
  const faults = faultsOf(result);
  const without = faults.filter(isWithoutGradient);
  const [wrong, others] = [true, false].map((isWrong) =>
    faults.filter((fault) => !without.includes(fault) && (fault.verdict === 'wrong') === isWrong),
  ) as [Fault[], Fault[]];
  const all = result.backends.filter(({ problem }) => problem === null).length;
  const where = ({ backends }: Fault): string =>
    backends.length === all ? 'every one' : backends.join(', ');
  const ops = (some: readonly Fault[]): string => some.map(({ title }) => `\`${title}\``).join(', ');
  const paragraphs = [
    table(
      ['op', 'backend', 'input', 'what came', 'what is right', 'why'],
      wrong.map((fault) => {
        const { came, right } = cameAndRight(fault.result);
        return [ops([fault]), where(fault), inputsOf([fault]), came, right, fault.reason ?? 'new'];
      }),
    ),
    table(
      ['refused: op', 'backend', 'input', 'why'],
      groupBy(others, (fault) => `${fault.reason} ${fault.backends}`).map((some) => {
        const first = some[0]!;
        return [ops(some), where(first), inputsOf(some), first.reason ?? `new: ${first.result.message}`];
      }),
    ),
    without.length === 0 ? '' : `No gradient at all, on any backend (TensorFlow.js throws): ${ops(without)}.`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

/** One input that shows it, and how many more do. */
function inputsOf(faults: readonly Fault[]): string {
  const more = faults.reduce((sum, { inputs }) => sum + inputs.length, -1);
  return `${faults[0]!.input}${more === 0 ? '' : ` (and ${more} more)`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
