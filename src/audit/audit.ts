import { setImmediate } from 'node:timers/promises';
import type { AuditFindings, CaseResult, DeviceAudit } from '../results/audit.ts';
import { caseKey, resultsOf } from '../results/auditFaults.ts';
import { type AuditBackend, type AuditMode, auditModes } from '../results/auditNames.ts';
import { backendStatus, startBackend } from '../tfjs/backends.ts';
import { tf } from '../tfjs/tfjs.ts';
import { auditInBrowser, browserProblem, isOfBrowser } from './browser/chromium.ts';
import type { AuditCase } from './case.ts';
import { cases as allCases } from './cases.ts';
import { faultOf } from './faults.ts';
import { type Generation, generate } from './generate/generate.ts';
import { type InDouble, judgeDouble, judgeSingle } from './judge.ts';
import { inMode, type NodeBackend, restart } from './modes.ts';
import { ownKernels } from './ownKernels.ts';
import { signatures } from './signatures/index.ts';
import { summarize } from './summary.ts';

export interface AuditOptions {
  /**
   * The backends to audit; those that do not work here are left out, with the reason, unless they were requested by
   * name.
   */
  readonly backends: readonly AuditBackend[];
  readonly asked: boolean;
  /** A kernel or an op; all by default. */
  readonly only?: string | undefined;
  /** Generated cases; none by default. */
  readonly generation?: Generation | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, note: string) => void;
}

type Results = Map<AuditCase, CaseResult>;
interface Column {
  readonly inDouble: ReadonlyMap<AuditCase, InDouble>;
  readonly byBackend: ReadonlyMap<AuditBackend, Results>;
}

/**
 * Checks the gradient of every case on every backend, both as TensorFlow.js ships it and with the entries of this
 * package. Double precision always comes first, because the others are compared with it.
 *
 * @throws Failure (environment) if a requested backend does not work here
 */
export async function audit(options: AuditOptions): Promise<AuditFindings> {
  const started = performance.now();
  const { signal, only, generation } = options;
  const isMeant = ({ kernel, op }: { readonly kernel: string; readonly op: string }): boolean =>
    only === undefined || kernel === only || op === only;
  const chosen = allCases.filter(isMeant);
  const backends = await available(options);
  const asked = backends.filter(({ problem }) => problem === null).map(({ name }) => name);
  const inBrowser = asked.filter(isOfBrowser);
  const inNode = asked.filter((name): name is NodeBackend => !isOfBrowser(name));
  const singles = inNode.filter((name) => name !== 'float64');
  const total = auditModes.length * chosen.length * (1 + singles.length + inBrowser.length);
  let done = 0;
  const device =
    inBrowser.length === 0
      ? null
      : await auditInBrowser({
          backends: inBrowser,
          only: only === undefined ? undefined : [only],
          signal,
          onProgress: (checked, _, note) => {
            done = checked;
            options.onProgress?.(done, total, note);
          },
        });
  const judgeAll = async <Judged>(
    mode: AuditMode,
    backend: AuditBackend,
    judge: (subject: AuditCase) => Promise<Judged>,
  ): Promise<Map<AuditCase, Judged>> => {
    const results = new Map<AuditCase, Judged>();
    for (const subject of chosen) {
      // Lets signals be handled.
      await setImmediate();
      signal?.throwIfAborted();
      results.set(subject, await judge(subject));
      options.onProgress?.(++done, total, `${backend}, ${mode}`);
    }
    return results;
  };
  const columnOf = async (mode: AuditMode): Promise<Column> => {
    const inDouble = await inMode(mode, 'float64', () => judgeAll(mode, 'float64', judgeDouble(mode)));
    const byBackend = new Map<AuditBackend, Results>();
    for (const name of singles) {
      const judge = (subject: AuditCase): Promise<CaseResult> =>
        judgeAgain(subject, name, mode, inDouble.get(subject)!.result.verdict === 'right');
      byBackend.set(name, await inMode(mode, name, () => judgeAll(mode, name, judge)));
    }
    if (device !== null)
      for (const name of inBrowser) byBackend.set(name, resultsIn(device, mode, name, chosen));
    if (asked.includes('float64'))
      byBackend.set('float64', new Map([...inDouble].map(([subject, { result }]) => [subject, result])));
    return { inDouble, byBackend };
  };
  const fixed = await columnOf('fixed');
  const plain = await columnOf('plain');
  const cellsOf = ({ inDouble, byBackend }: Column, subject: AuditCase) => ({
    results: Object.fromEntries([...byBackend].map(([name, results]) => [name, results.get(subject)!])),
    exact: inDouble.get(subject)!.exact,
  });
  const cases = chosen.map((subject) => ({
    kernel: subject.kernel,
    op: subject.op,
    shapes: subject.shapes,
    attributes: subject.attributes,
    ...cellsOf(fixed, subject),
    plain: cellsOf(plain, subject),
  }));
  const generated =
    generation === undefined
      ? null
      : await generate(signatures.filter(isMeant), inNode, generation, signal, (at, of, note) =>
          options.onProgress?.(at, of, note),
        );
  for (const backend of backends)
    backend.ownKernels =
      device?.backends.find(({ name }) => name === backend.name)?.ownKernels ?? backend.ownKernels;
  const seconds = (performance.now() - started) / 1000;
  return { backends, cases, generated, summary: { ...summarize(cases, backends, generated), seconds } };
}

/**
 * Judges a case on the running float32 backend. With the shipped kernels, the backend is restarted after any case that
 * is not right.
 */
async function judgeAgain(
  subject: AuditCase,
  backend: NodeBackend,
  mode: AuditMode,
  rightInDouble: boolean,
): Promise<CaseResult> {
  let result: CaseResult;
  try {
    result = await judgeSingle(subject, tf, rightInDouble);
  } catch (error) {
    // Overwritten memory may keep the backend from making any tensor.
    if (mode === 'fixed' || backend !== 'wasm') throw error;
    await restart(backend);
    return await judgeSingle(subject, tf, rightInDouble);
  }
  if (mode === 'fixed' || result.verdict === 'right') return result;
  // A wrong kernel may have overwritten memory that the next case reads, and an earlier one memory that this case read.
  await restart(backend);
  const isKnown = faultOf(subject, backend, mode, result) !== null;
  return isKnown ? result : await judgeSingle(subject, tf, rightInDouble);
}

/** A backend's results from the page, which has the same cases. */
function resultsIn(
  { cases }: DeviceAudit,
  mode: AuditMode,
  backend: AuditBackend,
  chosen: readonly AuditCase[],
): Results {
  const found = new Map(cases.map((each) => [caseKey(each), resultsOf(each, mode)[backend]]));
  return new Map(
    chosen.map((subject) => {
      const result = found.get(caseKey(subject));
      if (result === undefined)
        throw new Error(`${backend}: expected a result of ${caseKey(subject)}, got none`);
      return [subject, result];
    }),
  );
}

/** The requested backends, with the reason for those that cannot be audited. */
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
    // The page itself reports those of a browser's backends.
    found.push({ name, problem, ownKernels: isOfBrowser(name) ? [] : ownKernels(name) });
  }
  return found;
}
