import type { ElementResult, ElementStatus, Side, Tolerance } from '../types.ts';
import type { Estimate } from './differences.ts';
import { RESOLUTION } from './precision.ts';
import { distanceFrom, judge, type Verdict } from './verdict.ts';

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

/** Magnitudes to compare an element with. */
export interface Scale {
  /** The largest gradient element of the input. */
  readonly largest: number;
  /** How far rounding may move the element. */
  readonly noise: number;
  /** The size of gradient that units suggest: the contracted output divided by the scale of the element. */
  readonly natural: number;
  /** Whether the gradient is far larger halfway to 0, as when a softmax or a tanh has saturated. */
  saturated(): boolean;
}

/** Compares up to three sides of one element with each other. */
export function compareElement(
  index: readonly number[],
  sides: Sides,
  estimate: Estimate,
  allowed: Allowed,
  subgradient: readonly [number, number] | null,
  scale: Scale,
): ElementResult {
  const within = tolerance(estimate, estimate.value, allowed);
  const truth = subgradient ?? estimate.value;
  const magnitude = Math.max(Math.abs(sides.yours ?? 0), Math.abs(sides.autodiff ?? 0));
  const meaningful = RESOLUTION.noise * Math.max(magnitude, scale.natural);
  const size = Math.max(magnitude, scale.natural, scale.largest);
  const verdictOn = (value: number | null): Verdict | null =>
    value === null ? null : judge({ value, truth, tolerance: within, meaningful, size });
  const yours = verdictOn(sides.yours);
  const autodiff = verdictOn(sides.autodiff);
  let status = statusOf([yours, autodiff]);
  let note: string | null = null;
  if (estimate.undecided !== null) {
    status = 'undecided';
    note = estimate.undecided;
  } else if (status === 'undecided') note = within.absolute > size / 2 ? WIDE_NOTE : NOISE_NOTE;
  else if (status === 'pass' && subgradient === null) {
    note = belowResolution(sides, within, scale);
    if (note !== null) status = 'undecided';
  }
  const wrong = { yours: yours === 'differs', autodiff: autodiff === 'differs' };
  return {
    index,
    status,
    ...sides,
    numeric: estimate.value,
    step: estimate.step,
    distance: Math.max(
      ...[sides.yours, sides.autodiff].map((side) => (side === null ? 0 : distanceFrom(truth, side))),
    ),
    tolerance: within,
    oddOneOut: status === 'wrong' ? oddOne(sides, wrong, within) : null,
    flips: estimate.flips.total,
    atTie: false,
    subgradient,
    ulps: null,
    slope: estimate.slope,
    note,
  };
}

const NOISE_NOTE = 'the forward or its gradient is noise here';
const WIDE_NOTE = 'the tolerance is as large as the gradients: it would let anything pass';

/** An element passes only if at least one side exists and every side that exists agrees. */
function statusOf(verdicts: readonly (Verdict | null)[]): ElementStatus {
  const given = verdicts.filter((verdict) => verdict !== null);
  if (given.includes('differs')) return 'wrong';
  return given.length > 0 && given.every((verdict) => verdict === 'agrees') ? 'pass' : 'undecided';
}

/** Why an agreement means nothing because the differences are too coarse here, or null. */
function belowResolution({ yours, autodiff }: Sides, within: Tolerance, scale: Scale): string | null {
  const { largest, noise } = scale;
  const error = within.difference + within.rounding;
  const magnitude = Math.max(Math.abs(yours ?? 0), Math.abs(autodiff ?? 0));
  if (yours !== null && autodiff !== null) {
    const apart = Math.abs(yours - autodiff);
    const tight = RESOLUTION.apart * magnitude + within.absolute + noise;
    if (apart > tight && apart <= error)
      return 'yours and tf autodiff differ by less than the differences can resolve';
  }
  if (!(magnitude > RESOLUTION.matters * largest)) return null;
  return isUnresolved(magnitude, { error, ownError: 10 * noise + within.absolute, ...scale })
    ? 'the gradient is smaller than what the differences can resolve'
    : null;
}

/** Whether differences with this error cannot resolve a gradient that is larger than its own error. */
export function isUnresolved(
  magnitude: number,
  of: Pick<Scale, 'natural' | 'saturated'> & { readonly error: number; readonly ownError: number },
): boolean {
  if (!(magnitude > of.ownError) || of.error <= RESOLUTION.alone * magnitude) return false;
  // A saturated function has almost no slope; the rest is checked as a zero.
  const isZero = magnitude <= RESOLUTION.flat * of.natural && of.saturated();
  return !isZero;
}

function oddOne(
  { yours, autodiff }: Sides,
  wrong: { readonly yours: boolean; readonly autodiff: boolean },
  within: Tolerance,
): Side | null {
  if (!wrong.autodiff) return 'yours';
  if (!wrong.yours) return 'tf autodiff';
  const apart = Math.abs(yours! - autodiff!);
  return apart <= within.absolute + 2 * within.relative ? 'numeric' : null;
}

/** The distance divided by the distance allowed: more than 1 is wrong, and so is NaN. */
export function severity({ distance, tolerance: { total } }: ElementResult): number {
  if (distance === 0) return 0;
  const share = distance / total;
  return Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
}
