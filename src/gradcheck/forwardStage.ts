import type { Precision } from '../numerics/ieee.ts';
import { errorText, GradcheckInputError, ThrownError } from './errors.ts';
import type { BranchTape } from './numeric/kernels/branches.ts';
import { REPEATABLE } from './numeric/precision.ts';
import { explained, limitOf, UnsupportedError } from './spec/limits.ts';
import { layoutDifference, placeIn } from './spec/outputs.ts';
import { multiIndex } from './spec/readInput.ts';
import { largestOf, type Maker, type OutputValues, type Subject, type Values } from './spec/subject.ts';
import type { StageLog } from './stages.ts';

export interface ForwardRun {
  /** The values at the base point, around which differences are taken. */
  readonly output: OutputValues;
  readonly tape: BranchTape;
}

/**
 * Stages `forward` and `repeatable`: runs forward, and gradientOf if given, twice at the base point, and records the
 * branches of the function that differences are taken of.
 * @throws GradcheckInputError if forward throws or returns anything but float tensors
 * @throws UnsupportedError if TensorFlow.js lacks a kernel that forward needs
 */
export function runForward(subject: Subject, log: StageLog): ForwardRun | null {
  const runs: ForwardRun[] = [];
  for (const maker of subject.makers) {
    const { result: output, tape } = subject.observer.record(() => readOutput(subject, maker));
    const { values, layout } = output;
    const bad = values.findIndex((y) => !Number.isFinite(y));
    if (bad >= 0) {
      log.fail('forward', `${words(maker)} is not finite: ${values[bad]} at output ${placeIn(layout, bad)}`);
      return null;
    }
    const first = runs[0]?.output.layout ?? layout;
    const apart = layoutDifference(first, layout);
    if (apart !== null)
      throw new GradcheckInputError(
        `${subject.name}: gradientOf: expected outputs of the shapes of forward's, got ${apart}`,
      );
    runs.push({ output, tape });
  }
  log.pass('forward');
  for (const [i, maker] of subject.makers.entries()) {
    const different = outputDifference(runs[i]!.output, readOutput(subject, maker), subject.precision);
    if (different !== null) {
      log.fail('repeatable', `${words(maker)} is not repeatable: ${different}`);
      return null;
    }
  }
  log.pass('repeatable');
  return runs.at(-1)!;
}

const words = (maker: Maker): string => (maker === 'forward' ? 'the forward' : maker);

function outputDifference(first: OutputValues, second: OutputValues, precision: Precision): string | null {
  const apart = layoutDifference(first.layout, second.layout);
  if (apart !== null) return `${apart} on the same inputs`;
  return difference(first, second, precision, (flat) => placeIn(first.layout, flat));
}

/** How two runs on the same inputs differ, or null. */
export function difference(
  first: Values,
  second: Values,
  precision: Precision,
  place = (flat: number): string => `[${multiIndex(first.shape, flat)}]`,
): string | null {
  if (String(first.shape) !== String(second.shape))
    return `shape [${first.shape}], then [${second.shape}] on the same inputs`;
  const allowed = REPEATABLE[precision] * largestOf(first.values);
  const at = first.values.findIndex(
    (value, i) => !(Object.is(value, second.values[i]) || Math.abs(value - second.values[i]!) <= allowed),
  );
  if (at < 0) return null;
  return `${first.values[at]}, then ${second.values[at]} at ${place(at)} on the same inputs`;
}

function readOutput(subject: Subject, maker: Maker): OutputValues {
  try {
    return subject.output(maker);
  } catch (error) {
    if (error instanceof GradcheckInputError) throw error;
    const limit = limitOf(subject.tf, errorText(error));
    if (limit !== null) throw new UnsupportedError(limit);
    const text = explained(subject.tf, error, () => void subject.output(maker));
    throw new ThrownError(subject.name, maker, text);
  }
}
