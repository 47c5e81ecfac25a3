import { type Input, multiIndex } from '../spec/readInput.ts';
import type { Settings } from '../spec/readSpec.ts';
import type { ElementResult, ElementStatus, InputResult, KinkCounts, Side, Ties } from '../types.ts';
import { type Allowed, compareElement, severity } from './compare.ts';
import { type Estimate, type Expectation, NOT_CONVERGED } from './differences.ts';
import type { Differencer } from './lines.ts';
import { DIFFERENCES, RESOLUTION, scaleOf } from './precision.ts';

/** One element of the gradient by dual numbers; null if a kernel has no rule for them. */
export type DualElement = (input: string, flat: number) => number | null;

/** Facts from the exact check for elements that differences cannot resolve. */
export interface ExactHelp {
  readonly dual: DualElement;
  /** Whether the checked gradient is proved in all elements. */
  readonly proved: boolean;
  /** Positions by input that dual numbers contradict; they are always among the samples. */
  readonly suspects: ReadonlyMap<string, readonly number[]>;
}

/** The whole gradients of one input, to be compared with the differences. */
export interface Gradients {
  readonly yours: Float64Array | null;
  readonly autodiff: Float64Array | null;
  /** The largest magnitude among them; small elements are small relative to it. */
  readonly largest: number;
  readonly allowed: Allowed;
  /** How far rounding may move each element. */
  readonly noise: Float64Array;
  /** For each element, the largest magnitude over the sides with all inputs halved; null if they fail there. */
  halfway(): Float64Array | null;
}

const MAX_FAILURES = 10;

/** Collects the elements of one input as they are checked. */
export class InputTally {
  readonly input: Input;
  readonly gradients: Gradients;
  /** The differences at every element checked; NaN elsewhere. */
  readonly numeric: Float64Array;
  readonly wrong: number[] = [];
  readonly #failures: ElementResult[] = [];
  readonly #blamed = new Set<Side | null>();
  #worst: ElementResult | null = null;
  #checked = 0;
  #maxDistance = 0;
  #undecided = 0;
  #skipped = 0;
  #directions = 0;

  constructor(input: Input, gradients: Gradients) {
    this.input = input;
    this.gradients = gradients;
    this.numeric = new Float64Array(input.size).fill(Number.NaN);
  }

