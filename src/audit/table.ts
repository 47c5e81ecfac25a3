import type { AuditFinding, AuditFindings, AuditResult, GeneratedFinding } from '../results/audit.ts';
import { cameAndRight, caseText, type Fault, faultsOf, isWithoutGradient } from '../results/auditFaults.ts';
import { type AuditBackend, type AuditMode, auditModes } from '../results/auditNames.ts';

/** The audit of another device: the device, its progress, and its findings. */
export function formatDevice(device: AuditResult['devices'][number]): string[] {
  const { browser, webgl, webgpu, partial } = device;
  return [
    `device    ${browser}`,
    ...(webgl === null ? [] : [`          WebGL: ${webgl}`]),
    ...(webgpu === null ? [] : [`          WebGPU: ${webgpu}`]),
    ...(partial === null ? [] : [`PARTIAL   ${partial.done} of ${partial.total} checks: ${partial.reason}`]),
    ...formatAudit(device),
  ];
}

/** The audit as text: counts by backend, and one paragraph for each fault. */
export function formatAudit(result: AuditFindings): string[] {
  const { summary, backends, cases, generated } = result;
  const lines = [
    `audit     ${cases.length} cases of ${summary.audited} of the ${summary.gradients} registered gradients, ${summary.seconds.toFixed(1)} s`,
    ...backends.flatMap(({ name, problem }) =>
      problem === null
        ? auditModes.map((mode) => `${name.padEnd(10)}${mode.padEnd(8)}${countsOf(summary, name, mode)}`)
        : `${name.padEnd(10)}${problem}`,
    ),
    ...(Object.keys(summary.exact).length === 0 ? [] : [`exact     ${exactText(summary)}`]),
    ...(generated === null ? [] : generatedLines(generated)),
  ];
  const faults = faultsOf(result);
  const known = faults.filter((fault) => fault.reason !== null && !isWithoutGradient(fault));
  const without = faults.filter((fault) => fault.reason !== null && isWithoutGradient(fault));
  lines.push(...titled('NEW: not right, and not known', freshOf(result)));
  lines.push(...titled('known, and not fixed here', known.flatMap(paragraph)));
  if (without.length > 0) lines.push('', `no gradient at all: ${without.map(({ op }) => op).join(', ')}`);
  if (summary.fixedMeanwhile.length > 0)
    lines.push(
      '',
      'RIGHT, and listed as a known fault: src/audit/faults.ts can forget it',
      ...listed(result),
    );
  if (summary.uncovered.length > 0)
    lines.push('', `NO CASE for the registered gradient of ${summary.uncovered.join(', ')}`);
  return lines;
}

const countsOf = ({ counts, plainCounts }: AuditFindings['summary'], name: AuditBackend, mode: AuditMode) =>
  Object.entries((mode === 'plain' ? plainCounts : counts)[name] ?? {})
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');

/** The number of gradients that are proved, and the reasons why the others are not. */
function exactText({ exact }: AuditFindings['summary']): string {
  const all = Object.entries(exact);
  const of = (verdict: 'proved' | 'refuted' | 'open') => all.filter(([, each]) => each.verdict === verdict);
  const named = (some: typeof all): string =>
    some.length === 0
      ? ''
      : ` (${some.map(([kernel, { cause }]) => `${kernel}${cause === null ? '' : `: ${cause}`}`).join('; ')})`;
  const share = all.length === 0 ? 0 : Math.round((100 * of('proved').length) / all.length);
  return (
    `${of('proved').length} of ${all.length} gradients proved in all their cases, ${share}%; ` +
    `${of('refuted').length} refuted${named(of('refuted'))}, ${of('open').length} open${named(of('open'))}`
  );
}

function generatedLines({
  cases,
  seed,
  rejected,
  counts,
  seconds,
}: NonNullable<AuditResult['generated']>): string[] {
  const lines = auditModes.flatMap((mode) =>
    Object.entries(counts[mode]).map(([name, count]) => {
      const { right, known, fresh, inconclusive } = count;
      return `  ${name.padEnd(8)}${mode.padEnd(8)}${right} right, ${known} known, ${fresh} new, ${inconclusive} inconclusive`;
    }),
  );
  return [
    `generated ${cases} cases from seed ${seed}, ${rejected} draws that ops refuse, ${seconds.toFixed(1)} s`,
    ...lines,
  ];
}

/** One paragraph for each new finding: of written cases in either mode, and of generated ones. */
function freshOf({ summary, cases, generated }: AuditFindings): string[] {
  const written = summary.fresh.flatMap(({ case: at, kernel, op, backend, mode, verdict }) => {
    const subject = cases[at]!;
    const result = (mode === 'plain' ? subject.plain.results : subject.results)[backend]!;
    return [
      `${verdict.padEnd(9)} ${op} (${kernel}) on ${backend}, ${mode}`,
      `          ${caseText(subject)}`,
      `          ${valuesOf(result)}`,
    ];
  });
  const found = (generated?.findings ?? []).filter(({ fault }) => fault === null).flatMap(generatedParagraph);
  return [...written, ...found];
}

function generatedParagraph({
  op,
  kernel,
  backend,
  mode,
  hits,
  inputs,
  code,
  result,
}: GeneratedFinding): string[] {
  const values = Object.entries(inputs).map(
    ([name, { shape, values, dtype }]) =>
      `${name} [${values}] of [${shape}]${dtype === 'float32' ? '' : ` ${dtype}`}`,
  );
  return [
    `${result.verdict.padEnd(9)} ${op} (${kernel}) on ${backend}, ${mode}, ${hits} of the generated cases`,
    `          ${code}; ${values.join('; ')}`,
    `          ${valuesOf(result)}`,
  ];
}

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

function paragraph({ kernel, op, verdict, reason, backends, cases, result }: Fault): string[] {
  const more = cases.length > 1 ? ` and ${cases.length - 1} more` : '';
  return [
    `${verdict.padEnd(9)} ${op} (${kernel}) on ${backends.join(', ')}${reason === null ? '' : `: ${reason}`}`,
    `          ${caseText(cases[0]!)}${more}`,
    `          ${valuesOf(result)}`,
  ];
}

function valuesOf(result: Fault['result']): string {
  const { came, right } = cameAndRight(result);
  return (result.verdict === 'wrong' ? `${came}, right: ${right}` : came).slice(0, 200);
}

const listed = ({ summary, cases }: AuditFindings): string[] =>
  summary.fixedMeanwhile.map(
    ({ case: at, op, backend, mode, reason }: AuditFinding) =>
      `right     ${op} on ${backend}, ${mode}: ${caseText(cases[at]!)}: ${reason}`,
  );
