import type { AuditCounts, AuditedCase, AuditFinding, AuditFindings } from '../results/audit.ts';
import { type AuditBackend, auditVerdicts } from '../results/names.ts';
import { tf } from '../tfjs/tfjs.ts';
import { cases as allCases } from './cases.ts';
import { KNOWN } from './known.ts';
import { EXCLUDED, registeredGradients } from './registry.ts';

type Summary = Omit<AuditFindings['summary'], 'seconds'>;

/** Sorts what is not right into what is known and what is not, and finds known faults that are none any more. */
export function summarize(cases: readonly AuditedCase[], backends: AuditFindings['backends']): Summary {
  const fresh: AuditFinding[] = [];
  const known: AuditFinding[] = [];
  const fixedMeanwhile: AuditFinding[] = [];
  const counts: Partial<Record<AuditBackend, AuditCounts>> = {};
  for (const { name } of backends.filter(({ problem }) => problem === null)) {
    counts[name] = Object.fromEntries(auditVerdicts.map((verdict) => [verdict, 0])) as AuditCounts;
  }
  for (const [at, { kernel, op, results, ...point }] of cases.entries()) {
    for (const [name, { verdict }] of Object.entries(results)) {
      const backend = name as AuditBackend;
      counts[backend]![verdict] += 1;
      const entries = KNOWN.filter(
        (entry) => entry.kernel === kernel && entry.backends.includes(backend) && (entry.at?.(point) ?? true),
      );
      const entry = entries.find((each) => each.verdict === verdict);
      const finding = { case: at, kernel, op, backend, verdict };
      if (verdict !== 'right' && entry === undefined) fresh.push({ ...finding, reason: null });
      else if (entry !== undefined) known.push({ ...finding, reason: entry.reason });
      else if (entries[0] !== undefined) fixedMeanwhile.push({ ...finding, reason: entries[0].reason });
    }
  }
  const gradients = registeredGradients(tf);
  const covered = new Set(allCases.map(({ kernel }) => kernel));
  const uncovered = gradients.filter((name) => !covered.has(name) && !(name in EXCLUDED));
  return {
    verdict: fresh.length + uncovered.length === 0 ? 'pass' : 'fail',
    gradients: gradients.length,
    audited: gradients.filter((name) => covered.has(name)).length,
    excluded: EXCLUDED,
    uncovered,
    counts,
    fresh,
    known,
    fixedMeanwhile,
  };
}
