import type { AuditCounts, AuditExact, AuditedCase, AuditFinding, AuditFindings } from '../results/audit.ts';
import { resultsOf } from '../results/auditFaults.ts';
import { type AuditBackend, auditModes, auditVerdicts } from '../results/auditNames.ts';
import { tf } from '../tfjs/tfjs.ts';
import { cases as allCases } from './cases.ts';
import { type Fault, faultOf, faultsAt } from './faults.ts';
import { EXCLUDED, registeredGradients } from './registry.ts';

type Summary = Omit<AuditFindings['summary'], 'seconds'>;

/** Sorts the results that are not right into known and new ones, and finds known faults that no longer show. */
export function summarize(
  cases: readonly AuditedCase[],
  backends: AuditFindings['backends'],
  generated: AuditFindings['generated'],
): Summary {
  const fresh: AuditFinding[] = [];
  const known: AuditFinding[] = [];
  const fixedMeanwhile: AuditFinding[] = [];
  const counts = { plain: emptyCounts(backends), fixed: emptyCounts(backends) };
  for (const [at, subject] of cases.entries()) {
    for (const mode of auditModes) {
      for (const [name, result] of Object.entries(resultsOf(subject, mode))) {
        const backend = name as AuditBackend;
        const { verdict } = result;
        counts[mode][backend]![verdict] += 1;
        const { kernel, op } = subject;
        const fault = faultOf(subject, backend, mode, result);
        const finding = {
          case: at,
          kernel,
          op,
          backend,
          mode,
          verdict,
          fault: fault?.id ?? null,
          reason: fault?.reason ?? null,
        };
        if (verdict !== 'right') (fault === null ? fresh : known).push(finding);
        else
          for (const { id, reason } of faultsAt(subject, backend, mode).filter(isCertain))
            fixedMeanwhile.push({ ...finding, fault: id, reason });
      }
    }
  }
  const gradients = registeredGradients(tf);
  const covered = new Set(allCases.map(({ kernel }) => kernel));
  const uncovered = gradients.filter((name) => !covered.has(name) && !(name in EXCLUDED));
  const unknown = generated?.findings.filter(({ fault }) => fault === null) ?? [];
  return {
    verdict: fresh.length + uncovered.length + unknown.length === 0 ? 'pass' : 'fail',
    gradients: gradients.length,
    audited: gradients.filter((name) => covered.has(name)).length,
    excluded: EXCLUDED,
    uncovered,
    counts: counts.fixed,
    plainCounts: counts.plain,
    exact: exactByKernel(cases),
    fresh,
    known,
    fixedMeanwhile,
  };
}

/** Whether every case of the fault shows it. For a missing kernel or gradient, the absence itself shows it. */
const isCertain = ({ missing, sometimes }: Fault): boolean =>
  missing === undefined && sometimes === undefined;

function emptyCounts(backends: AuditFindings['backends']): Partial<Record<AuditBackend, AuditCounts>> {
  const up = backends.filter(({ problem }) => problem === null);
  return Object.fromEntries(
    up.map(({ name }) => [name, Object.fromEntries(auditVerdicts.map((verdict) => [verdict, 0]))]),
  ) as Partial<Record<AuditBackend, AuditCounts>>;
}

/** The exact check by kernel: one refuted case refutes a kernel, and it is proved only if all of its cases are. */
function exactByKernel(cases: readonly AuditedCase[]): Summary['exact'] {
  const byKernel = new Map<string, (AuditExact | null)[]>();
  for (const { kernel, exact } of cases) byKernel.set(kernel, [...(byKernel.get(kernel) ?? []), exact]);
  return Object.fromEntries(
    [...byKernel].map(([kernel, outcomes]) => {
      const proved = outcomes.filter((outcome) => outcome?.verdict === 'proved').length;
      const refuted = outcomes.some((outcome) => outcome?.verdict === 'refuted');
      const open = outcomes.find((outcome) => outcome?.verdict !== 'proved');
      const verdict = refuted ? 'refuted' : open === undefined ? 'proved' : 'open';
      const cause = open === null ? 'no gradient' : (open?.cause ?? null);
      return [kernel, { verdict, cases: outcomes.length, proved, cause } as const];
    }),
  );
}
