import type { AuditedCase, CaseResult, DeviceAudit } from '../../../results/audit.ts';
import { type AuditBackend, type AuditMode, auditModes } from '../../../results/auditNames.ts';
import { tf, tfjsVersion } from '../../../tfjs/tfjs.ts';
import type { AuditCase } from '../../case.ts';
import { cases as allCases } from '../../cases.ts';
import { faultOf } from '../../faults.ts';
import { judgeDouble, judgeSingle } from '../../judge.ts';
import { ownKernels } from '../../ownKernels.ts';
import { withRegistered } from '../../registered.ts';
import { summarize } from '../../summary.ts';
import { judgeGpu } from '../judgeGpu.ts';
import { graphics, isContextLost, lost, type PageBackend, restartWasm, startInPage } from './backends.ts';

export interface PageAuditOptions {
  readonly version: string;
  readonly backends: readonly PageBackend[];
  /** Kernels or ops; all by default. */
  readonly only?: readonly string[] | undefined;
  readonly onProgress?: (done: number, total: number, backend: string) => void;
  /** Called before each check; once it returns true, the results so far are returned. */
  readonly isStopped?: () => boolean;
}

/** In one mode, whether each case is right in double precision, and the results by backend. */
interface Round {
  readonly mode: AuditMode;
  readonly rightInDouble: Map<AuditCase, boolean>;
  readonly results: Map<AuditCase, Map<AuditBackend, CaseResult>>;
}

/**
 * Checks the gradient of every case on the backends of this page, both as TensorFlow.js ships it and with the entries
 * of this package. Double precision, with which the others are compared, is computed here too.
 */
export async function auditHere(options: PageAuditOptions): Promise<DeviceAudit> {
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const { only, version, onProgress } = options;
  const chosen = allCases.filter(({ kernel, op }) => !only || only.includes(kernel) || only.includes(op));
  const rounds = auditModes.map(
    (mode): Round => ({
      mode,
      rightInDouble: new Map(),
      results: new Map(chosen.map((subject) => [subject, new Map()])),
    }),
  );
  const backends: DeviceAudit['backends'] = [];
  const progress = { done: 0, total: chosen.length * rounds.length * options.backends.length };
  const reasons: string[] = [];
  for (const name of options.backends) {
    const problem = options.isStopped?.() ? 'stopped before it' : await startInPage(name);
    backends.push({ name, problem, ownKernels: problem === null ? ownKernels(name) : [] });
    if (problem !== null) {
      progress.total -= chosen.length * rounds.length;
      continue;
    }
    /** @returns the reason in a few words if it stopped early, else null */
    const checkAll = async ({ mode, rightInDouble, results }: Round): Promise<string | null> => {
      for (const subject of chosen) {
        await nextTask();
        if (options.isStopped?.()) return `${name}: stopped`;
        const right =
          rightInDouble.get(subject) ?? (await judgeDouble(mode, 'off')(subject)).result.verdict === 'right';
        rightInDouble.set(subject, right);
        let result = await judge(name, subject, right);
        // Some shipped kernels of wasm write to the wrong memory, which would make later cases look wrong.
        if (name === 'wasm' && mode === 'plain' && isNew(subject, name, result)) {
          await restartWasm();
          result = await judge(name, subject, right);
        }
        if (typeof result === 'string') return `${name}: ${result}`;
        results.get(subject)!.set(name, result);
        onProgress?.(++progress.done, progress.total, `${name}, ${mode}`);
      }
      return null;
    };
    for (const round of rounds) {
      const end = await withRegistered(round.mode, name, () => checkAll(round));
      if (end === null) continue;
      reasons.push(end);
      break;
    }
  }
  const resultsOf = (wanted: AuditMode) => rounds.find(({ mode }) => mode === wanted)!.results;
  const [plain, fixed] = [resultsOf('plain'), resultsOf('fixed')];
  const cases = chosen
    .filter((subject) => plain.get(subject)!.size + fixed.get(subject)!.size > 0)
    .map((subject): AuditedCase => {
      const { kernel, op, shapes, attributes } = subject;
      const cells = (of: Round['results']) => ({
        results: Object.fromEntries(of.get(subject)!),
        exact: null,
      });
      return { kernel, op, shapes: { ...shapes }, attributes, ...cells(fixed), plain: cells(plain) };
    });
  return {
    schema: 'backproof/audit-device/1',
    version,
    tfjs: tfjsVersion,
    browser: navigator.userAgent,
    ...(await graphics()),
    startedAt,
    partial: reasons.length === 0 ? null : { ...progress, reason: reasons.join('; ') },
    backends,
    cases,
    generated: null,
    // The exact check runs in Node.
    summary: {
      ...summarize(cases, backends, null),
      exact: {},
      seconds: (performance.now() - started) / 1000,
    },
  };
}

/** Whether a result is not right as shipped, and not a known fault. */
const isNew = (subject: AuditCase, backend: AuditBackend, result: CaseResult | string): boolean =>
  typeof result !== 'string' &&
  result.verdict !== 'right' &&
  faultOf(subject, backend, 'plain', result) === null;

/** The result of a case on the running backend, or a word that says why the audit of this backend ended. */
async function judge(
  name: PageBackend,
  subject: AuditCase,
  rightInDouble: boolean,
): Promise<CaseResult | string> {
  const onGpu = name === 'webgl' || name === 'webgpu';
  const judged = (onGpu ? judgeGpu : judgeSingle)(subject, tf, rightInDouble).catch(
    async (error: unknown) => {
      // Reading from a device fails a moment before the device is reported lost.
      const reason = await Promise.race([
        lost(),
        new Promise<null>((resolve) => setTimeout(resolve, 1000, null)),
      ]);
      if (reason === null) throw error;
      return reason;
    },
  );
  const result = await Promise.race([lost(), judged]);
  return isContextLost() ? 'the graphics card was lost' : result;
}

/** Lets the page paint and react. A timer would take 4 ms each time, and a second in a hidden tab. */
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
