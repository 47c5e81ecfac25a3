import { commandOf } from '../results/commandLine.ts';
import type { CompareResult, Verdict } from '../results/compare.ts';
import { provenanceOf } from '../results/provenance.ts';
import type { SelfTestResult, Trial } from '../results/selfTest.ts';
import { followChains } from './compare/chain.ts';
import { type WalkAhead, walkAhead } from './compare/doublePrecision.ts';
import { StepChooser } from './compare/finiteDifferences.ts';
import { judgeProof, proveNetworks } from './compare/proof.ts';
import { trialOfChecker } from './compare/trial.ts';
import { walk } from './compare/walk.ts';
import type { LayerBackwards } from './model/network.ts';
import type { RunProblem } from './problem.ts';
import type { ChosenBackend } from './train.ts';

export interface CompareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the progress made so far, as parts of a total. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called once, before the first step. */
  readonly onStart?: (chosen: ChosenBackend) => void;
  /** The command that repeats the comparison, stored in the result (default: `backproof compare` with its flags). */
  readonly command?: string;
  /** The layers' backward passes to compare in float32 (default: the network's own). */
  readonly layers?: LayerBackwards;
  /** The walk in double precision of this problem, if it has begun already (default: it begins with the comparison). */
  readonly ahead?: WalkAhead;
}

/** Rough cost of each part relative to the others. */
const WEIGHTS = { float32: 2, float64: 3, selfTest: 1 } as const;
type Part = keyof typeof WEIGHTS;

/**
 * Follows a training run of the hand-written gradient and compares it at every step with autodiff and the reference: in
 * float32 on this thread; in double precision in a worker thread, with finite differences at chosen steps. The algebra
 * of the backward pass is proved first. The checker itself is tested in another thread, unless this build has passed
 * its self-test before.
 *
 * @returns compare.json; `partial` says where a signal or a logit that is not finite ended the run
 * @throws Failure (environment) if the backend does not work on this machine; Error if `ahead` walks another problem
 */
export async function compare(
  problem: RunProblem,
  {
    signal,
    onProgress,
    onStart,
    layers,
    ahead,
    command = commandOf('compare', problem.config),
  }: CompareOptions = {},
): Promise<CompareResult> {
  const { config, samples, parameters, learningRate, summary } = problem;
  if (ahead !== undefined && ahead.problem !== problem)
    throw new Error('compare: expected ahead to walk the same problem, got another one');
  const startedAt = new Date();
  // Imported here so that importing this module does not load TensorFlow.js yet.
  const { startBackend } = await import('../tfjs/backends.ts');
  const { tfjsVersion: tfjs } = await import('../tfjs/tfjs.ts');
  const { tf, name: backend, reason: backendReason } = await startBackend(config.backend);
  onStart?.({ backend, backendReason });
  const run = { samples, parameters, learningRate, epochs: config.epochs };
  const reached = progressOf(onProgress);
  const inFloat32 = async () => {
    const float64 = await import('backproof/float64');
    const exact = proveNetworks(float64, { tf, backend }, parameters, {
      seed: config.seed,
      ...(layers && { layers }),
    });
    const chooser = new StepChooser(config.epochs * samples.count);
    const onStep = chooser.note.bind(chooser);
    const walked = await walk(
      { ...run, tf, precision: 'float32', onStep, ...(layers && { layers }) },
      { signal, onProgress: reached('float32') },
    );
    const chosen = walked.partial === null ? chooser.chosen() : [];
    // A comparison that ends early says nothing about the checker, and does not wait for its self-test.
    if (walked.partial !== null) ended.abort();
    return { ...walked, exact, chain: followChains(tf, 'float32', samples, chosen, layers) };
  };
  const started = performance.now();
  const ended = new AbortController();
  const early = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
  // Side by side: float32 on this thread, double precision and the self-test in a worker thread each.
  const [single, double, selfTest] = await Promise.all([
    inFloat32(),
    (ahead ?? walkAhead(problem, signal)).result(reached('float64')),
    stoppable(early, reached('selfTest')),
  ]);
  const seconds = (performance.now() - started) / 1000;
  const pairs = [...single.pairs, ...double.pairs];
  return {
    schema: 'backproof/compare/1',
    config,
    data: summary,
    provenance: await provenanceOf({ tfjs, backend, backendReason, command, startedAt }),
    verdict: verdictOf([
      ...pairs,
      ...double.finiteDifferences,
      ...judgeProof(single.exact),
      ...judgeOf(selfTest),
    ]),
    finiteDifferences: double.finiteDifferences,
    ...single,
    selfTest,
    pairs,
    scatter: [...single.scatter, ...double.scatter],
    chain: [...single.chain, ...double.chain],
    perEpochFloat64: double.perEpoch.map(({ epoch, maxAbs, maxOverAllowed }) => ({
      epoch,
      maxAbs,
      maxOverAllowed,
    })),
    partial: single.partial ?? double.partial,
    timing: { steps: single.timing.steps, seconds },
  };
}

/** Adds up the progress that each part reports. */
function progressOf(onProgress: CompareOptions['onProgress']) {
  const names = Object.keys(WEIGHTS) as Part[];
  const shares: Record<Part, number> = { float32: 0, float64: 0, selfTest: 0 };
  const whole = names.reduce((sum, name) => sum + WEIGHTS[name], 0);
  return (part: Part) => (done: number, total: number) => {
    shares[part] = done / total;
    onProgress?.(
      names.reduce((sum, name) => sum + WEIGHTS[name] * shares[name], 0),
      whole,
    );
  };
}

/** The checker's self-test; null if the signal ended it. */
async function stoppable(
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Trial | null> {
  try {
    const trial = await trialOfChecker({ onProgress, signal });
    return signal.aborted ? null : trial;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** If the checker missed a planted mistake, the result is inconclusive: that is not a fault of the gradients. */
const judgeOf = (selfTest: SelfTestResult | null): { verdict: Verdict }[] =>
  selfTest === null ? [] : [{ verdict: selfTest.verdict === 'pass' ? 'pass' : 'inconclusive' }];

/** The worst of the verdicts. */
function verdictOf(judged: readonly { verdict: Verdict }[]): Verdict {
  const verdicts = judged.map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}
