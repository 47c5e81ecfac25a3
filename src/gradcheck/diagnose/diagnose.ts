import type { SideRun } from '../gradientStages.ts';
import type { InputTally } from '../numeric/elements.ts';
import type { SideGradients } from '../numeric/numbers.ts';
import type { Input } from '../spec/readInput.ts';
import type { Subject, Values } from '../spec/subject.ts';
import type { Side } from '../types.ts';
import { type Evidence, explains } from './evidence.ts';
import { constantFactor, knownFactor } from './factor.ts';
import { onlyPart, rearranged } from './layout.ts';
import { misshapenExplanation } from './misshapen.ts';
import {
  earlyUpdate,
  type Hypothesis,
  kernelsRun,
  missingDerivatives,
  products,
  replay,
  wrongAxis,
} from './replay.ts';

export interface Case {
  readonly subject: Subject;
  readonly dy: Values;
  /** The side that is wrong. */
  readonly side: Side;
  /** Its gradients, if they have the wrong shape. */
  readonly sideRun: SideRun | null;
  readonly tallies: readonly InputTally[];
  readonly gradients: SideGradients;
}

/** If a kernel is called more often than this, its calls are not tried one by one. */
const MAX_CALLS = 8;

/** Smaller factors are not explained as a learning rate. */
const LEAST_RATE = 1e-6;

/** The mistake in words; null unless some mistake reproduces every wrong element. */
export function looksLike(given: Case): string | null {
  const subjectCase = { ...given, gradients: wholeGradients(given) };
  const { subject, side, sideRun, gradients } = subjectCase;
  if (sideRun !== null) return misshapenExplanation(sideRun.misshapen, gradients.autodiff);
  const all = subject.checked.differentiable.flatMap((input) => evidenceFor(subjectCase, input) ?? []);
  const failing = all.filter(({ input }) => isFailing(subjectCase, input));
  if (failing.length === 0) return null;
  return (
    dyLeftOut(subjectCase, all) ??
    eachInput(failing, side, (evidence) => factorText(evidence, subjectCase, true)) ??
    (side === 'yours' && gradients.autodiff !== null ? replayed(subjectCase, all) : null) ??
    eachInput(failing, side, (evidence) => factorText(evidence, subjectCase, false)) ??
    eachInput(failing, side, rearranged) ??
    eachInput(failing, side, onlyPart)
  );
}

/** The gradients, without autodiff if it lacks the gradient of some input: then it cannot explain anything. */
function wholeGradients({ subject, gradients }: Case): SideGradients {
  const { yours, autodiff } = gradients;
  return { yours, autodiff: autodiff?.size === subject.checked.differentiable.length ? autodiff : null };
}

function isFailing({ tallies }: Case, input: Input): boolean {
  return tallies.some((tally) => tally.input === input && tally.wrong.length > 0);
}

/** The wrong side's values and the truth: the whole gradient of the other side, or, without one, the differences. */
function evidenceFor({ side, gradients, tallies }: Case, input: Input): Evidence | null {
  const [mine, other] =
    side === 'yours' ? [gradients.yours, gradients.autodiff] : [gradients.autodiff, gradients.yours];
  const wrong = mine?.get(input.name)?.values;
  const tally = tallies.find((one) => one.input === input);
  const truth = other?.get(input.name)?.values ?? tally?.numeric;
  if (wrong === undefined || truth === undefined) return null;
  return { input, wrong, truth, failing: new Set(tally?.wrong) };
}

/** One explanation for every failing input, given once if it is the same for all. */
function eachInput(
  failing: readonly Evidence[],
  side: Side,
  explain: (evidence: Evidence) => string | null,
): string | null {
  const found = failing.map((evidence) => ({ evidence, text: explain(evidence) }));
  if (found.some(({ text }) => text === null)) return null;
  const texts = new Set(found.map(({ text }) => text));
  if (texts.size === 1) {
    const names = failing.length > 1 ? ` (${failing.map(({ input }) => input.name).join(', ')})` : '';
    return `${prefix(side)}${[...texts][0]}${names}`;
  }
  return found.map(({ evidence, text }) => `${evidence.input.name}: ${prefix(side)}${text}`).join('; ');
}

