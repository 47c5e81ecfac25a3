import fc from 'fast-check';
import type { GradcheckOptions } from '../../src/gradcheck/index.ts';
import { choices, mixed } from './generate.ts';
import { emptyCase } from './nothing.ts';
import { FAMILIES } from './ops/index.ts';
import { type Outcome, outcomeOf, type Trial } from './outcome.ts';

const ATTEMPTS = 50;
const MOST_SHRINKS = 400;

/** Judges the function of a seed, correct and with one mistake. The same seed gives the same function. */
export async function fuzzOne(seed: number, trial: Trial): Promise<Outcome> {
  const family = trial.family ?? familyOf(seed);
  const options = optionsOf(seed);
  if (family === 'empty') return emptyCase(seed, trial.judge);
  return firstMade(seed, family, (source) => tried(seed, source, family, options, trial));
}

/** The first function that a seed gives: each attempt draws different numbers. */
export async function firstMade<Result>(
  seed: number,
  family: string,
  make: (source: number) => Promise<Result | null> | Result | null,
): Promise<Result> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const made = await make(mixed(mixed(seed) + attempt));
    if (made !== null) return made;
  }
  throw new Error(`seed ${seed}: no function of family ${family} in ${ATTEMPTS} attempts`);
}

/** The families take turns; functions with nothing to check are tried less often, because there are few. */
export function familyOf(seed: number): string {
  const family = FAMILIES[seed % FAMILIES.length]!;
  return family === 'empty' && Math.floor(seed / FAMILIES.length) % 8 > 0 ? 'composition' : family;
}

/** Most checks use the defaults; some are sampled, directional, of order 2, or with subgradients. */
export function optionsOf(seed: number): GradcheckOptions {
  // The exact check takes as long as everything else together, so every fourth function gets it.
  const exact = (mixed(seed ^ 0xe7ac) >>> 1) % 4 === 0 ? ('on' as const) : ('off' as const);
  const base = { seed: 1 + ((mixed(seed ^ 0x5eed) >>> 1) % 1000), exact };
  const turn = Math.floor(mixed(seed ^ 0x0b7) >>> 1) % 20;
  if (turn === 0) return { ...base, mode: 'sampled' };
  if (turn === 1) return { ...base, mode: 'directional' };
  if (turn === 2) return { ...base, order: 2 };
  if (turn === 3) return { ...base, kinks: 'subgradient' };
  return base;
}

async function tried(
  seed: number,
  source: number,
  family: string,
  options: GradcheckOptions,
  trial: Trial,
): Promise<Outcome | null> {
  let first: Outcome | null | undefined;
  let smallest: Outcome | null = null;
  let runs = 0;
  const property = fc.asyncProperty(choices, async (drawn) => {
    if (runs++ > MOST_SHRINKS) return true;
    const outcome = await outcomeOf(seed, family, drawn, options, trial);
    if (first === undefined) first = outcome;
    if (first === null || outcome === null || signature(first) === null) return true;
    if (signature(outcome) !== signature(first)) return true;
    smallest = outcome;
    return false;
  });
  await fc.check(property, { seed: source, numRuns: 1, unbiased: true, endOnFailure: !trial.shrink });
  return smallest ?? first ?? null;
}

/** Shrinking preserves this: the fault and its cause. */
function signature({ right, planted, cause }: Outcome): string | null {
  if (right === 'false alarm') return `${right}: ${cause}`;
  return planted === 'missed' ? `${planted}: ${cause}` : null;
}
