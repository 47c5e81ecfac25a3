import { setImmediate } from 'node:timers/promises';
import type { CaseResult, GeneratedFinding, GeneratedResult } from '../../results/audit.ts';
import type { AuditMode } from '../../results/auditNames.ts';
import { auditModes } from '../../results/auditNames.ts';
import { tf } from '../../tfjs/tfjs.ts';
import { codeOf } from '../expression.ts';
import { faultOf, faultsAt } from '../faults.ts';
import { judgeFloat32, judgeFloat64 } from '../judge.ts';
import { inMode, type NodeBackend, restart } from '../modes.ts';
import { caseOf, type GeneratedCase, type Signature } from '../signatures/index.ts';
import { Choices, shrunk } from './choices.ts';
import { agrees, isAtJump, outputOf, type Truth, truthOf } from './screen.ts';

/** The number of cases, and the first seed. */
export interface Generation {
  readonly cases: number;
  readonly seed: number;
}

/** A case, and the signature and choices that made it. */
export interface Trial {
  readonly signature: Signature;
  readonly subject: GeneratedCase;
  readonly choices: readonly number[];
  readonly seed: number;
}

type Kind = Pick<GeneratedFinding, 'kernel' | 'op' | 'mode' | 'fault'> & { readonly backend: NodeBackend };
interface Found {
  readonly kind: Kind;
  hits: number;
  readonly first: Trial;
  readonly result: CaseResult;
}

/** The number of cases held in memory at a time. */
const BATCH = 2000;

/**
 * Tests ops with random shapes, attributes and values, in turn, on every backend and in both modes. Results that are
 * not right are shrunk to the smallest case, one example for each kind: op, backend, mode and known fault.
 */
