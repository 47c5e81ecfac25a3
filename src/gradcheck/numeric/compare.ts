import type { ElementResult, ElementStatus, Side, Tolerance } from '../types.ts';
import type { Estimate } from './differences.ts';
import { RESOLUTION } from './precision.ts';

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

/** What is large and what is small beside an element. */
export interface Scale {
  /** The largest gradient element of the input. */
  readonly largest: number;
  /** How far rounding alone may move the element. */
  readonly noise: number;
  /** What a gradient is here by its units: the contracted output over the scale of the element. */
  readonly natural: number;
}

/** Holds up to three sides of one element against each other. */
export function compareElement(
  index: readonly number[],
  sides: Sides,
  estimate: Estimate,
  allowed: Allowed,
  subgradient: readonly [number, number] | null,
  scale: Scale,
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
  } else if (status === 'pass' && subgradient === null) {
    note = belowResolution(sides, within, scale);
    if (note !== null) status = 'undecided';
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

/** Why an agreement means nothing, or null: the differences are too coarse here. */
function belowResolution(
  { yours, autodiff }: Sides,
  within: Tolerance,
  { largest, noise, natural }: Scale,
): string | null {
  const error = within.difference + within.rounding;
  const magnitude = Math.max(Math.abs(yours ?? 0), Math.abs(autodiff ?? 0));
  if (error > RESOLUTION.noise * Math.max(magnitude, natural))
    return 'the forward or its gradient is noise here';
  if (yours !== null && autodiff !== null) {
    const apart = Math.abs(yours - autodiff);
    const tight = RESOLUTION.apart * magnitude + within.absolute + noise;
    return apart > tight && apart <= error
      ? 'yours and tf autodiff differ by less than the differences can resolve'
      : null;
  }
  const matters = magnitude > RESOLUTION.matters * largest && magnitude > 10 * noise + within.absolute;
  return matters && error > RESOLUTION.alone * magnitude
    ? 'the gradient is smaller than what the differences can resolve'
    : null;
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
