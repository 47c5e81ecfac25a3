import fc from 'fast-check';
import { Duals, exactCheck, type Verdict } from '../../src/gradcheck/exact/index.ts';
import type { ExactSubject } from '../../src/gradcheck/exact/subject.ts';
import type { TF } from '../../src/gradcheck/index.ts';
import { readInput } from '../../src/gradcheck/spec/readInput.ts';
import { unequalEntries, uniformNumbers } from '../../src/numerics/random.ts';
import { sizeOf } from '../../src/numerics/shape.ts';
import { alignedLines } from '../../src/system/text.ts';
import { withWrongElement } from '../wrongElement.ts';
import { functionsOf } from './code.ts';
import { familyOf, firstMade } from './fuzzOne.ts';
import { build, type Choices, choices, mixed } from './generate.ts';
import { gradientsOf, makeLayers, type Program } from './program.ts';

/** The exact check of one function: correct, and with one wrong element in the gradient of one input. */
export interface ExactOutcome {
  readonly seed: number;
  readonly family: string;
  readonly right: Verdict;
  /** null if every element of the gradient is 0 or only rounding. */
  readonly planted: Verdict | null;
  /** The element is multiplied by 1 plus this. */
  readonly error: number;
  /** Why the correct one is not proved; null if it is. */
  readonly cause: string | null;
}

/** Below the resolution of double precision, except the first. */
const ERRORS = [1e-6, 1e-12, 1e-18] as const;
/** The relative tolerance between two ways to compute a gradient that is not only rounding. */
const SAME = 1e-6;

/**
 * Runs the exact check on the function of a seed, correct and with one mistake; null for families that it does not
 * cover.
 */
export async function exactOne(tf: TF, seed: number, chosen?: string): Promise<ExactOutcome | null> {
  const family = chosen ?? familyOf(seed);
  if (family === 'empty') return null;
  return firstMade(seed, family, (source) => {
    // Drawn as in fuzzOne.
    const [drawn] = fc.sample(choices, { seed: source, numRuns: 1, unbiased: true }) as [Choices];
    const program = build(tf, family, drawn);
    return program && outcomeOf(tf, seed, program);
  });
}

function outcomeOf(tf: TF, seed: number, program: Program): ExactOutcome {
  const scope = makeLayers(tf, program.layers);
  const { forward } = functionsOf(tf, { program, plant: null, withBackward: false }, scope);
  const error = ERRORS[(mixed(seed) >>> 1) % ERRORS.length]!;
  const subject: ExactSubject = {
    inputs: program.inputs.map(({ name, ...given }) => readInput('fuzz', name, given)),
    forward,
  };
  const { verdict, cause } = exactCheck(tf, subject, { seed });
  const element = elementOf(tf, subject, program, seed);
  const planted =
    element === null ? null : exactCheck(tf, withError(subject, element, error), { seed }).verdict;
  return { seed, family: program.family, right: verdict, planted, error, cause };
}

interface Element {
  readonly name: string;
  readonly flat: number;
}

/** An element of a gradient that is more than rounding: dual numbers give the same value. */
function elementOf(tf: TF, subject: ExactSubject, program: Program, seed: number): Element | null {
  const { statements, output, inputs, connected } = program;
  const { shape } = statements.find(({ name }) => name === output)!;
  const dy = unequalEntries(sizeOf(shape), uniformNumbers(seed));
  const elements = gradientsOf(tf, subject.forward, inputs, connected, dy).flatMap((gradient, which) =>
    Array.from(gradient ?? [], (g, flat) => ({ name: connected[which]!, flat, g })),
  );
  const duals = new Duals(tf, subject, shape);
  const first = mixed(seed) >>> 3;
  const found = elements
    .map((_, k) => elements[(first + k) % elements.length]!)
    .find(
      ({ name, flat, g }) =>
        g !== 0 && Math.abs(g - duals.element(name, flat, dy)) < SAME * Math.abs(g) && Number.isFinite(g),
    );
  return found ?? null;
}

const withError = (subject: ExactSubject, { name, flat }: Element, error: number): ExactSubject => ({
  ...subject,
  forward: (tf, inputs) =>
    subject.forward(tf, { ...inputs, [name]: withWrongElement(tf, inputs[name]!, flat, error) }),
});

export const isExactFault = ({ right, planted }: ExactOutcome): boolean =>
  right === 'refuted' || planted === 'proved';

const VERDICTS = ['proved', 'refuted', 'not proved', 'cannot prove'] as const;

/** The verdicts by family, and those on wrong gradients by the size of the error. */
export function formatExact(outcomes: readonly ExactOutcome[]): string {
  const row = (label: string, of: readonly ExactOutcome[], key: 'right' | 'planted'): string[] => [
    label,
    String(of.filter((each) => each[key] !== null).length),
    ...VERDICTS.map((verdict) => String(of.filter((each) => each[key] === verdict).length)),
  ];
  const families = [...new Set(outcomes.map(({ family }) => family))];
  const of = (family: string) => outcomes.filter((outcome) => outcome.family === family);
  return alignedLines(
    [
      ['', 'functions', ...VERDICTS],
      ...families.map((family) => row(family, of(family), 'right')),
      row('right, all', outcomes, 'right'),
      ...ERRORS.map((error) =>
        row(
          `one element x (1 + ${error})`,
          outcomes.filter((each) => each.error === error),
          'planted',
        ),
      ),
    ],
    (column) => column > 0,
  ).join('\n');
}
