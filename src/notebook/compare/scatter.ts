import { finiteOrNull } from '../../numerics/finite.ts';
import { exponentOf } from '../../numerics/ieee.ts';
import { MAX_POINTS, type Scatter, type ScatterPoint } from '../../results/scatter.ts';

/** The step being compared: epoch from 1, sample from 0. */
export interface StepPlace {
  readonly epoch: number;
  readonly sample: number;
}

/**
 * Number of points kept because they come nearest to the allowed difference, or exceed it most; the rest is spread over
 * all magnitudes.
 */
const NEAREST = 60;
/** Maximum number of candidate points per octave. */
const WAITING = 32;

interface Point extends StepPlace {
  readonly at: number;
  readonly left: number;
  readonly right: number;
  readonly allowed: number;
  readonly over: number;
}

/** The magnitudes from one power of two to the next: the worst point, and every n-th point of the run. */
interface Octave {
  seen: number;
  every: number;
  waiting: Point[];
  worst: Point;
}

/**
 * Chooses a representative sample of the compared elements during a run. It costs a few comparisons per element, and is
 * deterministic.
 */
export class ScatterSampler {
  #elements = 0;
  #equal = 0;
  /** The largest difference first. */
  readonly #nearest: Point[] = [];
  readonly #octaves = new Map<number, Octave>();

  /** Counts a step's elements; `equal`: those whose two values are bit-identical. */
  count(elements: number, equal: number): void {
    this.#elements += elements;
    this.#equal += equal;
  }

  /** Records an element whose two values differ. */
  note(place: StepPlace, at: number, left: number, right: number, allowed: number, over: number): void {
    const size = Math.max(Math.abs(left), Math.abs(right));
    // All values that are not finite share one octave, and all subnormal numbers another.
    const key = exponentOf(size);
    const octave = this.#octaves.get(key);
    const isNear = this.#nearest.length < NEAREST || over > this.#nearest.at(-1)!.over;
    if (octave !== undefined) {
      const isDue = octave.seen++ % octave.every === 0;
      if (!isDue && !isNear && over <= octave.worst.over) return;
      const point = { ...place, at, left, right, allowed, over };
      if (isDue) wait(octave, point);
      if (over > octave.worst.over) octave.worst = point;
      if (isNear) this.#keepNearest(point);
      return;
    }
    const point = { ...place, at, left, right, allowed, over };
    this.#octaves.set(key, { seen: 1, every: 1, waiting: [point], worst: point });
    if (isNear) this.#keepNearest(point);
  }

  #keepNearest(point: Point): void {
    const nearest = this.#nearest;
    let place = nearest.length;
    while (place > 0 && nearest[place - 1]!.over < point.over) place--;
    nearest.splice(place, 0, point);
    if (nearest.length > NEAREST) nearest.pop();
  }

  result(indexOf: (at: number) => number[]): Omit<Scatter, 'precision' | 'parameter'> {
    const room = MAX_POINTS - this.#nearest.length;
    const octaves = spread(
      [...this.#octaves].sort(([a], [b]) => a - b).map(([, octave]) => octave),
      room,
    );
    const share = Math.floor(room / octaves.length);
    const chosen = new Set(this.#nearest);
    for (const { worst, waiting } of octaves) {
      chosen.add(worst);
      for (const point of spread(waiting, share - 1)) chosen.add(point);
    }
    return {
      elements: this.#elements,
      equal: this.#equal,
      points: [...chosen]
        .sort((a, b) => a.epoch - b.epoch || a.sample - b.sample || a.at - b.at)
        .map(({ epoch, sample, at, left, right, allowed }): ScatterPoint => {
          return {
            epoch,
            sample,
            index: indexOf(at),
            left: finiteOrNull(left),
            right: finiteOrNull(right),
            allowed,
          };
        }),
    };
  }
}

/** Adds a candidate. When there are too many, drops every other one and halves the sampling rate. */
function wait(octave: Octave, point: Point): void {
  octave.waiting.push(point);
  if (octave.waiting.length < WAITING) return;
  octave.waiting = octave.waiting.filter((_, index) => index % 2 === 0);
  octave.every *= 2;
}

/** `count` of the items, evenly spaced from the first to the last. */
function spread<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  const step = (all.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => all[Math.round(index * step)]!);
}