const prefix = (side: Side): string => `${side} = `;

function factorText(evidence: Evidence, { subject, dy, side }: Case, known: boolean): string | null {
  const factor = constantFactor(evidence);
  if (factor === null) return null;
  const inputSizes = subject.checked.inputs.flatMap(({ shape, size }) => [size, ...shape]);
  const meaning = knownFactor(factor, [
    ...dy.shape,
    dy.values.length,
    ...inputSizes,
    ...inputSizes.flatMap((n) => 2 * n),
  ]);
  if (known && meaning === null) return null;
  // A single element is always some multiple of the truth.
  const { size } = evidence.input;
  if (meaning === null && size === 1) return null;
  const where = size === 1 ? '' : ` in all ${size} elements`;
  const truth = side === 'yours' ? 'numeric' : 'the true gradient';
  return `${Number(factor.toPrecision(6))} x ${truth}${where}${meaning === null ? '' : `: ${meaning}`}`;
}

function dyLeftOut({ subject, dy, side, gradients }: Case, all: readonly Evidence[]): string | null {
  if (side !== 'yours' || gradients.autodiff === null) return null;
  const ones = subject.autodiff({ ...dy, values: new Float64Array(dy.values.length).fill(1) });
  const same = all.every((evidence) => explains(ones.get(evidence.input.name)!.values, evidence));
  return same ? 'dy is left out: yours is the gradient for a dy of ones' : null;
}

/** Tries mistakes in autodiff: one that reproduces the wrong values in every input is the explanation. */
function replayed({ subject, dy, gradients }: Case, all: readonly Evidence[]): string | null {
  const runs = kernelsRun(subject);
  const explained = (found: ReadonlyMap<string, Values> | null): boolean =>
    found !== null && all.every((evidence) => explains(found.get(evidence.input.name)!.values, evidence));
  for (const hypothesis of [...missingDerivatives, wrongAxis]) {
    const calls = runs.get(hypothesis.kernel) ?? 0;
    if (calls === 0) continue;
    if (explained(replay(subject, dy, hypothesis, null))) return hypothesis.says;
    if (calls === 1 || calls > MAX_CALLS) continue;
    for (let call = 0; call < calls; call++)
      if (explained(replay(subject, dy, hypothesis, call)))
        return `${hypothesis.says} (${hypothesis.kernel} number ${calls - call} of ${calls})`;
  }
  return updatedTooEarly(products.filter(({ kernel }) => runs.has(kernel)).map(earlyUpdate), (hypothesis) => {
    const unit = replay(subject, dy, hypothesis, null);
    if (unit === null) return null;
    const rate = learningRate(all, unit);
    if (rate === null) return null;
    const moved = new Map(
      [...unit].map(([name, gradient]): [string, Values] => {
        const truth = gradients.autodiff!.get(name)!.values;
        return [name, { ...gradient, values: truth.map((g, i) => g + rate * (gradient.values[i]! - g)) }];
      }),
    );
    return explained(moved) ? rate : null;
  });
}

function updatedTooEarly(
  hypotheses: readonly Hypothesis[],
  rateOf: (hypothesis: Hypothesis) => number | null,
): string | null {
  for (const hypothesis of hypotheses) {
    const rate = rateOf(hypothesis);
    if (rate !== null)
      return `${hypothesis.says}: the gradients fit w - ${Number(rate.toPrecision(6))} dw in place of w`;
  }
  return null;
}

/** How far the wrong gradients are on the way from the right ones to those after an update of learning rate 1. */
function learningRate(all: readonly Evidence[], unit: ReadonlyMap<string, Values>): number | null {
  let product = 0;
  let square = 0;
  for (const { input, wrong, truth } of all) {
    const stepped = unit.get(input.name)!.values;
    for (const [i, right] of truth.entries()) {
      const way = stepped[i]! - right;
      product += way * (wrong[i]! - right);
      square += way * way;
    }
  }
  // Not a number if the two are the same.
  const rate = product / square;
  // Only positive rates: no update moves a weight up its own gradient.
  return rate >= LEAST_RATE ? rate : null;
}
