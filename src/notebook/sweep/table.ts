import { type FigureName, figureNames } from '../../results/sweep.ts';
import type { FinishedRun } from './messages.ts';

/** The finished ones of a known number of runs, by place, in 8 numbers each. */
export class RunTable {
  readonly size: number;
  /** null is kept as NaN, which no figure is. */
  readonly #columns: Readonly<Record<FigureName | 'milliseconds', Float64Array>>;
  readonly #holds: Uint8Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#holds = new Uint8Array(size);
    this.#columns = Object.fromEntries(
      [...figureNames, 'milliseconds' as const].map((name) => [name, new Float64Array(size)]),
    ) as Record<FigureName | 'milliseconds', Float64Array>;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  has(place: number): boolean {
    return this.#holds[place] === 1;
  }

  set(place: number, run: Omit<FinishedRun, 'run'>): void {
    for (const name of figureNames) this.#columns[name][place] = run[name] ?? Number.NaN;
    this.#columns.milliseconds[place] = run.milliseconds;
    if (!this.has(place)) this.#count++;
    this.#holds[place] = 1;
  }

  figure(place: number, name: FigureName): number | null {
    const value = this.#columns[name][place]!;
    return Number.isNaN(value) ? null : value;
  }

  milliseconds(place: number): number {
    return this.#columns.milliseconds[place]!;
  }

  /** The places that hold a run, ascending. */
  places(): number[] {
    return Array.from({ length: this.size }, (_, place) => place).filter((place) => this.has(place));
  }
}
