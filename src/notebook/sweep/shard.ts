import { usageFailure } from '../../system/errors.ts';

/** One of `of` parts of a sweep, counted from 1; the whole of it is 1 of 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Shard = { index: 1, of: 1 };

export const isWhole = ({ of }: Shard): boolean => of === 1;

/** As it is written on the command line: 1/4. */
export const shardText = ({ index, of }: Shard): string => `${index}/${of}`;

/**
 * Reads a shard: i/n, with i in 1..n.
 *
 * @throws Failure (usage) for anything else
 */
export function readShard(name: string, value: unknown): Shard {
  const found = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(typeof value === 'string' ? value : '');
  const [index, of] = [Number(found?.[1]), Number(found?.[2])];
  if (index >= 1 && index <= of) return { index, of };
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  const advice = of >= 1 ? `; with ${of} shards the first is 1/${of} and the last ${of}/${of}` : '';
  throw usageFailure(`${name}: expected i/n with i from 1 to n, as 1/4, got ${shown || 'nothing'}${advice}`);
}

// Runs are dealt out in turn, so that shards are of a size, differ by one run at most, and each has of every part of the
// sweep.

/** How many of `runs` runs a shard has. */
export const sizeOf = ({ index, of }: Shard, runs: number): number =>
  Math.max(0, Math.ceil((runs - (index - 1)) / of));

/** The run at a place of the shard. */
export const runAt = ({ index, of }: Shard, place: number): number => place * of + index - 1;

/** The place of a run in the shard; null where it is another's. */
export function placeOf({ index, of }: Shard, run: number): number | null {
  const place = (run - (index - 1)) / of;
  return Number.isInteger(place) && place >= 0 ? place : null;
}
