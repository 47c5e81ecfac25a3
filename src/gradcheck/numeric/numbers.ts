import { accumulatedRounding } from '../../numerics/ieee.ts';
import { distinctIndices, unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import type { Input } from '../spec/readInput.ts';
import type { Settings } from '../spec/readSpec.ts';
import { largestOf, type Replacement, type Values } from '../spec/subject.ts';
import type { ElementResult, Ties } from '../types.ts';
import { isUnresolved, tolerance } from './compare.ts';
import { checkElement, type ExactHelp, type Gradients, InputTally, KinkTally } from './elements.ts';
import type { Differencer } from './lines.ts';
import { RESOLUTION, TOLERANCE } from './precision.ts';
import { type Deferred, resolveTies } from './ties.ts';
import { judge } from './verdict.ts';

/** The gradients to compare with differences, by input; null for a side that does not exist. */
export interface SideGradients {
  readonly yours: ReadonlyMap<string, Values> | null;
  readonly autodiff: ReadonlyMap<string, Values> | null;
}

/** How far rounding may move the gradients of each existing side. */
export type GradientNoise = readonly ReadonlyMap<string, Float64Array>[];

export interface Numbers {
  readonly tallies: readonly InputTally[];
  readonly kinks: KinkTally;
  readonly ties: Ties;
}

/** A run of one side, with the values of some inputs replaced. */
export type SideRunner = (...moved: Replacement[]) => ReadonlyMap<string, Values>;

/** How long the loop runs before it yields to timers and signals. */
const PAUSE_MILLISECONDS = 100;
/** The number of elements where two whole gradients disagree most that are added to the samples. */
const DISAGREEMENTS = 8;

/** Compares the gradients with finite differences, in the mode of the settings. */
export async function checkNumbers(
  inputs: readonly Input[],
  gradients: SideGradients,
  noise: GradientNoise,
  runs: readonly SideRunner[],
  exact: ExactHelp,
  differencer: Differencer,
  settings: Settings,
): Promise<Numbers> {
  const random = uniformNumbers(settings.seed ^ 0x5eed);
  const kinks = new KinkTally();
  const halfway = halfwayToZero(inputs, runs);
  const tallies = inputs.map(
    (input) => new InputTally(input, gradientsOf(input, gradients, noise, halfway, settings)),
  );
  const plans = tallies.map((tally) => plan(tally, exact.suspects, settings, random));
  const total = plans.reduce((sum, elements) => sum + elements.length, 0);
  const deferred: Deferred[] = [];
  const checkAt = (tally: InputTally, flat: number): ElementResult => {
    const { element, atTie } = checkElement(differencer, exact, tally, kinks, flat, settings.kinks);
    if (atTie) deferred.push({ tally, flat, element });
    return element;
  };
  let done = 0;
  let paused = performance.now();
  for (const [i, tally] of tallies.entries()) {
    if (settings.mode === 'directional') screen(differencer, tally, checkAt, settings, random);
    for (const flat of plans[i]!) {
      // Directional mode may have found it already.
      if (!tally.wrong.includes(flat)) checkAt(tally, flat);
      done++;
      if (performance.now() - paused < PAUSE_MILLISECONDS) continue;
      settings.onProgress?.(done, total);
      await new Promise((resolve) => setTimeout(resolve));
      paused = performance.now();
    }
  }
  settings.onProgress?.(done, total);
  const ties = resolveTies(differencer, tallies, deferred, random);
  return { tallies, kinks, ties };
}

/** The gradients of every side with all inputs halved, computed at most once, without sides that throw there. */
function halfwayToZero(
  inputs: readonly Input[],
  runs: readonly SideRunner[],
): () => readonly ReadonlyMap<string, Values>[] {
  let found: ReadonlyMap<string, Values>[] | null = null;
  const halved = inputs.map(({ name, values }) => ({
    name,
    values: Float64Array.from(values, (x) => x / 2),
  }));
  return () => {
    found ??= runs.flatMap((run) => {
      try {
        return [run(...halved)];
      } catch {
        return [];
      }
    });
    return found;
  };
}

function gradientsOf(
  input: Input,
  { yours, autodiff }: SideGradients,
  noise: GradientNoise,
  halfway: () => readonly ReadonlyMap<string, Values>[],
  settings: Settings,
): Gradients {
  const sides = {
    yours: yours?.get(input.name)?.values ?? null,
    autodiff: autodiff?.get(input.name)?.values ?? null,
  };
  // The smaller of the two, so that a gradient that is far too large does not widen its own tolerance.
  const magnitudes = [sides.yours, sides.autodiff].flatMap((side) =>
    side === null ? [] : [largestOf(side)],
  );
  const largest = Math.min(...magnitudes.filter((magnitude) => magnitude > 0));
  const known = Number.isFinite(largest) ? largest : 0;
  const { rtol, atolOfLargest } = TOLERANCE.float64;
  return {
    ...sides,
    largest: known,
    noise: new Float64Array(input.size).map((_, i) =>
      Math.max(0, ...noise.map((side) => side.get(input.name)?.[i] ?? 0)),
    ),
    halfway: () => {
      const found = halfway().flatMap((side) => side.get(input.name)?.values ?? []);
      if (found.length === 0) return null;
      return found[0]!.map((_, i) => Math.max(...found.map((values) => Math.abs(values[i]!))));
    },
    allowed: { rtol: settings.rtol ?? rtol, atol: settings.atol ?? atolOfLargest * known },
  };
}

/** The elements to check one by one: all, or samples that include the suspects and the largest disagreements. */
function plan(
  { input, gradients }: InputTally,
  suspects: ExactHelp['suspects'],
  settings: Settings,
  random: () => number,
): number[] {
  const { yours, autodiff } = gradients;
  if (settings.mode === 'full') return Array.from({ length: input.size }, (_, flat) => flat);
  const chosen = new Set(yours === null || autodiff === null ? [] : disagreements(yours, autodiff));
  for (const flat of suspects.get(input.name) ?? []) chosen.add(flat);
  if (settings.mode === 'sampled') {
    // Only inputs with a gradient are checked.
    chosen.add(argMaxAbs((yours ?? autodiff)!));
    for (const flat of distinctIndices(input.size, settings.samples, random)) {
      if (chosen.size >= settings.samples) break;
      chosen.add(flat);
    }
  }
  return [...chosen].sort((a, b) => a - b);
}

const argMaxAbs = (values: Float64Array): number =>
  values.reduce((best, x, i) => (Math.abs(x) > Math.abs(values[best]!) ? i : best), 0);

/** The elements where yours and autodiff differ most, if they differ at all. */
function disagreements(yours: Float64Array, autodiff: Float64Array): number[] {
  const scale = Math.min(largestOf(yours), largestOf(autodiff));
  const { rtol, atolOfLargest } = TOLERANCE.float64;
  const distance = (i: number) => Math.abs(yours[i]! - autodiff[i]!);
  const apart = [...yours.keys()].filter(
    (i) => distance(i) > rtol * Math.abs(autodiff[i]!) + atolOfLargest * scale,
  );
  return apart.sort((a, b) => distance(b) - distance(a)).slice(0, DISAGREEMENTS);
}

/** Checks random directions, branches held; one that fails is bisected until a wrong element is found. */
function screen(
  differencer: Differencer,
  tally: InputTally,
  checkAt: (tally: InputTally, flat: number) => ElementResult,
  settings: Settings,
  random: () => number,
): void {
  const { input } = tally;
  for (let round = 0; round < settings.directions; round++) {
    const direction = unequalEntries(input.size, random);
    let low = 0;
    let high = input.size;
    const { verdict, resolved } = hold(differencer, tally, direction, low, high);
    tally.addDirection(verdict === 'differs' || (verdict === 'agrees' && resolved));
    if (verdict !== 'differs') continue;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (hold(differencer, tally, direction, low, middle).verdict === 'agrees') low = middle;
      else high = middle;
    }
    if (tally.wrong.includes(low)) continue;
    const { status } = checkAt(tally, low);
    if (status !== 'wrong') tally.addDirection(false);
  }
}

