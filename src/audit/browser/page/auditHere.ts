import type { AuditBackend, AuditedCase, CaseResult, DeviceAudit } from '../../../results/audit.ts';
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
  readonly onProgress?: (done: number, total: number, backend: string) => void;
  /** Asked before each check: what is done then is the result. */
  readonly isStopped?: () => boolean;
}

/**
 * Checks the gradient of every case on the backends of this page. Double precision, which the others are held
 * against, is computed here as well.
 */
export async function auditHere(options: PageAuditOptions): Promise<DeviceAudit> {
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const { only, version } = options;
  const chosen = allCases.filter(({ kernel, op }) => !only || only.includes(kernel) || only.includes(op));
  const inDouble = new Map<AuditCase, CaseResult>();
  const results = new Map(chosen.map((subject) => [subject, new Map<AuditBackend, CaseResult>()]));
  const backends: DeviceAudit['backends'] = [];
  let left = options.backends.length;
  let done = 0;
  let cut: string | null = null;
  for (const name of options.backends) {
    const problem = options.isStopped?.() ? 'stopped before it' : await startInPage(name);
    left -= 1;
    backends.push({ name, problem, ownKernels: problem === null ? await ownKernels(name) : [] });
    if (problem !== null) continue;
    const total = done + chosen.length * (1 + left);
    for (const subject of chosen) {
      await nextTask();
      const result = options.isStopped?.() ? 'stopped' : await judge(name, subject, inDouble);
      if (typeof result === 'string') {
        cut = `${name}: ${result}`;
        break;
      }
      results.get(subject)!.set(name, result);
      options.onProgress?.(++done, total, name);
    }
  }
  const cases = chosen
    .filter((subject) => results.get(subject)!.size > 0)
    .map(
      (subject): AuditedCase => ({
        kernel: subject.kernel,
        op: subject.op,
        shapes: { ...subject.shapes },
        attributes: subject.attributes,
        results: Object.fromEntries(results.get(subject)!),
      }),
    );
  const running = backends.filter(({ problem }) => problem === null).length;
  const total = chosen.length * running;
  return {
    schema: 'backproof/audit-device/1',
    version,
    tfjs: tfjsVersion,
    browser: navigator.userAgent,
    ...(await graphics()),
    startedAt,
    partial: cut === null ? null : { done, total, reason: cut },
    backends,
    cases,
    summary: { ...summarize(cases, backends), seconds: (performance.now() - started) / 1000 },
  };
}

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
