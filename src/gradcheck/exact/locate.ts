import { differs, type ExactSubject, type Gradients, type Setting } from './sides.ts';

/** An element by its place and flat position. */
export interface Element {
  readonly name: string;
  readonly flat: number;
}

export interface Located {
  /** The first wrong elements. */
  readonly elements: readonly Element[];
  /** How many are wrong by place, where all were compared; null where the search ended at the first ones. */
  readonly wrong: Readonly<Record<string, number>> | null;
}

const MOST_ELEMENTS = 10;
/** Forward passes that a search may take. */
const MOST_PASSES = 150;

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

/** A part of the largest element that rounding does not explain. */
const ROUNDING = 1e-7;

/** Compares two gradients in double precision: where taints make the lanes differ. */
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

/** In the lanes, or for a setting without any in double precision, finds wrong elements without a second gradient, by halving the directions that the identity fails in. */
export function searched(setting: Setting, f: ExactSubject['forward'], gradients: Gradients): Located {
  const elements: Element[] = [];
  let passes = 0;
  const search = (name: string, start: number, end: number, known: boolean): boolean => {
    if (elements.length >= MOST_ELEMENTS || passes >= MOST_PASSES) return false;
    passes += known ? 0 : 1;
    if (!known && holds(setting, f, gradients, name, start, end)) return false;
    if (end - start === 1) {
      elements.push({ name, flat: start });
      return true;
    }
    const middle = (start + end) >> 1;
    const found = search(name, start, middle, false);
    // What the first half does not have must be in the second.
    const rest = search(name, middle, end, !found && passes < MOST_PASSES && elements.length < MOST_ELEMENTS);
    return found || rest;
  };
  for (const { name, values } of setting.places) search(name, 0, values.length, false);
  return { elements, wrong: null };
}

/** Whether the identity holds for directions within a part of one place. */
function holds(
  setting: Setting,
  f: ExactSubject['forward'],
  gradients: Gradients,
  name: string,
  start: number,
  end: number,
): boolean {
  const moved = setting.within(name, start, end);
  const output = setting.forward(f, moved);
  if (setting.world.lanes.length === 0) {
    const { difference, scale } = setting.contractionInDoubles(output, gradients, moved);
    return Math.abs(difference) <= ROUNDING * scale;
  }
  return setting.contractions(output, gradients, moved).every(({ left, right }) => !differs(left, right, 0));
}
