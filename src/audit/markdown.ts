import type { AuditResult } from '../results/audit.ts';
import { cameAndRight, casesText, type Fault, sortedFaults } from '../results/auditFaults.ts';
import { markdownTable } from '../system/text.ts';

/** Markdown tables of the gradients that are wrong and not fixed, refused, or missing. */
export function auditMarkdown(result: AuditResult): string {
  const { wrong, others, without } = sortedFaults(result);
  const all = result.backends.filter(({ problem }) => problem === null).length;
  const where = ({ backends }: Fault): string =>
    backends.length === all ? 'every one' : backends.join(', ');
  const ops = (some: readonly Fault[]): string => some.map(({ op }) => `\`${op}\``).join(', ');
  const paragraphs = [
    table(
      ['op', 'backend', 'input', 'what came', 'what is right', 'why'],
      wrong.map((fault) => {
        const { came, right } = cameAndRight(fault.result);
        return [ops([fault]), where(fault), casesText([fault]), came, right, fault.reason ?? 'new'];
      }),
    ),
    table(
      ['refused: op', 'backend', 'input', 'why'],
      others.map((some) => {
        const first = some[0]!;
        return [ops(some), where(first), casesText(some), first.reason ?? `new: ${first.result.message}`];
      }),
    ),
    without.length === 0 ? '' : `No gradient at all, on any backend (TensorFlow.js throws): ${ops(without)}.`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

const table = (labels: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : markdownTable(
        labels.map((label) => ({ label, text: true })),
        rows,
      );
