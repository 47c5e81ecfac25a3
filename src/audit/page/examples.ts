import { setImmediate } from 'node:timers/promises';
import * as float64 from 'backproof/float64';
import type { CaseResult } from '../../results/audit.ts';
import type { AuditBackend } from '../../results/auditNames.ts';
import { tf } from '../../tfjs/tfjs.ts';
import { FAULTS, type Fault, faultOf, faultsAt } from '../faults.ts';
import { Choices, shrunk } from '../generate/choices.ts';
import { judged, type Trial, trialOf } from '../generate/generate.ts';
import { agrees, outputOf, truthOf } from '../generate/screen.ts';
import { floatInputs, gradientsOn, tensorsOf, tidied } from '../gradientOf.ts';
import { inMode } from '../modes.ts';
import { caseOf, type GeneratedCase, type Signature, signatures } from '../signatures/index.ts';

/** A tensor with a wrong value. */
export interface Deviation {
  /** The input whose gradient is wrong; null for the output of the forward. */
  readonly input: string | null;
  readonly came: readonly number[];
  readonly right: readonly number[];
}

/** The smallest case of an op that shows a known fault in TensorFlow.js as shipped. */
export interface Example {
  readonly fault: Fault;
  readonly backend: AuditBackend;
  readonly subject: GeneratedCase;
  readonly dy: { readonly shape: readonly number[]; readonly values: readonly number[] };
  /** null if a gradient is refused. */
  readonly deviation: Deviation | null;
  /** The error message, if it is refused. */
  readonly refusal: string | null;
}

/** The number of draws of an op until one must show its fault. */
const MOST_DRAWS = 400;
/** The backends on which faults are shown, the easiest to reproduce first. */
const PREFERRED = ['cpu', 'wasm', 'native'] as const;

/** One example for each known fault and each op that shows it on a running backend. */
export async function examplesOf(
  backends: readonly AuditBackend[],
  only: (subject: Signature) => boolean,
  signal?: AbortSignal,
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const fault of FAULTS) {
    const backend = PREFERRED.find((name) => fault.backends.includes(name) && backends.includes(name));
    if (backend === undefined || fault.endless) continue;
    const ops = new Set<string>();
    for (const signature of signatures) {
      if (!fault.kernels.includes(signature.kernel) || !only(signature) || ops.has(signature.op)) continue;
      const example = await exampleOf(fault, backend, signature, signal);
      if (example === null) continue;
      ops.add(signature.op);
      examples.push(example);
    }
  }
  return examples;
}

async function exampleOf(
  fault: Fault,
  backend: (typeof PREFERRED)[number],
  signature: Signature,
  signal: AbortSignal | undefined,
): Promise<Example | null> {
  let best: { trial: Trial; result: CaseResult } | null = null;
  await inMode('plain', backend, async () => {
    const shows = async (trial: Trial): Promise<boolean> => {
      await setImmediate();
      signal?.throwIfAborted();
      const { subject } = trial;
      // A case with another known fault in it would not show which one it is.
      const [expected, ...others] = faultsAt(subject, backend, 'plain');
      if (expected?.id !== fault.id || others.length > 0 || outputOf(subject) === null) return false;
      const truth = truthOf(subject, trial.seed);
      if (truth !== null && agrees(subject, tf, truth)) return false;
      const result = await judged(subject, backend, truth !== null);
      if (faultOf(subject, backend, 'plain', result)?.id !== fault.id) return false;
      if (best !== null && best.result.verdict !== result.verdict) return false;
      best = { trial, result };
      return true;
    };
    for (let seed = 1; seed <= MOST_DRAWS; seed++) {
      const trial = trialOf(signature, seed);
      if (!(await shows(trial))) continue;
      await shrunk(trial.choices, (choices) => {
        const taken = Choices.from(choices);
        const subject = caseOf(signature, taken);
        return shows({ ...trial, subject, choices: taken.taken });
      });
      return;
    }
  });
  return best === null ? null : await described(fault, backend, best);
}

/** The wrong and the right values of the tensor with the largest error. */
async function described(
  fault: Fault,
  backend: (typeof PREFERRED)[number],
  { trial: { subject }, result }: { readonly trial: Trial; readonly result: CaseResult },
): Promise<Example> {
  const output = outputOf(subject)!;
  const dy = { shape: output.shape, values: output.values.map((_, at) => at + 1) };
  const example = { fault, backend, subject, dy };
  if (result.verdict === 'refused') return { ...example, deviation: null, refusal: result.message };
  if (result.worst === null || result.worst.input === null) {
    const came = await inMode('plain', backend, async () =>
      tidied(tf, () => Array.from(subject.forward(tf, tensorsOf(tf, subject)).dataSync())),
    );
    // A forward that is not finite is wrong, but has no worst element.
    if (result.worst !== null || came.some((value) => !Number.isFinite(value)))
      return { ...example, deviation: { input: null, came, right: output.values }, refusal: null };
  }
  const all = (of: typeof tf): number[][] =>
    gradientsOn(of, subject, dy.values, dy.shape).map(({ values }) => values);
  const came = await inMode('plain', backend, async () => all(tf));
  const right = await inMode('fixed', 'float64', async () => all(float64 as unknown as typeof tf));
  const names = floatInputs(subject);
  const off = names.map((_, i) =>
    Math.max(
      ...came[i]!.map((value, at) => Math.abs(value - right[i]![at]!)).map((each) =>
        Number.isNaN(each) ? Number.MAX_VALUE : each,
      ),
    ),
  );
  const at = off.indexOf(Math.max(...off));
  return { ...example, deviation: { input: names[at]!, came: came[at]!, right: right[at]! }, refusal: null };
}
