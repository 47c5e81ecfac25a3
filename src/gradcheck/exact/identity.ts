import { multiIndex } from '../spec/readInput.ts';
import type { TF } from '../types.ts';
import { Attempts, defaultPrimes } from './attempts.ts';
import type { ExactOptions, ExactResult } from './check.ts';
import { type Entry, union } from './entry.ts';
import type { SideResult } from './judge.ts';
import { differs, requireDoublePrecision, Setting, shapeOf, tensorsOf } from './sides.ts';
import type { ExactInput, ExactSubject } from './subject.ts';
import { boundOf, CannotProve, degreeOf, type World } from './world.ts';

/** Two functions that are meant to be equal. */
export interface IdentitySubject {
  readonly inputs: readonly ExactInput[];
  readonly left: ExactSubject['forward'];
  readonly right: ExactSubject['forward'];
  readonly arithmetic?: ExactSubject['arithmetic'];
}

export interface IdentityResult
  extends Pick<
    ExactResult,
    'verdict' | 'cause' | 'bound' | 'lanes' | 'degree' | 'branches' | 'kinks' | 'milliseconds'
  > {
  /** The elements where the two differ, at most ten, with values in double precision. */
  readonly elements: readonly {
    readonly index: readonly number[];
    readonly left: number;
    readonly right: number;
  }[];
}

interface Pair {
  readonly world: World;
  readonly left: Entry;
  readonly right: Entry;
}

const MOST_ELEMENTS = 10;
/** Relative distance above which two values in double precision differ. */
const ROUNDING = 1e-6;

/**
 * Decides over finite fields whether two functions are equal for all inputs, on every branch or on the branches of the
 * point.
 *
 * @throws RangeError if `tf` does not compute in double precision
 */
export function exactIdentity(
  tf: TF,
  { inputs, left, right, arithmetic }: IdentitySubject,
  { lanes = 3, seed = 1, free = true, primes = defaultPrimes() }: ExactOptions = {},
): IdentityResult {
  const started = performance.now();
  requireDoublePrecision(arithmetic ?? tf);
  const subject = { inputs, forward: left, arithmetic };
  const none = new Map();
  const result = (more: Omit<IdentityResult, 'lanes' | 'milliseconds'>): IdentityResult => ({
    ...more,
    lanes,
    milliseconds: performance.now() - started,
  });
  const failed = (cause: string): IdentityResult =>
    result({
      verdict: 'cannot prove',
      cause,
      bound: null,
      degree: null,
      branches: 'none',
      kinks: 0,
      elements: [],
    });
  let shape: readonly number[];
  try {
    shape = shapeOf(tf, subject, left);
    const other = shapeOf(tf, subject, right);
    if (shape.join() !== other.join()) return failed(`left has shape [${shape}], right [${other}]`);
  } catch (error) {
    return failed((error as Error).message);
  }
  const attempts = new Attempts(
    lanes,
    primes,
    seed,
    (drawn, world) => new Setting(tf, subject, drawn, world, shape, seed),
  );
  const once = (setting: Setting): Pair => ({
    world: setting.world,
    left: setting.forward(left, none),
    right: setting.forward(right, none),
  });
  try {
    const onAll = free ? attempts.run(once, true) : null;
    const isForAll = onAll !== null && differences(onAll).length === 0;
    const pair = isForAll ? onAll : attempts.run(once, false)!;
    const { world } = pair;
    const [m, n] = [pair.left, pair.right].map(({ numbers }) => degreeOf(numbers[lanes]!.value)) as [
      ReturnType<typeof degreeOf>,
      ReturnType<typeof degreeOf>,
    ];
    const degree = Math.max(m.n + n.d, n.n + m.d);
    const [a, b] = [valuesOf(tf, subject, left), valuesOf(tf, subject, right)];
    const elements = differences(pair).map((k) => ({
      index: multiIndex(shape, k),
      left: a[k]!,
      right: b[k]!,
    }));
    return result({
      ...verdictOf(pair, elements),
      bound: boundOf(world, degree),
      degree,
      branches: world.branches === 0 ? 'none' : isForAll ? 'all' : 'point',
      kinks: world.kinks,
      elements: elements.slice(0, MOST_ELEMENTS),
    });
  } catch (error) {
    if (error instanceof CannotProve) return failed(error.message);
    throw error;
  }
}

function verdictOf({ left, right }: Pair, elements: IdentityResult['elements']): SideResult {
  if (elements.length === 0) return { verdict: 'proved', cause: null };
  const taint = union(left.about.taint, right.about.taint);
  const apart = elements.some(
    (each) =>
      Math.abs(each.left - each.right) > ROUNDING * Math.max(Math.abs(each.left), Math.abs(each.right)),
  );
  if (taint.size === 0 || apart) return { verdict: 'refuted', cause: null };
  return {
    verdict: 'not proved',
    cause: `the two functions differ, but so they may by ${[...taint].join(', ')}`,
  };
}

/** Flat positions of the elements that differ in some lane. */
function differences({ world, left, right }: Pair): number[] {
  const positions: number[] = [];
  for (let k = 0; k < left.size; k++)
    if (world.lanes.some((_, lane) => differs(left.numbers[lane]!.value, right.numbers[lane]!.value, k)))
      positions.push(k);
  return positions;
}

function valuesOf(tf: TF, subject: ExactSubject, f: ExactSubject['forward']): Float64Array {
  let values = new Float64Array();
  tf.tidy(() => {
    values = Float64Array.from(f(tf, tensorsOf(tf, subject)).dataSync());
  });
  return values;
}
