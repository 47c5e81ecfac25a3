import { type Input, multiIndex } from '../spec/readInput.ts';
import type { Settings } from '../spec/readSpec.ts';
import { largestOf, type Subject, type Values } from '../spec/subject.ts';
import type { ElementResult, InputResult, Side } from '../types.ts';
import { severity, tolerance as toleranceOf } from './compare.ts';
import type { BranchTape } from './kernels/branches.ts';
import { withPerturbedKernels } from './kernels/perturb.ts';
import { perturbation } from './noise.ts';
import { NOISE, TOLERANCE, ulpDistance } from './precision.ts';

/** A side's single-precision gradient of one input, the truth, and what rounding alone may do to it. */
export interface Comparison {
  readonly found: Float64Array;
  readonly truth: Float64Array;
  readonly rounding: number;
  /** The largest magnitude of the truth. */
  readonly largest: number;
}

export interface SideComparison {
  readonly side: Side;
  readonly comparisons: ReadonlyMap<string, Comparison>;
}

/** Single-precision values beside the truth, and how far rounding in float32 moves the truth. */
export function compare(
  truth: Subject,
  tape: BranchTape,
  found: ReadonlyMap<string, Values>,
  run: () => Map<string, Values>,
): ReadonlyMap<string, Comparison> {
  // Where other kernels ran (a backend with fused ones), the branches cannot be held one for one.
  const { diverged } = truth.observer.replay(tape, false, run).flips;
  const held = (f: () => Map<string, Values>) =>
    diverged ? f() : truth.observer.replay(tape, true, f).result;
  const exact = held(run);
  const perturb = perturbation(1, 'float32');
  const changes = Array.from({ length: NOISE.runs }, () =>
    held(() => withPerturbedKernels(truth.tf, perturb, run)),
  );
  return new Map(
    [...found].map(([name, { values }]): [string, Comparison] => {
      const right = exact.get(name)!.values;
      const rounding = Math.max(
        ...changes.map((changed) => largestOf(right.map((g, i) => changed.get(name)!.values[i]! - g))),
      );
      return [name, { found: values, truth: right, rounding, largest: largestOf(right) }];
    }),
  );
}

export function inputResult(
  { name, shape, size }: Input,
  sides: readonly SideComparison[],
  settings: Settings,
): InputResult {
  const elements = Array.from({ length: sides.length === 0 ? 0 : size }, (_, flat) => {
    const each = sides.map(({ side, comparisons }) => ({
      side,
      ...element(comparisons.get(name)!, shape, flat, settings),
    }));
    const worst = each.reduce((most, next) => (severity(next) > severity(most) ? next : most));
    const valueFrom = (side: Side) => each.find((one) => one.side === side)?.yours ?? null;
    const { side, ...rest } = worst;
    const oddOneOut = rest.status === 'wrong' ? side : null;
    return { ...rest, yours: valueFrom('yours'), autodiff: valueFrom('tf autodiff'), oddOneOut };
  });
  const failures = elements
    .filter(({ status }) => status === 'wrong')
    .sort((a, b) => severity(b) - severity(a));
  const worst = elements.reduce<ElementResult | null>(
    (most, next) => (most === null || severity(next) > severity(most) ? next : most),
    null,
  );
  return {
    shape,
    size,
    status: sides.length === 0 ? 'not checked' : failures.length > 0 ? 'fail' : 'pass',
    checked: elements.length,
    directions: 0,
    maxDistance: elements.reduce((most, { distance }) => Math.max(most, distance), 0),
    wrong: failures.length,
    undecided: 0,
    skipped: 0,
    worst,
    failures: failures.slice(0, 10),
    maxUlps: elements.length === 0 ? null : Math.max(...elements.map(({ ulps }) => ulps ?? 0)),
  };
}

export function worstOf(comparison: Comparison, shape: readonly number[], settings: Settings): ElementResult {
  return Array.from(comparison.truth, (_, flat) => element(comparison, shape, flat, settings)).reduce(
    (most, next) => (severity(next) > severity(most) ? next : most),
  );
}

function element(
  { found, truth, rounding, largest }: Comparison,
  shape: readonly number[],
  flat: number,
  settings: Settings,
): ElementResult {
  const value = found[flat]!;
  const exact = truth[flat]!;
  const rtol = settings.rtol ?? TOLERANCE.float32.rtol;
  const atol = settings.atol ?? TOLERANCE.float32.atolOfLargest * largest;
  const tolerance = toleranceOf({ difference: 0, rounding }, exact, { rtol, atol });
  const distance = Math.abs(value - exact);
  return {
    index: multiIndex(shape, flat),
    status: distance > tolerance.total ? 'wrong' : 'pass',
    yours: value,
    autodiff: null,
    numeric: exact,
    step: null,
    distance,
    tolerance,
    oddOneOut: null,
    flips: 0,
    subgradient: null,
    ulps: ulpDistance(value, Math.fround(exact), 'float32'),
    slope: null,
    note: null,
  };
}
