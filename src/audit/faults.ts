import type { CaseResult } from '../results/audit.ts';
import type { AuditBackend, AuditMode } from '../results/auditNames.ts';
import type { Fault, Point } from './faults/fault.ts';
import { REFUSED } from './faults/refused.ts';
import { WRONG } from './faults/wrong.ts';

export type { Fault } from './faults/fault.ts';

/** Results are looked up, and the page lists the faults, in this order: wrong, refused, missing. */
export const FAULTS: readonly Fault[] = [...WRONG, ...REFUSED];

/**
 * The known fault that explains a result, or null. A fault that an entry fixes does not count once that entry is
 * loaded.
 */
export function faultOf(
  subject: Point & { readonly kernel: string },
  backend: AuditBackend,
  mode: AuditMode,
  result: Pick<CaseResult, 'verdict' | 'missing'>,
): Fault | null {
  const { verdict, missing } = result;
  if (verdict === 'right') return null;
  return (
    faultsAt(subject, backend, mode).find(
      (fault) =>
        fault.verdicts.includes(verdict) && (fault.missing === undefined || fault.missing === missing),
    ) ?? null
  );
}

/** The known faults that a case may show. */
export const faultsAt = (
  subject: Point & { readonly kernel: string },
  backend: AuditBackend,
  mode: AuditMode,
): Fault[] =>
  FAULTS.filter(
    ({ kernels, backends, at, fixedBy }) =>
      kernels.includes(subject.kernel) &&
      backends.includes(backend) &&
      (mode === 'plain' || fixedBy === null) &&
      (at?.(subject) ?? true),
  );
