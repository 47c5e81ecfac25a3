import type { AuditResult } from '../results/audit.ts';
import { cameAndRight, type Fault, faultsOf, isWithoutGradient } from '../results/auditFaults.ts';

/** What is not right and not mended, as a Markdown table, and a sentence about ops without any gradient. */
export function auditMarkdown(result: AuditResult): string {
  const faults = faultsOf(result);
  const none = faults.filter(isWithoutGradient);
  const rows = faults.filter((fault) => !isWithoutGradient(fault)).map(row);
  const names = none.map(({ title }) => `\`${title}\``).join(', ');
  return [
    '| op | backend | input | what came | what is right | why |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...(none.length === 0
      ? []
      : ['', `No gradient at all, on any backend (TensorFlow.js throws): ${names}.`]),
  ].join('\n');
}

function row({ title, backends, inputs, input, reason, result }: Fault): string {
  const { came, right } = cameAndRight(result);
  const more = inputs.length > 1 ? ` (and ${inputs.length - 1} more)` : '';
  const cells = [`\`${title}\``, backends.join(', '), `${input}${more}`, came, right, reason ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
