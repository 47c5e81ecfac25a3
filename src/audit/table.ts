import type { AuditBackend, AuditFinding, AuditResult } from '../results/audit.ts';
import { cameAndRight, type Fault, faultsOf, isWithoutGradient } from '../results/auditFaults.ts';

/** The audit for people: counts by backend, and one paragraph for each fault. */
export function formatAudit(result: AuditResult): string[] {
  const { summary, backends, cases } = result;
  const lines = [
    `audit     ${cases.length} cases of ${summary.audited} of the ${summary.gradients} registered gradients, ${summary.seconds.toFixed(1)} s`,
    ...backends.map(({ name, problem }) => `${name.padEnd(10)}${problem ?? countsOf(summary, name)}`),
  ];
  const faults = faultsOf(result);
  const fresh = faults.filter(({ reason }) => reason === null);
  const known = faults.filter((fault) => fault.reason !== null && !isWithoutGradient(fault));
  const without = faults.filter((fault) => fault.reason !== null && isWithoutGradient(fault));
  lines.push(
    ...titled('NEW: not right, and not known', fresh),
    ...titled('known, and not fixed here', known),
  );
  if (without.length > 0)
    lines.push('', `no gradient at all: ${without.map(({ title }) => title).join(', ')}`);
  if (summary.mendedMeanwhile.length > 0)
    lines.push(
      '',
      'RIGHT, and listed as a known fault: src/audit/known.ts can forget it',
      ...listed(summary),
    );
  if (summary.uncovered.length > 0)
    lines.push('', `NO CASE for the registered gradient of ${summary.uncovered.join(', ')}`);
  return lines;
}

const countsOf = ({ counts }: AuditResult['summary'], name: AuditBackend): string =>
  Object.entries(counts[name] ?? {})
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');

function titled(title: string, faults: readonly Fault[]): string[] {
  return faults.length === 0 ? [] : ['', title, ...faults.flatMap(paragraph)];
}

function paragraph({ kernel, title, verdict, reason, backends, inputs, input, result }: Fault): string[] {
  const { came, right } = cameAndRight(result);
  const more = inputs.length > 1 ? ` and ${inputs.length - 1} more` : '';
  const values = result.verdict === 'wrong' ? `${came}, right: ${right}` : came;
  return [
    `${verdict.padEnd(9)} ${title} (${kernel}) on ${backends.join(', ')}${reason === null ? '' : `: ${reason}`}`,
    `          ${input}${more}`,
    `          ${values.slice(0, 200)}`,
  ];
}

const listed = ({ mendedMeanwhile }: AuditResult['summary']): string[] =>
  mendedMeanwhile.map(
    ({ title, input, backend, reason }: AuditFinding) =>
      `right     ${title} on ${backend}: ${input}: ${reason}`,
  );