/**
 * Whether every side's product with the direction, restricted to elements [low, high), equals the directional
 * derivative, and whether the differences resolve gradients this small.
 */
function hold(
  differencer: Differencer,
  { input, gradients }: InputTally,
  direction: Float64Array,
  low: number,
  high: number,
): { verdict: 'agrees' | 'differs' | 'undecided'; resolved: boolean } {
  const part = new Float64Array(input.size);
  part.set(direction.subarray(low, high), low);
  const sides = [gradients.yours, gradients.autodiff].flatMap((side) => (side === null ? [] : [side]));
  const [side] = sides as [Float64Array];
  const normOn = (values: Float64Array): number =>
    Math.sqrt(values.reduce((sum, x, i) => sum + (x * part[i]!) ** 2, 0));
  const norm = normOn(side);
  const noise = normOn(gradients.noise);
  const estimate = differencer.along(input, part, { largest: norm, noise, expectsChange: norm > 0 });
  if (estimate.undecided !== null) return { verdict: 'undecided', resolved: false };
  const { difference } = estimate;
  // The products are sums of many terms, which round too.
  const magnitude = side.reduce((sum, g, i) => sum + Math.abs(g * part[i]!), 0);
  const summing = accumulatedRounding(high - low, 'float64') * magnitude;
  const rounding = estimate.rounding + noise + summing;
  const within = tolerance(
    { difference, rounding },
    Math.max(Math.abs(estimate.value), norm),
    gradients.allowed,
  );
  const natural = differencer.naturalAlong(input);
  const size = Math.max(norm, Math.abs(estimate.value), natural);
  const meaningful = RESOLUTION.noise * size;
  const verdicts = sides.map((side) => {
    const value = side.reduce((sum, g, i) => sum + g * part[i]!, 0);
    return judge({ value, truth: estimate.value, tolerance: within, meaningful, size });
  });
  const resolved = !isUnresolved(norm, {
    error: difference + estimate.rounding,
    ownError: 10 * noise,
    natural,
    saturated: () => {
      const halfway = gradients.halfway();
      return halfway !== null && normOn(halfway) >= RESOLUTION.saturated * norm;
    },
  });
  if (verdicts.includes('differs')) return { verdict: 'differs', resolved };
  const agree = verdicts.every((verdict) => verdict === 'agrees');
  return { verdict: agree ? 'agrees' : 'undecided', resolved };
}
