import { usageFailure } from '../../system/errors.ts';

const LARGEST = 2 ** 32 - 1;
const EXPECTED = `expected seeds 0..${LARGEST} as 0-99 or 0-9,42`;

/** Seeds in ascending order, each once; stored as ranges, so that any number of them takes little memory. */
export class Seeds {
  readonly count: number;
  readonly #ranges: readonly (readonly [first: number, last: number])[];

  /** The ranges, in any order; touching and overlapping ones are merged. */
  constructor(ranges: readonly (readonly [number, number])[]) {
    const joined: [number, number][] = [];
    for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
      const before = joined.at(-1);
      if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
      else joined.push([first, last]);
    }
    this.#ranges = joined;
    this.count = joined.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  /** The seed at index 0 .. count - 1. */
  at(position: number): number {
    let left = position;
    for (const [first, last] of this.#ranges) {
      if (left <= last - first) return first + left;
      left -= last - first + 1;
    }
    throw new RangeError(`Seeds: expected a position 0..${this.count - 1}, got ${position}`);
  }

  /** The command-line form: 0-9,42. */
  toString(): string {
    return this.#ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
  }
}

/**
 * Reads seeds: 0-99, 7, or several of these, separated by commas.
 *
 * @throws Failure (usage) for anything else, and for seeds outside 0..4294967295
 */
export function readSeeds(name: string, value: unknown): Seeds {
  const text = typeof value === 'number' ? String(value) : value;
  const refuse = (why: string): never => {
    const shown = typeof text === 'string' ? text : JSON.stringify(value);
    throw usageFailure(`${name}: ${EXPECTED}, got ${shown || 'nothing'}${why}`);
  };
  if (typeof text !== 'string') return refuse('');
  const ranges = text.split(',').map((part): [number, number] => {
    const found = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part);
    if (!found) return refuse('');
    const first = Number(found[1]);
    const last = Number(found[2] ?? found[1]);
    if (last < first)
      refuse(`: ${first}-${last} ends before it begins; for ${last} to ${first}, ${last}-${first}`);
    if (last > LARGEST) refuse(`: ${last} is too large`);
    return [first, last];
  });
  return new Seeds(ranges);
}
