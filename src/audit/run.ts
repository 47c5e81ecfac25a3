import { setImmediate } from 'node:timers/promises';
import type { AuditBackend, AuditResult, CaseResult } from '../results/audit.ts';
import { backendStatus, startBackend } from '../tfjs/backends.ts';
import { tf } from '../tfjs/tfjs.ts';
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

/** The findings of an audit; the file has its provenance beside them. */
export type AuditFindings = Omit<AuditResult, 'schema' | 'provenance'>;

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
  const singles = backends.filter(({ name, problem }) => name !== 'float64' && problem === null);
  const total = chosen.length * (1 + singles.length);
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
  const inDouble = await judgeAll('float64', judgeFloat64);
  const byBackend = new Map<AuditBackend, Map<AuditCase, CaseResult>>();
  for (const { name } of singles) {
    if (name !== 'float64') await startBackend(name);
    byBackend.set(name, await judgeAll(name, (subject) => judgeFloat32(subject, tf, inDouble.get(subject)!)));
  }
  if (backends.some(({ name }) => name === 'float64')) byBackend.set('float64', inDouble);
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

/** The backends that were asked for, and what keeps them from being audited. */
async function available({ backends, asked }: AuditOptions): Promise<AuditResult['backends']> {
  const status = asked ? [] : await backendStatus();
  const found: AuditResult['backends'] = [];
  for (const name of backends) {
    const problem = status.find((each) => each.name === name)?.problem ?? null;
    if (problem !== null) {
      found.push({ name, problem, ownKernels: [] });
      continue;
    }
    if (name !== 'float64') await startBackend(name);
    found.push({ name, problem, ownKernels: await ownKernels(name) });
  }
  return found;
}