export async function generate(
  signatures: readonly Signature[],
  backends: readonly NodeBackend[],
  { cases, seed }: Generation,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number, note: string) => void,
): Promise<GeneratedResult> {
  const started = performance.now();
  const counts: GeneratedResult['counts'] = { plain: {}, fixed: {} };
  for (const mode of auditModes)
    for (const name of backends) counts[mode][name] = { right: 0, known: 0, fresh: 0, inconclusive: 0 };
  const kinds = new Map<string, Found>();
  const total = cases * auditModes.length * backends.length;
  let rejected = 0;
  let done = 0;
  for (let at = 0; at < cases && signatures.length > 0; at += BATCH) {
    const drawn = Array.from({ length: Math.min(BATCH, cases - at) }, (_, i) =>
      trialOf(signatures[(at + i) % signatures.length]!, seed + at + i),
    );
    const trials = drawn.filter(({ subject }) => outputOf(subject) !== null);
    rejected += drawn.length - trials.length;
    for (const mode of auditModes) {
      const truths = await inMode(mode, 'float64', async () => {
        const found = new Map<Trial, Truth | null>();
        for (const trial of trials) {
          await setImmediate();
          signal?.throwIfAborted();
          found.set(trial, truthOf(trial.subject, trial.seed));
        }
        return found;
      });
      for (const backend of backends) {
        const count = counts[mode][backend]!;
        // Cases that ran before must not affect these.
        await restart(backend);
        await inMode(mode, backend, async () => {
          for (const trial of trials) {
            await setImmediate();
            signal?.throwIfAborted();
            const truth = truths.get(trial)!;
            const outcome = await outcomeOf(trial, backend, mode, truth);
            count[outcome.kind] += 1;
            onProgress?.(++done, total, `generated, ${backend}, ${mode}`);
            if (outcome.result === null) continue;
            const { kernel, op } = trial.signature;
            const kind = { kernel, op, backend, mode, fault: outcome.fault };
            const known = kinds.get(JSON.stringify(kind));
            if (known === undefined)
              kinds.set(JSON.stringify(kind), { kind, hits: 1, first: trial, result: outcome.result });
            else known.hits += 1;
          }
        });
      }
    }
  }
  const findings: GeneratedFinding[] = [];
  for (const found of kinds.values()) {
    const { mode, backend } = found.kind;
    findings.push(await inMode(mode, backend, () => smallest(found, signal)));
  }
  return {
    seed,
    cases: cases - rejected,
    rejected,
    counts,
    findings,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The case that a seed makes from a signature. */
export function trialOf(signature: Signature, seed: number): Trial {
  // Spreads neighbouring seeds, which would otherwise draw similar numbers.
  const choices = Choices.random(Math.imul(seed + 1, 0x9e3779b1));
  const subject = caseOf(signature, choices);
  return { signature, subject, choices: choices.taken, seed };
}

interface Outcome {
  readonly kind: 'right' | 'known' | 'fresh' | 'inconclusive';
  readonly fault: string | null;
  /** The result if it is not right; null if it is right or was not judged. */
  readonly result: CaseResult | null;
}

/** Judges a case on the running backend. */
async function outcomeOf(
  trial: Trial,
  backend: NodeBackend,
  mode: AuditMode,
  truth: Truth | null,
): Promise<Outcome> {
  const { subject } = trial;
  // With shipped kernels, cases of known faults are not run: wrong kernels of wasm may overwrite memory that other
  // cases read.
  const [expected] = faultsAt(subject, backend, mode);
  const known: Outcome | null =
    expected === undefined ? null : { kind: 'known', fault: expected.id, result: null };
  if (mode === 'plain' && known !== null) return known;
  if (truth !== null && (backend === 'float64' || agrees(subject, tf, truth)))
    return { kind: 'right', fault: null, result: null };
  // The written cases show the fault, and judging takes long.
  if (known !== null) return known;
  let result = await verdictOn(subject, backend, mode, truth !== null);
  if (result?.verdict !== 'right' && mode === 'plain') {
    // Tries again on a freshly started backend.
    await restart(backend);
    if (truth !== null && agrees(subject, tf, truth)) return { kind: 'right', fault: null, result: null };
    result = await judged(subject, backend, truth !== null);
  }
  if (result === null) throw new Error('outcomeOf: expected a verdict on a backend just started, got none');
  if (result.verdict === 'right') return { kind: 'right', fault: null, result: null };
  const fault = faultOf(subject, backend, mode, result)?.id ?? null;
  if (fault !== null) return { kind: 'known', fault, result };
  if (result.verdict === 'inconclusive' || isAtJump(subject, trial.seed))
    return { kind: 'inconclusive', fault: null, result: null };
  return { kind: 'fresh', fault: null, result };
}

/** The verdict on a case that the screen does not call right, on the running backend. */
export const judged = async (
  subject: GeneratedCase,
  backend: NodeBackend,
  rightInDouble: boolean,
): Promise<CaseResult> =>
  backend === 'float64'
    ? (await judgeFloat64(subject, 'off')).result
    : await judgeFloat32(subject, tf, rightInDouble);

/** The verdict; null if shipped kernels have overwritten so much of wasm's memory that it cannot make a tensor. */
async function verdictOn(
  subject: GeneratedCase,
  backend: NodeBackend,
  mode: AuditMode,
  rightInDouble: boolean,
): Promise<CaseResult | null> {
  try {
    return await judged(subject, backend, rightInDouble);
  } catch (error) {
    if (mode === 'fixed' || backend !== 'wasm' || !(error instanceof WebAssembly.RuntimeError)) throw error;
    return null;
  }
}

/** The smallest case with the same fault, on the running backend. */
async function smallest(
  { kind, hits, first, result }: Found,
  signal: AbortSignal | undefined,
): Promise<GeneratedFinding> {
  let best = { trial: first, result };
  const shows = async (choices: readonly number[]): Promise<boolean> => {
    signal?.throwIfAborted();
    const taken = Choices.from(choices);
    const subject = caseOf(first.signature, taken);
    if (outputOf(subject) === null) return false;
    const truth = truthOf(subject, first.seed);
    if (truth !== null && (kind.backend === 'float64' || agrees(subject, tf, truth))) return false;
    const came = await verdictOn(subject, kind.backend, kind.mode, truth !== null);
    if (came === null) {
      await restart(kind.backend);
      return false;
    }
    if (isAtJump(subject, first.seed)) return false;
    if (came.verdict !== result.verdict || came.missing !== result.missing) return false;
    if ((faultOf(subject, kind.backend, kind.mode, came)?.id ?? null) !== kind.fault) return false;
    best = { trial: { ...first, subject, choices: taken.taken }, result: came };
    return true;
  };
  await shrunk(first.choices, shows);
  const { subject, choices } = best.trial;
  return {
    ...kind,
    hits,
    choices,
    inputs: subject.inputs,
    attributes: subject.attributes,
    code: codeOf(subject.expression),
    result: best.result,
  };
}
