import { multiIndex } from '../spec/readInput.ts';
import type { TF } from '../types.ts';
import type { Run } from './attempts.ts';
import { Duals, PLAIN } from './dual.ts';
import { differs, type Gradients, type Outcome, Setting, taintOf } from './sides.ts';
import type { ExactSubject } from './subject.ts';

/** An element by its place and flat position. */
export interface Element {
  readonly name: string;
  readonly flat: number;
}

export interface Located {
  /** The first wrong elements. */
  readonly elements: readonly Element[];
  /** The number of wrong elements by place if all were compared; null if the search ended at the first ones. */
  readonly wrong: Readonly<Record<string, number>> | null;
}

const MOST_ELEMENTS = 10;
/** The number of forward passes in a search: fewer for large inputs, but enough for one wrong element in a million. */
const passesOver = (elements: number): number => Math.min(150, Math.max(45, 5e6 / elements));

/** Compares two gradients in every lane. */
export function compared(setting: Setting, yours: Gradients, other: Gradients): Located {
  const lanes = setting.world.lanes.length;
  return collect(setting, (name, k) => {
    const [a, b] = [yours.get(name)!.entry, other.get(name)!.entry];
    for (let lane = 0; lane < lanes; lane++)
      if (differs(a.numbers[lane]!.value, b.numbers[lane]!.value, k)) return true;
    return false;
  });
}

/** Difference, relative to the largest element, that rounding does not explain. */
const ROUNDING = 1e-7;
/** Difference, relative to all terms of a contraction, worth a closer look although rounding may explain it. */
const SUSPICIOUS = 2 ** -36;

/** Compares two gradients in double precision, for use if taints make the lanes differ. */
export function comparedInDoubles(setting: Setting, yours: Gradients, other: Gradients): Located {
  const largest = (real: Float64Array): number => real.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return collect(setting, (name, k) => {
    const [a, b] = [yours.get(name)!.real, other.get(name)!.real];
    return !(Math.abs(a[k]! - b[k]!) <= ROUNDING * Math.max(largest(a), largest(b)));
  });
}

function collect(setting: Setting, isWrong: (name: string, k: number) => boolean): Located {
  const elements: Element[] = [];
  const wrong: Record<string, number> = {};
  for (const { name, values } of setting.places) {
    let count = 0;
    for (let k = 0; k < values.length; k++) {
      if (!isWrong(name, k)) continue;
      if (count++ < MOST_ELEMENTS && elements.length < MOST_ELEMENTS) elements.push({ name, flat: k });
    }
    if (count > 0) wrong[name] = count;
  }
  return { elements, wrong };
}

/**
 * Finds wrong elements without a second gradient, by bisecting directions for which the identity fails, in the lanes,
 * or in double precision if the setting has no lanes.
 */
export function searched(
  setting: Setting,
  f: ExactSubject['forward'],
  gradients: Gradients,
  rounding = ROUNDING,
): Located {
  const elements: Element[] = [];
  const most = passesOver(setting.places.reduce((sum, { values }) => sum + values.length, 0));
  let passes = 0;
  const search = (name: string, start: number, end: number, known: boolean): boolean => {
    if (elements.length >= MOST_ELEMENTS || passes >= most) return false;
    passes += known ? 0 : 1;
    if (!known && holds(setting, f, gradients, { name, start, end }, rounding)) return false;
    if (end - start === 1) {
      elements.push({ name, flat: start });
      return true;
    }
    const middle = (start + end) >> 1;
    const found = search(name, start, middle, false);
    // If the first half holds, the second half cannot, so no pass is needed for it.
    const rest = search(name, middle, end, !found && passes < most && elements.length < MOST_ELEMENTS);
    return found || rest;
  };
  for (const { name, values } of setting.places) search(name, 0, values.length, false);
  return { elements, wrong: null };
}

/** Whether the identity holds for the directions restricted to a part of one place. */
function holds(
  setting: Setting,
  f: ExactSubject['forward'],
  gradients: Gradients,
  { name, start, end }: { name: string; start: number; end: number },
  rounding: number,
): boolean {
  const moved = setting.within(name, start, end);
  const output = setting.forward(f, moved);
  if (setting.world.lanes.length === 0) {
    const { difference, scale } = setting.contractionInDoubles(output, gradients, moved);
    return Math.abs(difference) <= rounding * scale;
  }
  return setting.contractions(output, gradients, moved).every(({ left, right }) => !differs(left, right, 0));
}

/** A wrong element of the gradient, in double precision. */
export interface WrongElement {
  readonly input: string;
  readonly index: readonly number[];
  readonly yours: number | null;
  readonly autodiff: number | null;
  /** The value by dual numbers; null if it cannot be computed. */
  readonly numeric: number | null;
}

/** The wrong elements of the checked side: by comparison with autodiff unless that is refuted too, else by search. */
export function locate(
  { setting, output, autodiff, yours }: Run,
  autodiffVerdict: string,
  seed: number,
): Located {
  const outcome = yours ?? autodiff;
  if ('cause' in outcome) return { elements: [], wrong: null };
  const { gradients } = outcome;
  const clean = taintOf(setting, output, gradients).size === 0;
  if (yours !== null && 'gradients' in autodiff) {
    if (autodiffVerdict === 'proved' && clean) return compared(setting, gradients, autodiff.gradients);
    if (autodiffVerdict !== 'refuted') return comparedInDoubles(setting, gradients, autodiff.gradients);
  }
  const { subject, world, dyShape } = setting;
  const f = subject.gradientOf ?? subject.forward;
  if (clean) return searched(setting, f, gradients);
  return searchedInDoubles(world.tf, subject, dyShape, seed, ROUNDING);
}

/**
 * Elements of the checked gradient that dual numbers contradict, found by bisecting a random direction: one pass if
 * there are none. Rounding may be the reason. Empty if a kernel has no rule.
 */
export function suspicious(
  tf: TF,
  subject: ExactSubject,
  dyShape: readonly number[],
  seed: number,
): readonly Element[] {
  return searchedInDoubles(tf, subject, dyShape, seed, SUSPICIOUS).elements;
}

function searchedInDoubles(
  tf: TF,
  subject: ExactSubject,
  dyShape: readonly number[],
  seed: number,
  rounding: number,
): Located {
  const setting = new Setting(tf, subject, [], PLAIN, dyShape, seed);
  const { forward, backward, gradientOf } = subject;
  const outcome = backward === undefined ? setting.autodiff(forward).outcome : setting.backward();
  if ('cause' in outcome) return { elements: [], wrong: null };
  return searched(setting, gradientOf ?? forward, outcome.gradients, rounding);
}

/** The wrong elements with their values in double precision. */
export function described(tf: TF, { setting, autodiff, yours }: Run, { elements }: Located): WrongElement[] {
  const { subject, places, dyShape, dyReal } = setting;
  const duals = new Duals(tf, subject, dyShape);
  const real = (outcome: Outcome | null, name: string, flat: number): number | null =>
    outcome !== null && 'gradients' in outcome ? outcome.gradients.get(name)!.real[flat]! : null;
  const numeric = (name: string, flat: number): number | null => {
    try {
      return duals.element(name, flat, dyReal);
    } catch {
      return null;
    }
  };
  return elements.map(({ name, flat }) => ({
    input: name,
    index: multiIndex(places.find((place) => place.name === name)!.shape, flat),
    yours: real(yours, name, flat),
    autodiff: real(autodiff, name, flat),
    numeric: numeric(name, flat),
  }));
}
