import * as float64 from 'backproof/float64';
import { type ExactSubject, exactCheck } from '../../src/gradcheck/exact/index.ts';
import { safePrimes } from '../../src/gradcheck/exact/lane.ts';
import { readInput } from '../../src/gradcheck/spec/readInput.ts';
import type { GradcheckSpec, Tensor, TF } from '../../src/gradcheck/types.ts';
import { selfTestSubjects } from '../../src/notebook/compare/mistakes.ts';

/** Primes so small that false proofs occur. */
export const SMALL_PRIMES: readonly number[] = [...safePrimes(864)].filter((p) => p > 382);

/** Far below rounding. */
const ERROR = 1e-18;
const tf: TF = float64;

/** x with the gradient of its second element multiplied by 1 + ERROR. */
const planted = (library: TF, x: Tensor): Tensor =>
  library.customGrad((value) => ({
    value: library.clone(value as Tensor),
    gradFunc: (dy: Tensor) => {
      const mask = library.reshape(library.oneHot([1], dy.size, ERROR, 0, 'float32'), dy.shape);
      return library.mul(dy, library.add(1, mask));
    },
  }))(x);

const wrong = (
  inputs: NonNullable<GradcheckSpec['inputs']>,
  forward: GradcheckSpec['forward'],
): ((seed: number) => GradcheckSpec) => {
  const [first] = Object.keys(inputs);
  return () => ({
    inputs,
    forward: (library, given) => forward(library, { ...given, [first!]: planted(library, given[first!]!) }),
  });
};

/** Wrong gradients by name: with errors that are polynomials, quotients or exponentials, and those of the self-test. */
export const WRONG: Readonly<Record<string, readonly ((seed: number) => GradcheckSpec)[]>> = {
  'a product of four sums': [
    wrong({ w: [2, 3], x: [0.5, -1.5] }, (library, { x, w }) => {
      const factors = [1, 2, 3, 4].map((c) => library.add(library.sum(x!), c));
      return library.mul(
        w!,
        factors.reduce((product, factor) => library.mul(product, factor)),
      );
    }),
  ],
  'a quotient': [
    wrong({ x: [0.5, -1.5, 2] }, (library, { x }) =>
      library.div(library.add(x!, 1), library.add(library.square(x!), library.sum(x!))),
    ),
  ],
  'x times its sigmoid': [
    wrong({ x: [0.5, -1.5] }, (library, { x }) => library.mul(x!, library.sigmoid(x!))),
  ],
  'a dense layer': [
    wrong(
      {
        w: [
          [0.5, -1],
          [2, 0.25],
        ],
        x: [[1.5, -0.5]],
      },
      (library, { x, w }) => library.square(library.matMul(x!, w!)),
    ),
  ],
  "the self-test's mistakes": selfTestSubjects.flatMap(({ mistakes }) => mistakes.map(({ spec }) => spec)),
};

export interface Chance {
  /** The number of checks with a bound, of one lane each. */
  readonly checks: number;
  /** The number of checks that called the wrong gradient proved. */
  readonly proved: number;
  /** The sum of the bounds: the largest expected number of false proofs. */
  readonly expected: number;
  /** If every probability is within its bound, more than these are seen with a probability below 1 in 1,000. */
  readonly most: number;
}

const SURE = Math.log(1000);

/** Checks wrong gradients over small primes, with one lane each and seeds 1 to `seeds`. */
export function measureChance(specs: readonly ((seed: number) => GradcheckSpec)[], seeds: number): Chance {
  let [checks, proved, expected] = [0, 0, 0];
  for (const spec of specs)
    for (let seed = 1; seed <= seeds; seed++) {
      const options = { seed, lanes: 1, primes: SMALL_PRIMES, free: false };
      const { verdict, bound } = exactCheck(tf, subjectOf(spec(seed)), options);
      if (bound === null) continue;
      checks++;
      expected += bound;
      if (verdict === 'proved') proved++;
    }
  // Bernstein: P(X >= mean + t) <= e^(-t^2 / (2 mean + 2 t / 3)) for a sum of independent events.
  const most = expected + SURE / 3 + Math.sqrt((SURE / 3) ** 2 + 2 * expected * SURE);
  return { checks, proved, expected, most };
}

function subjectOf(spec: GradcheckSpec): ExactSubject {
  const { forward, backward } = spec as unknown as ExactSubject;
  const inputs = Object.entries(spec.inputs ?? {}).map(([name, given]) => readInput('chance', name, given));
  return { inputs, forward, ...(backward === undefined ? {} : { backward }) };
}
