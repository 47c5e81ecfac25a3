import { setImmediate } from 'node:timers/promises';
import type { AuditBackend, AuditMode, AuditResult, CaseResult } from '../results/audit.ts';
import { auditModes } from '../results/audit.ts';
import { backendStatus, startBackend } from '../tfjs/backends.ts';
import { tf } from '../tfjs/tfjs.ts';
import type { AuditCase } from './case.ts';
import { cases as allCases } from './cases.ts';
import { faultOf } from './faults.ts';
import { type Generation, generate } from './generate/generate.ts';
import { agrees, truthOf } from './generate/screen.ts';
import { type InDouble, judgeFloat32, judgeFloat64 } from './judge.ts';
import { inMode, restart } from './modes.ts';
import { ownKernels } from './ownKernels.ts';
import { signatures } from './signatures/index.ts';
import { summarize } from './summary.ts';

export interface AuditOptions {
  /** The backends to audit; those that do not work here are left out, with the reason, unless asked for by name. */
  readonly backends: readonly AuditBackend[];
  readonly asked: boolean;
  /** A kernel or an op; without it, all. */
  readonly only?: string | undefined;
  /** Generated cases; none without it. */
  readonly generation?: Generation | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, note: string) => void;
}

/** The findings of an audit; the file has its provenance beside them. */
export type AuditFindings = Omit<AuditResult, 'schema' | 'provenance'>;

type Results = Map<AuditCase, CaseResult>;
interface Column {
  readonly inDouble: ReadonlyMap<AuditCase, InDouble>;
  readonly byBackend: ReadonlyMap<AuditBackend, Results>;
}

/**
 * Checks the gradient of every case on every backend, as TensorFlow.js ships it and with the entries of this package.
 * Double precision comes first, whether it was asked for or not: the others are held against it.
 *
 * @throws Failure (environment) where a backend that was asked for does not work here
 */
export async function audit(options: AuditOptions): Promise<AuditFindings> {
  const started = performance.now();
  const { signal, only, generation } = options;
  const isMeant = ({ kernel, op }: { readonly kernel: string; readonly op: string }): boolean =>
    only === undefined || kernel === only || op === only;
  const chosen = allCases.filter(isMeant);
  const backends = await available(options);
  const asked = backends.filter(({ problem }) => problem === null).map(({ name }) => name);
  const singles = asked.filter((name) => name !== 'float64');
  const total = auditModes.length * chosen.length * (1 + singles.length);
  let done = 0;
  const judgeAll = async <Judged>(
    mode: AuditMode,
    backend: AuditBackend,
    judge: (subject: AuditCase) => Promise<Judged>,
  ): Promise<Map<AuditCase, Judged>> => {
    const results = new Map<AuditCase, Judged>();
    for (const subject of chosen) {
      // Lets a signal in.
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
        judgeSingle(subject, name, mode, inDouble.get(subject)!.result.verdict === 'right');
      byBackend.set(name, await inMode(mode, name, () => judgeAll(mode, name, judge)));
    }
    if (asked.includes('float64'))
      byBackend.set('float64', new Map([...inDouble].map(([subject, { result }]) => [subject, result])));
    return { inDouble, byBackend };
  };
  const mended = await columnOf('mended');
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
    ...cellsOf(mended, subject),
    plain: cellsOf(plain, subject),
  }));
  const generated =
    generation === undefined
      ? null
      : await generate(signatures.filter(isMeant), asked, generation, signal, (at, of, note) =>
          options.onProgress?.(at, of, note),
        );
  const seconds = (performance.now() - started) / 1000;
  return { backends, cases, generated, summary: { ...summarize(cases, backends, generated), seconds } };
}

const RIGHT: CaseResult = { verdict: 'right', worst: null, missing: null, message: null };

/** Every element and the exact check, once: with the entries, which leave what is right as it is shipped. */
const judgeDouble =
  (mode: AuditMode) =>
  async (subject: AuditCase): Promise<InDouble> =>
    mode === 'plain' && truthOf(subject, 1) !== null
      ? { result: RIGHT, exact: null }
      : await judgeFloat64(subject);

/** A case on the float32 backend that is up. As shipped, a case that is not right is the last on its backend. */
async function judgeSingle(
  subject: AuditCase,
  backend: AuditBackend,
  mode: AuditMode,
  rightInDouble: boolean,
): Promise<CaseResult> {
  const judge = async (): Promise<CaseResult> => {
    const truth = rightInDouble ? truthOf(subject, 1) : null;
    return truth !== null && agrees(subject, tf, truth)
      ? RIGHT
      : await judgeFloat32(subject, tf, rightInDouble);
  };
  let result: CaseResult;
  try {
    result = await judge();
  } catch (error) {
    // What was overwritten may keep the backend from making a tensor at all.
    if (mode === 'mended' || backend !== 'wasm') throw error;
    await restart(backend);
    return await judge();
  }
  const isNew = result.verdict !== 'right' && faultOf(subject, backend, mode, result) === null;
  if (mode === 'mended' || result.verdict === 'right') return result;
  // A kernel that is wrong may have written over what the next case reads.
  await restart(backend);
  return isNew ? await judge() : result;
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
    found.push({ name, problem, ownKernels: ownKernels(name) });
  }
  return found;
}
