import * as float64 from 'backproof/float64';
import type { AuditedCase, CaseResult, DeviceAudit } from '../../../results/audit.ts';
import type { AuditBackend } from '../../../results/names.ts';
import { registerGradientsOn } from '../../../tfjs/gradients/register.ts';
import { tf, tfjsVersion } from '../../../tfjs/tfjs.ts';
import type { AuditCase } from '../../case.ts';
import { cases as allCases } from '../../cases.ts';
import { judgeFloat32, judgeFloat64 } from '../../judge.ts';
import { ownKernels } from '../../ownKernels.ts';
import { summarize } from '../../summary.ts';
import { judgeGpu } from '../judgeGpu.ts';
import { graphics, isContextLost, lost, type PageBackend, startInPage } from './backends.ts';

export interface PageAuditOptions {
  readonly version: string;
  readonly backends: readonly PageBackend[];
  /** Kernels or ops; without it, all. */
  readonly only?: readonly string[] | undefined;
  /** Whether each backend is audited once more, with `backproof/gradients`. */
  readonly withGradients?: boolean;
  readonly onProgress?: (done: number, total: number, backend: string) => void;
  /** Asked before each check: what is done then is the result. */
  readonly isStopped?: () => boolean;
}

type Results = Map<AuditCase, Map<AuditBackend, CaseResult>>;

/**
 * Checks the gradient of every case on the backends of this page, and if asked once more with `backproof/gradients`.
 * Double precision, which the others are held against, is computed here as well.
 */
export async function auditHere(options: PageAuditOptions): Promise<DeviceAudit> {
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const { only, version, withGradients = false, onProgress } = options;
  const chosen = allCases.filter(({ kernel, op }) => !only || only.includes(kernel) || only.includes(op));
  const rounds = (withGradients ? [false, true] : [false]).map((mended) => ({
    mended,
    inDouble: new Map<AuditCase, CaseResult>(),
    results: new Map(chosen.map((subject) => [subject, new Map()])) as Results,
  }));
  const backends: DeviceAudit['backends'] = [];
  const progress = { done: 0, total: chosen.length * rounds.length * options.backends.length };
  const reasons: string[] = [];
  for (const name of options.backends) {
    const problem = options.isStopped?.() ? 'stopped before it' : await startInPage(name);
    backends.push({ name, problem, ownKernels: problem === null ? await ownKernels(name) : [] });
    if (problem !== null) {
      progress.total -= chosen.length * rounds.length;
      continue;
    }
    const end = await checkAll();
    if (end !== null) reasons.push(end);

    /** @returns in a few words what ended it; null where it came to its end */
    async function checkAll(): Promise<string | null> {
      for (const { mended, inDouble, results } of rounds) {
        const undo = mended ? [float64, tf].map(registerGradientsOn) : [];
        try {
          for (const subject of chosen) {
            await nextTask();
            const result = options.isStopped?.() ? 'stopped' : await judge(name, subject, inDouble);
            if (typeof result === 'string') return `${name}: ${result}`;
            results.get(subject)!.set(name, result);
            onProgress?.(++progress.done, progress.total, mended ? `${name} with backproof/gradients` : name);
          }
        } finally {
          for (const each of undo) each();
        }
      }
      return null;
    }
  }
  const [cases, mendedCases] = rounds.map(({ results }) => auditedCases(results));
  return {
    schema: 'backproof/audit-device/1',
    version,
    tfjs: tfjsVersion,
    browser: navigator.userAgent,
    ...(await graphics()),
    startedAt,
    partial: reasons.length === 0 ? null : { ...progress, reason: reasons.join('; ') },
    backends,
    cases: cases!,
    mended: mendedCases ? { cases: mendedCases, counts: summarize(mendedCases, backends).counts } : null,
    summary: { ...summarize(cases!, backends), seconds: (performance.now() - started) / 1000 },
  };
}

const auditedCases = (all: Results): AuditedCase[] =>
  [...all]
    .filter(([, results]) => results.size > 0)
    .map(([{ kernel, op, shapes, attributes }, results]) => ({
      kernel,
      op,
      shapes: { ...shapes },
      attributes,
      results: Object.fromEntries(results),
    }));

/** The result of a case on the backend that is up, or in a word what ended the audit of this backend. */
async function judge(
  name: PageBackend,
  subject: AuditCase,
  inDouble: Map<AuditCase, CaseResult>,
): Promise<CaseResult | string> {
  const double = inDouble.get(subject) ?? (await judgeFloat64(subject));
  inDouble.set(subject, double);
  const onGpu = name === 'webgl' || name === 'webgpu';
  const judged = (onGpu ? judgeGpu : judgeFloat32)(subject, tf, double).catch(async (error: unknown) => {
    // Reading from a device fails a moment before it is known to be lost.
    const reason = await Promise.race([
      lost(),
      new Promise<null>((resolve) => setTimeout(resolve, 1000, null)),
    ]);
    if (reason === null) throw error;
    return reason;
  });
  const result = await Promise.race([lost(), judged]);
  return isContextLost() ? 'the graphics card was lost' : result;
}

/** Lets the page paint and react; timers would take 4 ms each, and a second in a tab out of sight. */
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
