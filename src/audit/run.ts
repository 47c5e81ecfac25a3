import { setImmediate } from 'node:timers/promises';
import type { AuditFindings, CaseResult, DeviceAudit } from '../results/audit.ts';
import { caseKey } from '../results/auditFaults.ts';
import type { AuditBackend, GpuBackend } from '../results/names.ts';
import type { BackendName } from '../results/shared.ts';
import { backendStatus, startBackend } from '../tfjs/backends.ts';
import { tf } from '../tfjs/tfjs.ts';
import { auditInBrowser, browserProblem, isOfBrowser } from './browser/chromium.ts';
import type { AuditCase } from './case.ts';
import { cases as allCases } from './cases.ts';
import { judgeFloat32, judgeFloat64 } from './judge.ts';
import { ownKernels } from './ownKernels.ts';
import { summarize } from './summary.ts';

export interface AuditOptions {
  /** The backends to audit; those that do not work here are left out, with the reason, unless asked for by name. */
  readonly backends: readonly AuditBackend[];
  readonly asked: boolean;
  /** A kernel or an op; without it, all. */
  readonly only?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, note: string) => void;
}

/**
 * Checks the gradient of every case on every backend. Double precision comes first, whether it was asked for or not:
 * the others are held against it.
 *
 * @throws Failure (environment) where a backend that was asked for does not work here
 */
export async function audit(options: AuditOptions): Promise<AuditFindings> {
  const started = performance.now();
  const { signal, only } = options;
  const chosen = allCases.filter(({ kernel, op }) => only === undefined || kernel === only || op === only);
  const backends = await available(options);
  const working = backends.filter(({ problem }) => problem === null).map(({ name }) => name);
  const singles = working.filter((name) => name !== 'float64' && !isOfBrowser(name)) as BackendName[];
  const inBrowser = working.filter(isOfBrowser);
  // A browser has double precision of its own.
  const needsDouble = singles.length > 0 || working.includes('float64');
  const total = chosen.length * (Number(needsDouble) + singles.length + inBrowser.length);
  let done = 0;
  const judgeAll = async (
    backend: AuditBackend,
    judge: (subject: AuditCase) => Promise<CaseResult>,
  ): Promise<Map<AuditCase, CaseResult>> => {
    const results = new Map<AuditCase, CaseResult>();
    for (const subject of chosen) {
      // Lets a signal in.
      await setImmediate();
      signal?.throwIfAborted();
      results.set(subject, await judge(subject));
      options.onProgress?.(++done, total, backend);
    }
    return results;
  };
  const inDouble = needsDouble ? await judgeAll('float64', judgeFloat64) : new Map<AuditCase, CaseResult>();
  const byBackend = new Map<AuditBackend, ReadonlyMap<AuditCase, CaseResult>>();
  for (const name of singles) {
    await startBackend(name);
    byBackend.set(name, await judgeAll(name, (subject) => judgeFloat32(subject, tf, inDouble.get(subject)!)));
  }
  if (inBrowser.length > 0) {
    const device = await auditInBrowser({
      backends: inBrowser,
      only: only === undefined ? undefined : [only],
      signal,
      onProgress: (checked, _, backend) => options.onProgress?.(done + checked, total, backend),
    });
    for (const backend of backends.filter(({ name }) => inBrowser.includes(name as GpuBackend))) {
      backend.ownKernels = device.backends.find(({ name }) => name === backend.name)!.ownKernels;
      byBackend.set(backend.name, resultsOf(device, backend.name, chosen));
    }
  }
  if (working.includes('float64')) byBackend.set('float64', inDouble);
  const cases = chosen.map((subject) => ({
    kernel: subject.kernel,
    op: subject.op,
    shapes: subject.shapes,
    attributes: subject.attributes,
    results: Object.fromEntries([...byBackend].map(([name, results]) => [name, results.get(subject)!])),
  }));
  const seconds = (performance.now() - started) / 1000;
  return { backends, cases, summary: { ...summarize(cases, backends), seconds } };
}

/** A backend's results out of the page, which has the same cases. */
function resultsOf(
  { cases }: DeviceAudit,
  backend: AuditBackend,
  chosen: readonly AuditCase[],
): Map<AuditCase, CaseResult> {
  const found = new Map(cases.map((each) => [caseKey(each), each.results[backend]]));
  return new Map(
    chosen.map((subject) => {
      const result = found.get(caseKey(subject));
      if (result === undefined)
        throw new Error(`${backend}: expected a result of ${caseKey(subject)}, got none`);
      return [subject, result];
    }),
  );
}

/** The backends that were asked for, and what keeps them from being audited. */
async function available({ backends, asked }: AuditOptions): Promise<AuditFindings['backends']> {
  const status = asked ? [] : await backendStatus();
  const browser = asked || !backends.some(isOfBrowser) ? null : await browserProblem();
  const found: AuditFindings['backends'] = [];
  for (const name of backends) {
    const problem = isOfBrowser(name)
      ? browser
      : (status.find((each) => each.name === name)?.problem ?? null);
    if (problem !== null) {
      found.push({ name, problem, ownKernels: [] });
      continue;
    }
    if (name !== 'float64' && !isOfBrowser(name)) await startBackend(name);
    // Those of a browser are known in its page.
    found.push({ name, problem, ownKernels: isOfBrowser(name) ? [] : await ownKernels(name) });
  }
  return found;
}
