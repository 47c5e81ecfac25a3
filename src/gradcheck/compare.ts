import type { Estimate } from './differences.ts';
import { CONTRACT_TOLERANCE } from './precision.ts';
import type { ElementResult, ElementStatus, Side, Tolerance } from './types.ts';

/** rtol and atol of one input. */
export interface Allowed {
  readonly rtol: number;
  readonly atol: number;
}

export interface Sides {
  readonly yours: number | null;
  readonly autodiff: number | null;
}

export function tolerance(
  estimate: Pick<Estimate, 'difference' | 'rounding'>,
  magnitude: number,
  allowed: Allowed,
): Tolerance {
  const { difference, rounding } = estimate;
  const relative = allowed.rtol * Math.abs(magnitude);
  const absolute = allowed.atol;
  const { rtol } = allowed;
  return {
    rtol,
    difference,
    rounding,
    relative,
    absolute,
    total: difference + rounding + relative + absolute,
  };
}

/** Holds up to three sides of one element against each other. */
export function compareElement(
  index: readonly number[],
  sides: Sides,
  estimate: Estimate,
  allowed: Allowed,
  subgradient: readonly [number, number] | null,
): ElementResult {
  const within = tolerance(estimate, estimate.value, allowed);
  const away = (side: number | null): number =>
    side === null ? 0 : distanceFrom(subgradient ?? [estimate.value, estimate.value], side);
  const yoursAway = away(sides.yours);
  const autodiffAway = away(sides.autodiff);
  const yoursWrong = yoursAway > within.total;
  const autodiffWrong = autodiffAway > within.total;
  let status: ElementStatus = yoursWrong || autodiffWrong ? 'wrong' : 'pass';
  let note: string | null = null;
  if (estimate.undecided !== null) {
    status = 'undecided';
    note = estimate.undecided;
  } else if (status === 'pass' && subgradient === null && differBelowResolution(sides, within)) {
    status = 'undecided';
    note = 'yours and tf autodiff differ by less than the differences can resolve';
  }
  return {
    index,
    status,
    ...sides,
    numeric: estimate.value,
    step: estimate.step,
    distance: Math.max(yoursAway, autodiffAway),
    tolerance: within,
    oddOneOut: status === 'wrong' ? oddOne(sides, yoursWrong, autodiffWrong, within) : null,
    flips: estimate.flips.total,
    subgradient,
    ulps: null,
    slope: estimate.slope,
    note,
  };
}

function distanceFrom([low, high]: readonly [number, number], x: number): number {
  return Math.max(Math.min(low, high) - x, x - Math.max(low, high), 0);
}

/** Two gradients that agree with the differences, which are too coarse here to tell the two apart. */
function differBelowResolution(
  { yours, autodiff }: Sides,
  { difference, rounding, absolute }: Tolerance,
): boolean {
  if (yours === null || autodiff === null) return false;
  const magnitude = Math.max(Math.abs(yours), Math.abs(autodiff));
  const apart = Math.abs(yours - autodiff);
  return (
    apart > 1e-5 * magnitude &&
    apart > absolute &&
    apart <= difference + rounding &&
    apart > CONTRACT_TOLERANCE * magnitude
  );
}

function oddOne(
  { yours, autodiff }: Sides,
  yoursWrong: boolean,
  autodiffWrong: boolean,
  within: Tolerance,
): Side | null {
  if (yours === null) return 'tf autodiff';
  if (autodiff === null) return 'yours';
  if (!autodiffWrong) return 'yours';
  if (!yoursWrong) return 'tf autodiff';
  const apart = Math.abs(yours - autodiff);
  return apart <= within.absolute + 2 * within.relative ? 'numeric' : null;
}

/** How far a distance is beyond what is allowed: above 1 is wrong. */
export function severity({ distance, tolerance: { total } }: ElementResult): number {
  if (distance === 0) return 0;
  return total === 0 ? Number.POSITIVE_INFINITY : distance / total;
}
