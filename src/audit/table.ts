import type { AuditFinding, AuditFindings, AuditResult } from '../results/audit.ts';
import { cameAndRight, caseText, type Fault, faultsOf, isWithoutGradient } from '../results/auditFaults.ts';
import type { AuditBackend } from '../results/names.ts';

/** The audit for people: counts by backend, and one paragraph for each fault. */
export function formatAudit(result: AuditFindings): string[] {
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
  if (without.length > 0) lines.push('', `no gradient at all: ${without.map(({ op }) => op).join(', ')}`);
  if (summary.fixedMeanwhile.length > 0)
    lines.push('', 'RIGHT, and listed as a known fault: src/audit/known.ts can forget it', ...listed(result));
  if (summary.uncovered.length > 0)
    lines.push('', `NO CASE for the registered gradient of ${summary.uncovered.join(', ')}`);
  return lines;
}

/** The audit of another device: whose it is, how far it came, and its findings. */
export function formatDevice(device: AuditResult['devices'][number]): string[] {
  const { browser, webgl, webgpu, partial, mended } = device;
  return [
    `device    ${browser}`,
    ...(webgl === null ? [] : [`          WebGL: ${webgl}`]),
    ...(webgpu === null ? [] : [`          WebGPU: ${webgpu}`]),
    ...(partial === null ? [] : [`PARTIAL   ${partial.done} of ${partial.total} checks: ${partial.reason}`]),
    ...formatAudit(device),
    ...(mended === null ? [] : ['', 'with backproof/gradients']),
    ...device.backends
      .filter(({ name }) => mended?.counts[name] !== undefined)
      .map(({ name }) => `${name.padEnd(10)}${countsOf(mended!, name)}`),
  ];
}

const countsOf = ({ counts }: Pick<AuditFindings['summary'], 'counts'>, name: AuditBackend): string =>
  Object.entries(counts[name] ?? {})
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');

function titled(title: string, faults: readonly Fault[]): string[] {
  return faults.length === 0 ? [] : ['', title, ...faults.flatMap(paragraph)];
}

function paragraph({ kernel, op, verdict, reason, backends, cases, result }: Fault): string[] {
  const { came, right } = cameAndRight(result);
  const more = cases.length > 1 ? ` and ${cases.length - 1} more` : '';
  const values = result.verdict === 'wrong' ? `${came}, right: ${right}` : came;
  return [
    `${verdict.padEnd(9)} ${op} (${kernel}) on ${backends.join(', ')}${reason === null ? '' : `: ${reason}`}`,
    `          ${caseText(cases[0]!)}${more}`,
    `          ${values.slice(0, 200)}`,
  ];
}

const listed = ({ summary, cases }: AuditFindings): string[] =>
  summary.fixedMeanwhile.map(
    ({ case: at, op, backend, reason }: AuditFinding) =>
      `right     ${op} on ${backend}: ${caseText(cases[at]!)}: ${reason}`,
  );
