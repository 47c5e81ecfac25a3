import type { Flips } from './kernels/branches.ts';
import { DIFFERENCES, OWN_ROUNDING, RESOLUTION } from './precision.ts';

/** The function's outputs at one point of a line through the base point, and the branches that flip there. */
export interface LinePoint {
  readonly values: Float64Array;
  /** The position on the line, after rounding. */
  readonly offset: number;
  readonly flips: Flips;
  /** The text of the error that the function throws there, or null. */
  readonly threw: string | null;
}
/** The function at the base point. */
export interface BasePoint {
  readonly output: Float64Array;
  readonly dy: Float64Array;
  /** How far rounding may move each output. */
  readonly noise: Float64Array;
}
export type Line = (offset: number) => LinePoint;

export interface Estimate {
  readonly value: number;
  /** The largest of the three steps h, h/2 and h/4. */
  readonly step: number;
  /** Error estimate for truncation and noise. */
  readonly difference: number;
  readonly rounding: number;
  /** |slope to the right - slope to the left| at the shortest of the three steps. */
  readonly bend: number;
  /** Branches that flip within x ± h. */
  readonly flips: Flips;
  /** Order of convergence of the plain central differences; null if they are equal. */
  readonly slope: number | null;
  /** Why the differences cannot tell, or null. */
  readonly undecided: string | null;
}

/** The facts known about a derivative before the differences are taken. */
export interface Expectation {
  /** The largest gradient element of the input; small elements are small relative to it. */
  readonly largest: number;
  /** How far rounding moves the gradient itself; nothing smaller needs to be resolved. */
  readonly noise: number;
  /**
   * The shortest step, and the scale of the element, or 0 if the step may not grow. Beyond the scale the function may
   * behave differently, so there a derivative counts only if it is well above the rounding and converges.
   */
  readonly steps: readonly [number, number];
  /** Whether some gradient says that the function changes along the line. */
  readonly expectsChange: boolean;
  /** 1 for outputs that are known to change along the line, even if a small step does not change them. */
  readonly reach?: Uint8Array;
}

/**
 * Derivative along a line of the contraction sum(dy * output), by central differences at h, h/2 and h/4 with
 * Richardson extrapolation. The error estimate is the change of the once extrapolated value from (h, h/2) to
 * (h/2, h/4). The step shrinks while this error is too large relative to the derivative and `largest`, and grows, if
 * allowed, while the rounding of the function values is too large; the step with the smallest sum of both is kept.
 */
export function derivative(
  line: Line,
  base: BasePoint,
  startStep: number,
  expectation: Expectation,
): Estimate {
  const { expectsChange, reach } = expectation;
  const touched = reach?.slice() ?? new Uint8Array(base.output.length);
  let best = ladder(line, base, startStep, expectation, touched);
  if (expectsChange && !touched.includes(1)) {
    // Either the function does not change along the line, or the change is lost in the rounding of every output.
    touched.fill(1);
    best = ladder(line, base, startStep, expectation, touched);
  }
  const factor = direction(best, expectation);
  let step = startStep;
  for (let attempt = 1; factor !== 1 && attempt < DIFFERENCES.attempts; attempt++) {
    step *= factor;
    if (step < expectation.steps[0]) break;
    const estimate = ladder(line, base, step, expectation, touched);
    const counts = step <= expectation.steps[1] || factor < 1 || isResolved(estimate);
    if (!counts) continue;
    if (betterThan(estimate, best)) best = estimate;
    // Past the best step the other error grows, so going on cannot help.
    else if (best.undecided === null) break;
    if (direction(estimate, expectation) !== factor) break;
    // With smaller steps the derivative would be lost in the rounding of the function values.
    const size = Math.max(Math.abs(estimate.value), expectation.largest);
    if (factor < 1 && estimate.rounding > DIFFERENCES.undecided * size) break;
  }
  return best;
}

/** The factor to multiply the step by; 1 if both errors are small enough. */
function direction(estimate: Estimate, { largest, noise, steps }: Expectation): number {
  const { truncation, rounding, ofLargest } = DIFFERENCES.goodEnough;
  const size = Math.max(Math.abs(estimate.value), ofLargest * largest);
  const noisy = estimate.difference <= DIFFERENCES.noiseRatio * estimate.rounding;
  const fineEnough = estimate.difference <= Math.max(truncation * size, noise);
  if (estimate.undecided !== null || !(fineEnough || noisy)) return DIFFERENCES.shrink;
  return steps[1] > 0 && estimate.rounding > Math.max(rounding * size, noise) ? 1 / DIFFERENCES.shrink : 1;
}

/** Whether a derivative is far larger than the errors from rounding and curvature. */
function isResolved({ value, difference, rounding, bend, undecided }: Estimate): boolean {
  return undecided === null && difference + rounding + bend <= RESOLUTION.alone * Math.abs(value);
}