  add(flat: number, element: ElementResult): void {
    if (element.status === 'skipped') {
      this.#skipped++;
      return;
    }
    this.#checked++;
    // NaN counts as larger than every number, and stays.
    this.#maxDistance = Math.max(this.#maxDistance, element.distance);
    if (element.status === 'undecided') this.#undecided++;
    else this.numeric[flat] = element.numeric ?? Number.NaN;
    if (element.status === 'wrong') {
      this.#blamed.add(element.oddOneOut);
      this.wrong.push(flat);
      this.#failures.push(element);
      this.#failures.sort((a, b) => severity(b) - severity(a));
      this.#failures.length = Math.min(this.#failures.length, MAX_FAILURES);
    }
    if (this.#worst === null || rank(element) > rank(this.#worst)) this.#worst = element;
  }

  /** Whether a side is or may be wrong somewhere: also if no side is the odd one out, or both disagree with numeric. */
  blames(side: Side): boolean {
    return this.#blamed.has(side) || this.#blamed.has('numeric') || this.#blamed.has(null);
  }

  /** Counts a direction of directional mode; undecided if it failed without a wrong element, or could not tell. */
  addDirection(decided: boolean): void {
    this.#directions++;
    if (!decided) this.#undecided++;
  }

  result(): InputResult {
    const { shape, size } = this.input;
    const counted = {
      shape,
      size,
      checked: this.#checked,
      directions: this.#directions,
      maxDistance: this.#maxDistance,
      wrong: this.wrong.length,
      undecided: this.#undecided,
      skipped: this.#skipped,
      worst: this.#worst,
      failures: this.#failures,
      maxUlps: null,
    };
    return { ...counted, status: this.#status() };
  }

  #status(): InputResult['status'] {
    if (this.wrong.length > 0) return 'fail';
    if (this.#undecided > 0) return 'inconclusive';
    return this.#checked + this.#directions > 0 ? 'pass' : 'inconclusive';
  }
}

const ORDER: readonly ElementStatus[] = ['pass', 'undecided', 'wrong'];

/** Ranks wrong elements over undecided over passing ones, each by severity. */
function rank(element: ElementResult): number {
  const within = severity(element);
  return ORDER.indexOf(element.status) + (Number.isFinite(within) ? within / (1 + within) : 1);
}

/** Counts flips over all elements of a check. */
export class KinkTally {
  #elements = 0;
  #flips = 0;
  #skipped = 0;
  readonly #kernels: Record<string, number> = {};

  add(estimate: Estimate, skipped: boolean): void {
    if (skipped) this.#skipped++;
    if (estimate.flips.total === 0) return;
    this.#elements++;
    this.#flips += estimate.flips.total;
    for (const [kernel, count] of Object.entries(estimate.flips.kernels))
      this.#kernels[kernel] = (this.#kernels[kernel] ?? 0) + count;
  }

  counts(policy: Settings['kinks'], ties: Ties): KinkCounts {
    return {
      ties,
      policy,
      elements: this.#elements,
      flips: this.#flips,
      skipped: this.#skipped,
      kernels: this.#kernels,
    };
  }
}

/**
 * Checks one element of an input against finite differences, under the kink policy. An element that is wrong exactly
 * where pieces meet is not added to the tally: all such elements are decided together (ties.ts).
 */
export function checkElement(
  differencer: Differencer,
  { dual, proved }: Pick<ExactHelp, 'dual' | 'proved'>,
  tally: InputTally,
  kinks: KinkTally,
  flat: number,
  policy: Settings['kinks'],
): { element: ElementResult; atTie: boolean } {
  const { input, gradients } = tally;
  const { largest, allowed } = gradients;
  const index = multiIndex(input.shape, flat);
  const sides = { yours: gradients.yours?.[flat] ?? null, autodiff: gradients.autodiff?.[flat] ?? null };
  const expectsChange = Boolean(sides.yours) || Boolean(sides.autodiff);
  const noise = gradients.noise[flat]!;
  const magnitude = Math.max(Math.abs(sides.yours ?? 0), Math.abs(sides.autodiff ?? 0));
  const scale = {
    largest,
    noise,
    natural: differencer.natural(input, flat),
  };
  const saturated = (): boolean => (gradients.halfway()?.[flat] ?? 0) >= RESOLUTION.saturated * magnitude;
  const expected = { largest, noise, expectsChange };
  const compare = (
    estimate: Estimate,
    subgradient: readonly [number, number] | null = null,
    isSaturated = () => false,
  ) => compareElement(index, sides, estimate, allowed, subgradient, { ...scale, saturated: isSaturated });
  const estimate = withNoise(differencer.element(input, flat, expected), noise);
  const flipped = estimate.flips.total > 0 || estimate.flips.diverged;
  const skipped = flipped && (policy === 'skip' || policy === 'error');
  kinks.add(estimate, skipped);
  let element = compare(estimate);
  if (skipped) element = { ...element, status: 'skipped', oddOneOut: null };
  else if (flipped && policy === 'subgradient') {
    if (differencer.neighbours(input, flat) !== null) {
      element = compare(withNoise(differencer.element(input, flat, expected, { hold: true }), noise));
      if (element.status === 'wrong') return { element, atTie: true };
    } else {
      const pieces = differencer.pieces(input, flat, estimate.step);
      element = compare({ ...estimate, value: (pieces[0] + pieces[1]) / 2, undecided: null }, pieces);
    }
  } else if (element.status === 'wrong') {
    const reach = differencer.reach(input, flat);
    const confirmed = confirm(differencer, input, flat, { ...expected, reach }, estimate, magnitude);
    element = compare(confirmed);
    // An element far smaller than the others needs its own, smaller scale.
    const own = scaleOf(input.values[flat]!, 0);
    const step = own > 0 ? Math.min(own, differencer.scale(input, flat)) : differencer.scale(input, flat);
    if (element.status === 'wrong' && confirmed.step > step) {
      const near = differencer.element(input, flat, { ...expected, reach }, { step, mayGrow: false });
      if (compare(withNoise(near, noise)).status !== 'wrong')
        element = { ...element, status: 'undecided', oddOneOut: null, note: FAR_NOTE };
    }
    if (element.status === 'wrong' && differencer.neighbours(input, flat) !== null)
      return { element, atTie: true };
  }
  if (element.status === 'undecided' && estimate.undecided === null) {
    if (proved) element = { ...element, status: 'pass', note: 'proved; below what differences resolve' };
    else {
      // Dual numbers have no error of differences. Their rounding is not measured, so they can confirm a gradient but
      // never make it wrong.
      const value = dual(input.name, flat);
      const decided =
        value === null
          ? compare(estimate, null, saturated)
          : compare({ ...estimate, value, difference: 0, rounding: noise });
      if (decided.status === 'pass') element = decided;
    }
  }
  tally.add(flat, element);
  return { element, atTie: false };
}

/** Far away the function may have another slope, as a saturated layer has. */
const FAR_NOTE = 'only steps far longer than x is large resolve the slope, and it may be another one there';

/** Adds the rounding of the gradients to that of the function values. */
const withNoise = (estimate: Estimate, noise: number): Estimate => ({
  ...estimate,
  rounding: estimate.rounding + noise,
});

/**
 * Repeats the differences with all outputs that depend on the element, including saturated ones, at ever shorter steps
 * until three in a row agree: a step much longer than the function's waves sees a slower wave instead. The spread goes
 * into the error estimate.
 */
function confirm(
  differencer: Differencer,
  input: Input,
  flat: number,
  expected: Omit<Expectation, 'steps'>,
  first: Estimate,
  claimed: number,
): Estimate {
  let estimate = withNoise(differencer.element(input, flat, expected), expected.noise);
  if (estimate.undecided !== null) return first;
  let { difference, step } = estimate;
  let agreeing = 0;
  for (let attempt = 0; attempt < DIFFERENCES.attempts && agreeing < 2; attempt++) {
    step *= DIFFERENCES.confirm;
    const again = withNoise(differencer.element(input, flat, expected, { step }), expected.noise);
    if (again.undecided !== null) break;
    const apart = Math.abs(again.value - estimate.value);
    if (apart <= difference + estimate.rounding + again.difference + again.rounding) {
      difference = Math.max(difference, apart);
      agreeing++;
    } else {
      estimate = again;
      ({ difference } = again);
      agreeing = 0;
    }
  }
  return closeUp(differencer, input, flat, expected, { ...estimate, difference }, claimed);
}

/**
 * A gradient much larger than the differences may come from waves shorter than every step so far, as in sin(1e12 x). So
 * the differences must give the same value at a step so short that such a gradient would show above the rounding;
 * otherwise the differences are in doubt.
 */
function closeUp(
  differencer: Differencer,
  input: Input,
  flat: number,
  expected: Omit<Expectation, 'steps'>,
  estimate: Estimate,
  claimed: number,
): Estimate {
  const { times, rounding } = DIFFERENCES.steep;
  if (!(claimed > times * Math.abs(estimate.value) && claimed < Number.POSITIVE_INFINITY)) return estimate;
  // Taken again without the rounding of the gradients, which withNoise has added to `estimate`.
  const far = differencer.element(input, flat, expected, { step: estimate.step });
  const shortest = Math.max(DIFFERENCES.shortest * Math.abs(input.values[flat]!), Number.MIN_VALUE * 2 ** 52);
  const step = rounding
    .map((part) => Math.max((far.step * far.rounding) / (part * claimed), shortest))
    .find((resolving) => resolving < estimate.step);
  if (step === undefined) return estimate;
  const close = differencer.element(input, flat, expected, { step });
  const apart = Math.abs(close.value - estimate.value);
  const room = close.difference + close.rounding + estimate.difference + far.rounding;
  if (close.undecided === null && apart <= room) return estimate;
  const isSteep = close.undecided === null && Math.abs(close.value) >= claimed / times;
  return isSteep
    ? withNoise(close, expected.noise)
    : { ...estimate, undecided: close.undecided ?? NOT_CONVERGED };
}
