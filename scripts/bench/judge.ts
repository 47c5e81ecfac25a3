import { type ExpectedLoss, relativeDifference } from './expectedLoss.ts';
import type { Taken } from './measure.ts';
import type { ContenderResult, RatioResult, RatioWanted } from './result.ts';
import { scaled, spreadOf } from './statistics.ts';

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const median = (values: readonly number[]): number =>
  values.every(Number.isFinite) ? spreadOf(values).median : Number.NaN;

/** Compares the losses of a job's runs with the expected ones. */
function judgeLosses(came: readonly number[], expected: readonly ExpectedLoss[]): ContenderResult['loss'] {
  // Of many runs a few may differ only because of rounding, so the median counts.
  const differences = expected.map(({ loss }, run) => relativeDifference(came[run] ?? Number.NaN, loss));
  return {
    came: finite(median(came)),
    expected: median(expected.map(({ loss }) => loss)),
    difference: finite(median(differences)),
    allowed: median(expected.map(({ allowed }) => allowed)),
  };
}

/**
 * Judges a contender by its losses: if the last job's losses are not those of this training, the verdict is that it
 * computes something else, and its time is used in no ratio.
 *
 * @param expected the expected loss of each run
 */
export function judge(
  { contender, first, jobs, problem }: Taken,
  samples: number,
  expected: readonly ExpectedLoss[],
): ContenderResult {
  const { id, name, how, side, version, seed, epochs, runs } = contender;
  const steps = samples * epochs * runs;
  const last = jobs.at(-1);
  const about = { id, name, how, side, version, seed, epochs, runs, steps };
  if (problem !== null || last === undefined) {
    const why = problem ?? 'the bench was stopped before its turn';
    return {
      ...about,
      verdict: 'not measured',
      problem: why,
      firstMilliseconds: null,
      milliseconds: null,
      microsecondsPerStep: null,
      loss: null,
    };
  }
  const milliseconds = spreadOf(jobs.map((job) => job.milliseconds));
  const loss = judgeLosses(last.losses, expected);
  const same = loss !== null && loss.difference !== null && loss.difference <= loss.allowed;
  return {
    ...about,
    verdict: same ? 'same training' : 'something else',
    problem: null,
    firstMilliseconds: first?.milliseconds ?? null,
    milliseconds,
    microsecondsPerStep: scaled(milliseconds, 1e3 / steps),
    loss,
  };
}

/** The ratios that this project reports. */
export const wantedRatios: readonly RatioWanted[] = [
  { label: 'fused against plain C', ours: 'fused', theirs: 'c' },
  { label: 'fused against JAX, jit of lax.scan', ours: 'fused', theirs: 'jax-scan' },
  { label: 'fused against PyTorch, backward by hand', ours: 'fused', theirs: 'pytorch-by-hand' },
  { label: 'fused against PyTorch, by hand on patches', ours: 'fused', theirs: 'pytorch-patches' },
  { label: 'fused against the notebook in NumPy', ours: 'fused', theirs: 'numpy' },
  {
    label: 'manual on wasm against PyTorch, backward by hand',
    ours: 'manual-wasm',
    theirs: 'pytorch-by-hand',
  },
  {
    label: 'autodiff on wasm against PyTorch, autograd and SGD',
    ours: 'autodiff-wasm',
    theirs: 'pytorch-autograd',
  },
  { label: 'sweep of 256 seeds against JAX, vmap over lax.scan', ours: 'sweep', theirs: 'jax-sweep' },
  { label: 'sweep of 256 seeds against JAX, batched by hand', ours: 'sweep', theirs: 'jax-batched' },
  { label: 'fused against manual on wasm', ours: 'fused', theirs: 'manual-wasm' },
  { label: 'skipping against dense, both fused', ours: 'fused', theirs: 'fused-dense' },
];

/** Their time per step divided by ours; nulls if one of the two was not measured or computes something else. */
export function ratioOf(wanted: RatioWanted, contenders: readonly ContenderResult[]): RatioResult {
  const timeOf = (id: string): ContenderResult['microsecondsPerStep'] => {
    const found = contenders.find((contender) => contender.id === id);
    return found?.verdict === 'same training' ? found.microsecondsPerStep : null;
  };
  const [ours, theirs] = [timeOf(wanted.ours), timeOf(wanted.theirs)];
  if (ours === null || theirs === null) return { ...wanted, ratio: null, low: null, high: null };
  return {
    ...wanted,
    ratio: theirs.median / ours.median,
    low: theirs.q1 / ours.q3,
    high: theirs.q3 / ours.q1,
  };
}