function betterThan(a: Estimate, b: Estimate): boolean {
  if ((a.undecided === null) !== (b.undecided === null)) return a.undecided === null;
  const error = (estimate: Estimate) => estimate.difference + estimate.rounding;
  return error(a) < error(b) || Number.isNaN(error(b));
}

function ladder(
  line: Line,
  base: BasePoint,
  step: number,
  expectation: Expectation,
  touched: Uint8Array,
): Estimate {
  const rungs = [step, step / 2, step / 4].map((rung) => central(line, base, rung, touched));
  const [wide, middle, narrow] = rungs.map((rung) => rung.slope) as [number, number, number];
  const once = (4 * middle - wide) / 3;
  const onceNarrow = (4 * narrow - middle) / 3;
  const value = (16 * onceNarrow - once) / 15;
  const difference = DIFFERENCES.safety * Math.abs(onceNarrow - once);
  const rounding = rungs[2]!.rounding;
  const first = Math.abs(wide - middle);
  const second = Math.abs(middle - narrow);
  const convergence = first > rounding && second > rounding ? Math.log2(first / second) : null;
  return {
    value,
    step,
    difference,
    rounding,
    bend: rungs[2]!.bend,
    flips: rungs[0]!.flips,
    slope: convergence,
    undecided: reason(rungs, value, { difference, rounding }, expectation),
  };
}

function reason(
  rungs: readonly Rung[],
  value: number,
  error: Pick<Estimate, 'difference' | 'rounding'>,
  { largest, noise }: Expectation,
): string | null {
  const enough = Math.max(DIFFERENCES.undecided * Math.max(Math.abs(value), largest), 10 * noise);
  const threw = rungs.find((rung) => rung.threw !== null)?.threw;
  if (threw != null) return `the forward throws within x ± h: ${threw}`;
  if (rungs.some((rung) => rung.flips.diverged))
    return 'other kernels run within x ± h: the code branches there';
  if (!Number.isFinite(value)) return 'the forward is not finite within x ± h';
  if (!Number.isFinite(error.rounding)) return 'the forward is noise here: nothing bounds its rounding';
  const kink = rungs[2]!.bend;
  if (kink > enough + 4 * rungs[2]!.rounding && kink > 0.6 * rungs[0]!.bend)
    return 'the slopes left and right of x differ however small the step: a kink that is not in a known kernel';
  // If the step is longer than the function's waves, the slopes are random, and so are the slopes to either side.
  if (kink > 4 * rungs[2]!.rounding && kink > rungs[0]!.bend) return NOT_CONVERGED;
  // A derivative below the rounding of the function values is zero as far as differences can see.
  if (error.difference > enough && error.difference > error.rounding)
    return 'the error of the differences is too large';
  const resolved = Math.max(
    DIFFERENCES.converged * Math.abs(value),
    DIFFERENCES.noiseRatio * error.rounding,
    noise,
  );
  return error.difference > resolved ? NOT_CONVERGED : null;
}

/** The reason why an estimate is undecided. */
export const NOT_CONVERGED = 'the differences do not converge at any step';

interface Rung {
  readonly slope: number;
  /** |slope to the right - slope to the left|; decreases with the step where the function is smooth. */
  readonly bend: number;
  readonly rounding: number;
  readonly flips: Flips;
  readonly threw: string | null;
}

/** `touched` marks the outputs that changed along the line at any step so far; the others do not count. */
function central(
  line: Line,
  { output: base, dy, noise }: BasePoint,
  step: number,
  touched: Uint8Array,
): Rung {
  const right = line(step);
  const left = line(-step);
  const width = right.offset - left.offset;
  let sum = 0;
  let carry = 0;
  let bend = 0;
  let uncertainty = 0;
  for (let i = 0; i < base.length; i++) {
    const up = right.values[i]!;
    const down = left.values[i]!;
    if (touched[i] === 0 && up === down && up === base[i]) continue;
    touched[i] = 1;
    const weight = dy[i]!;
    // Neumaier's compensated summation: the sum itself adds no significant error.
    const term = weight * (up - down);
    const next = sum + term;
    carry += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
    bend += weight * (up - base[i]! - (base[i]! - down));
    // An output that is 0 at the base point has no noise there, but it is rounded on either side.
    const uncertain = (y: number) => Math.max(noise[i]!, OWN_ROUNDING * Math.abs(y));
    uncertainty += Math.abs(weight) * (uncertain(up) + uncertain(down));
  }
  return {
    slope: (sum + carry) / width,
    bend: Math.abs(bend) / (width / 2),
    rounding: uncertainty / width,
    flips: mergeFlips(left.flips, right.flips),
    threw: left.threw ?? right.threw,
  };
}

export function mergeFlips(a: Flips, b: Flips): Flips {
  const kernels: Record<string, number> = { ...a.kernels };
  for (const [kernel, count] of Object.entries(b.kernels)) kernels[kernel] = (kernels[kernel] ?? 0) + count;
  return {
    total: a.total + b.total,
    kernels,
    places: [...a.places, ...b.places],
    diverged: a.diverged || b.diverged,
  };
}
