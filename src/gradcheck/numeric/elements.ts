import { type Input, multiIndex } from '../spec/readInput.ts';
import type { Settings } from '../spec/readSpec.ts';
import type { ElementResult, InputResult, KinkCounts, Side, Ties } from '../types.ts';
import { type Allowed, compareElement, severity } from './compare.ts';
import { type Estimate, type Expectation, NOT_CONVERGED } from './differences.ts';
import type { Differencer } from './lines.ts';
import { DIFFERENCES, RESOLUTION, scaleOf } from './precision.ts';

/** One element of the gradient by dual numbers; null where there is no rule for them. */
export type DualElement = (input: string, flat: number) => number | null;

/** Help of the exact check where differences cannot resolve an element. */
export interface ExactHelp {
  readonly dual: DualElement;
  /** Whether the checked gradient is proved, all elements at once. */
  readonly proved: boolean;
  /** Positions by input that dual numbers contradict: they are always among the samples. */
  readonly suspects: ReadonlyMap<string, readonly number[]>;
}

/** The gradients of one input that are held against the differences, whole. */
export interface Gradients {
  readonly yours: Float64Array | null;
  readonly autodiff: Float64Array | null;
  /** The largest magnitude among them: what is tiny is tiny beside this. */
  readonly largest: number;
  readonly allowed: Allowed;
  /** How far rounding may move each element. */
  readonly noise: Float64Array;
  /** The gradients of the sides with all inputs halved: their largest magnitudes by element, null where they fail. */
  halfway(): Float64Array | null;
}

const MAX_FAILURES = 10;

/** Collects the elements of one input as they are checked. */
export class InputTally {
  readonly input: Input;
  readonly gradients: Gradients;
  /** The differences of every element checked; NaN elsewhere. */
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
    // NaN is further than every number: it stays.
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

  /** Whether a side is wrong somewhere, or may be: where no side is the odd one out, or both agree against numeric. */
  blames(side: Side): boolean {
    return this.#blamed.has(side) || this.#blamed.has('numeric') || this.#blamed.has(null);
  }

  /** A direction of the screen; one that found a difference but no element, or could not tell, is undecided. */
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

/** Wrong elements before undecided before passing ones, each by severity. */
function rank(element: ElementResult): number {
  const order = { wrong: 2, undecided: 1, pass: 0, skipped: -1 }[element.status];
  const within = severity(element);
  return order + (Number.isFinite(within) ? within / (1 + within) : 1);
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
 * Checks one element of an input against finite differences, under the kink policy. One that is wrong exactly where
 * pieces meet is not added: what is right there is decided over all such elements (ties.ts).
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
    // Beside far larger elements it has a scale of its own.
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
      // Dual numbers have no error of differences. Their own rounding is not measured: they confirm and never accuse.
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

/** A function of one slope here may have another one there: a saturated layer does. */
const FAR_NOTE = 'only steps far longer than x is large resolve the slope, and it may be another one there';

/** The gradients round as well as the function values. */
const withNoise = (estimate: Estimate, noise: number): Estimate => ({
  ...estimate,
  rounding: estimate.rounding + noise,
});

/**
 * The same with every output counted that the element has a part in, saturated ones as well, at steps that get shorter
 * until three in a row agree: a step much longer than the function's waves sees some slower wave in its place. The
 * spread goes into the error estimate.
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
 * A gradient far above the differences may belong to waves shorter than every step so far: sin(1e12 x). At a step on which
 * it would stand out of the rounding the differences must say the same; else it is they that are in doubt.
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
  // The rounding of the gradients, which withNoise has added, is none of the differences'.
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
