import { ulpDistance } from '../../numerics/ieee.ts';
import { type Input, multiIndex } from '../spec/readInput.ts';
import type { Settings } from '../spec/readSpec.ts';
import { largestOf, type Subject, type Values } from '../spec/subject.ts';
import type { ElementResult, InputResult, Side } from '../types.ts';
import { severity, tolerance as toleranceOf } from './compare.ts';
import type { BranchTape } from './kernels/branches.ts';
import { typicalMagnitude } from './lines.ts';
import { disturbedRuns, largestChanges } from './noise.ts';
import { RESOLUTION, TOLERANCE } from './precision.ts';
import { distanceFrom, judge } from './verdict.ts';

/** A side's single-precision gradient of one input, its true value, and how far rounding may move it. */
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
  /** By input, the size of gradient that units suggest. */
  readonly natural: ReadonlyMap<string, number>;
}

/** Computes the single-precision values, the true ones, and how far rounding in float32 moves the true ones. */
export function compare(
  truth: Subject,
  tape: BranchTape,
  found: ReadonlyMap<string, Values>,
  run: () => Map<string, Values>,
): ReadonlyMap<string, Comparison> {
  // If other kernels ran (on a backend with fused kernels), the branches cannot be held one by one.
  const { diverged } = truth.observer.replay(tape, false, run).flips;
  const held = () => (diverged ? run() : truth.observer.replay(tape, true, run).result);
  const exact = held();
  const { runs } = disturbedRuns(truth, held, 'float32', 1);
  return new Map(
    [...found].map(([name, { values }]): [string, Comparison] => {
      const right = exact.get(name)!.values;
      const changes = largestChanges(
        right,
        runs.map((result) => result?.get(name)?.values),
      );
      return [
        name,
        { found: values, truth: right, rounding: Math.max(...changes), largest: largestOf(right) },
      ];
    }),
  );
}

/** By input, the size of gradient that units suggest: the contracted output over the input's typical magnitude. */
export function naturalSizes(
  inputs: readonly Input[],
  output: Values,
  dy: Values,
): ReadonlyMap<string, number> {
  const magnitude = output.values.reduce((sum, y, i) => sum + Math.abs(y * dy.values[i]!), 0);
  return new Map(inputs.map((input) => [input.name, magnitude / typicalMagnitude(input)]));
}

const STATUS = { agrees: 'pass', differs: 'wrong', 'cannot tell': 'undecided' } as const;

export function inputResult(
  { name, shape, size }: Input,
  sides: readonly SideComparison[],
  settings: Settings,
): InputResult {
  const elements = Array.from({ length: sides.length === 0 ? 0 : size }, (_, flat) => {
    const each = sides.map(({ side, comparisons, natural }) => ({
      side,
      ...element(comparisons.get(name)!, shape, flat, natural.get(name)!, settings),
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
    status: statusOf(elements),
    checked: elements.length,
    directions: 0,
    maxDistance: elements.reduce((most, { distance }) => Math.max(most, distance), 0),
    wrong: failures.length,
    undecided: elements.filter(({ status }) => status === 'undecided').length,
    skipped: 0,
    worst,
    failures: failures.slice(0, 10),
    maxUlps: elements.length === 0 ? null : Math.max(...elements.map(({ ulps }) => ulps!)),
  };
}

function statusOf(elements: readonly ElementResult[]): InputResult['status'] {
  if (elements.length === 0) return 'not checked';
  if (elements.some(({ status }) => status === 'wrong')) return 'fail';
  return elements.every(({ status }) => status === 'pass') ? 'pass' : 'inconclusive';
}

export function worstOf(comparison: Comparison, shape: readonly number[], settings: Settings): ElementResult {
  return Array.from(comparison.truth, (_, flat) =>
    element(comparison, shape, flat, comparison.largest, settings),
  ).reduce((most, next) => (severity(next) > severity(most) ? next : most));
}

function element(
  { found, truth, rounding, largest }: Comparison,
  shape: readonly number[],
  flat: number,
  natural: number,
  settings: Settings,
): ElementResult {
  const value = found[flat]!;
  const exact = truth[flat]!;
  const rtol = settings.rtol ?? TOLERANCE.float32.rtol;
  const atol = settings.atol ?? TOLERANCE.float32.atolOfLargest * largest;
  const tolerance = toleranceOf({ difference: 0, rounding }, exact, { rtol, atol });
  const distance = distanceFrom(exact, value);
  const size = Math.max(largest, natural);
  const meaningful = RESOLUTION.single * size;
  const verdict = judge({ value, truth: exact, tolerance, meaningful, size });
  return {
    index: multiIndex(shape, flat),
    status: STATUS[verdict],
    yours: value,
    autodiff: null,
    numeric: exact,
    step: null,
    distance,
    tolerance,
    oddOneOut: null,
    flips: 0,
    atTie: false,
    subgradient: null,
    ulps: ulpDistance(value, Math.fround(exact), 'float32'),
    slope: null,
    note: verdict === 'cannot tell' ? 'rounding in single precision hides what the gradient is here' : null,
  };
}
