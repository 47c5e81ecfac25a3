import fc from 'fast-check';
import type { TF } from '../../src/gradcheck/index.ts';
import { Draft } from './draft.ts';
import { OPS, type Op } from './ops/index.ts';
import type { Program } from './program.ts';
import type { Profile } from './values.ts';

/** The source of a function: numbers that fast-check draws and shrinks. */
export interface Choices {
  readonly profile: number;
  readonly exponent: number;
  readonly unused: number;
  readonly steps: readonly { readonly op: number; readonly picks: readonly number[] }[];
  readonly plant: readonly number[];
}

const MOST_STEPS = 6;
const picks = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(0xffff), { minLength: length, maxLength: length, size: 'max' });

export const choices: fc.Arbitrary<Choices> = fc.record({
  profile: fc.nat(19),
  exponent: fc.integer({ min: -30, max: 30 }),
  unused: fc.nat(14),
  steps: fc.array(fc.record({ op: fc.nat(9999), picks: picks(40) }), {
    minLength: 1,
    maxLength: MOST_STEPS,
    size: 'max',
  }),
  plant: picks(16),
});

const PROFILES: readonly Profile[] = [
  ...new Array<Profile>(13).fill('plain'),
  ...new Array<Profile>(3).fill('ties'),
  ...new Array<Profile>(2).fill('scales'),
  ...new Array<Profile>(2).fill('mixed'),
];

function profileOf(family: string, profile: number): Profile {
  if (family === 'scales' || family === 'ties') return family;
  return PROFILES[profile]!;
}

/** Called for every step that was tried, with the reason why it was rejected, or null. */
export type OnStep = (op: Op, rejected: string | null) => void;

/** The function that the choices make, or null if none of its steps can be taken. */
export function build(tf: TF, family: string, choices: Choices, onStep?: OnStep): Program | null {
  const draft = new Draft(tf, profileOf(family, choices.profile), choices.exponent);
  const own = OPS.filter((op) => op.family === family);
  const steps = own.length === 0 ? choices.steps : choices.steps.slice(0, MOST_STEPS / 2);
  for (const [i, { op: number, picks }] of steps.entries()) {
    const list = i === 0 && own.length > 0 ? own : OPS;
    const op = list[number % list.length]!;
    const rejected = draft.step(op.name, picks, op.build);
    onStep?.(op, rejected);
    // The family is about the first step.
    if (i === 0 && rejected !== null) return null;
  }
  return draft.finish(family, choices.unused === 1);
}

/** Spreads neighbouring seeds: a bijection of 32 bits (murmur3's finalizer). */
export function mixed(seed: number): number {
  let bits = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) | 0;
}
