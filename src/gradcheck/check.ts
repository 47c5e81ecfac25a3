import { unequalEntries, uniformNumbers } from '../numerics/random.ts';
import { sizeOf } from '../numerics/shape.ts';
import { checkContract } from './contract.ts';
import { looksLike } from './diagnose/diagnose.ts';
import { suspects } from './diagnose/suspects.ts';
import { dualElements, dualSuspects, joinVerdicts, runExact } from './exactStage.ts';
import { runForward } from './forwardStage.ts';
import { noGradients, runAutodiff, runBackward, type SideRun } from './gradientStages.ts';
import { checkHygiene } from './hygiene.ts';
import type { InputTally, KinkTally } from './numeric/elements.ts';
import { Differencer } from './numeric/lines.ts';
import { gradientNoise, outputNoise } from './numeric/noise.ts';
import { checkNumbers, type SideGradients } from './numeric/numbers.ts';
import { dependenceOf } from './spec/dependence.ts';
import { attempt } from './spec/limits.ts';
import type { Settings } from './spec/readSpec.ts';
import type { Replacement, Subject, Values } from './spec/subject.ts';
import { StageLog } from './stages.ts';
import type {
  Dependence,
  ExactOutcome,
  FurtherPoint,
  Side,
  SinglePrecision,
  Suspect,
  Ties,
  Unsupported,
} from './types.ts';

/** Everything that one check in double precision found. */
export interface Findings {
  readonly log: StageLog;
  readonly dy: Values | null;
  readonly gradients: SideGradients;
  readonly tallies: readonly InputTally[];
  readonly kinks: KinkTally | null;
  readonly ties: Ties | null;
  /** Where the code under check computes in single precision, or null. */
  readonly singlePrecision: SinglePrecision | null;
  /** Why TensorFlow.js cannot run the function or differentiate it, or null. */
  readonly unsupported: Unsupported | null;
  readonly oddOneOut: Side | null;
  readonly suspects: readonly Suspect[];
  readonly dependence: Dependence | null;
  readonly exact: ExactOutcome | null;
  /** The further point that all findings are about, or null. */
  readonly point: FurtherPoint | null;
  /** The exact check and the numbers contradict each other. */
  readonly contradiction: boolean;
  readonly looksLike: string | null;
  readonly evaluations: number;
}

/** The upstream gradient that the output is contracted with. */
export function upstream(shape: readonly number[], seed: number): Values {
  const size = sizeOf(shape);
  return { shape, dtype: 'float32', values: unequalEntries(size, uniformNumbers(seed)) };
}

/**
 * Runs every stage in double precision, in order, up to one whose failure makes the next meaningless. With order 2 the
 * subject is a gradient, which may be constant, so its dependence on the inputs is not examined.
 */
export async function check(
  subject: Subject,
  settings: Settings,
  givenDy?: Values,
  order: 1 | 2 = 1,
): Promise<Findings> {
  const log = new StageLog();
  const { spec, differentiable } = subject.checked;
  const nothing = {
    log,
    dy: null,
    gradients: { yours: null, autodiff: null },
    tallies: [],
    kinks: null,
    ties: null,
    singlePrecision: null,
    unsupported: null,
    oddOneOut: null,
    suspects: [],
    exact: null,
    point: null,
    contradiction: false,
    dependence: null,
    looksLike: null,
    evaluations: 0,
  };
  const ran = attempt(() => runForward(subject, log));
  const forward = 'result' in ran ? ran.result : null;
  if (forward === null) {
    const unsupported = 'unsupported' in ran ? ran.unsupported : null;
    return { ...nothing, unsupported };
  }
  const traced = order === 1 ? attempt(() => dependenceOf(subject)) : { result: null };
  const dependence = 'result' in traced ? traced.result : null;
  if (dependence?.unused.length === differentiable.length) return { ...nothing, dependence };
  const dy = givenDy ?? upstream(forward.output.shape, settings.seed);
  const yours: SideRun | null = spec.backward === undefined ? null : runBackward(subject, dy, log);
  const autodiff =
    'unsupported' in traced ? noGradients(traced.unsupported) : runAutodiff(subject, dy, log, dependence);
  const gradients = { yours: yours?.gradients ?? null, autodiff: autodiff.gradients };
  const unsupported = autodiff.unsupported ?? yours?.unsupported ?? null;
  const missing = yours === null ? gradients.autodiff === null : gradients.yours === null;
  const decided = missing || order === 2 || settings.exact === 'off' ? null : runExact(subject, settings);
  const point = decided?.refutedAt ?? null;
  if (point !== null)
    return subject.at(point.values, async (moved) => ({
      ...(await check(moved, { ...settings, points: 0 })),
      point,
    }));
  const exact = decided?.exact ?? null;
  const sofar = { ...nothing, dy, gradients, unsupported, dependence, exact };
  if (missing) {
    if (log.culprit === null) return sofar;
    const explanation =
      yours === null
        ? null
        : looksLike({ subject, dy, side: 'yours', sideRun: yours, tallies: [], gradients });
    return { ...sofar, ...blame(subject, log.culprit.side), looksLike: explanation };
  }
  const checked: Side = yours === null ? 'tf autodiff' : 'yours';
  if (settings.exact === 'only') {
    if (exact!.verdict === 'refuted') log.fail('numbers', REFUTED, checked);
    checkConduct(subject, dy, gradients, log);
    return { ...sofar, ...blame(subject, log.culprit?.side ?? null) };
  }
  const output = forward.output.values;
  const { noise, narrow } = outputNoise(subject, forward.tape, output, settings.seed);
  const base = { output, dy: dy.values, noise };
  const differencer = new Differencer(subject, base, forward.tape, settings.kinks);
  const runs = [
    gradients.yours === null ? null : (...moved: Replacement[]) => subject.backward(dy, ...moved),
    gradients.autodiff === null ? null : (...moved: Replacement[]) => subject.autodiff(dy, ...moved),
  ].filter((run) => run !== null);
  const gradientNoises = runs.map((run) => gradientNoise(subject, run, settings.seed));
  const withSide = differentiable.filter(
    ({ name }) => gradients.yours?.has(name) || gradients.autodiff?.has(name),
  );
  const proved = isProved(exact);
  // In full mode every element is checked anyway.
  const screened = exact !== null && !proved && settings.mode !== 'full';
  const help = {
    dual: dualElements(subject, dy),
    proved,
    suspects: screened ? dualSuspects(subject, dy, settings.seed) : new Map<string, number[]>(),
  };
  const { tallies, kinks, ties } = await checkNumbers(
    withSide,
    gradients,
    gradientNoises.map((measured) => measured.noise),
    runs,
    help,
    differencer,
    settings,
  );
  const failing = tallies.filter((tally) => tally.wrong.length > 0);
  if (failing.length > 0) {
    const { oddOneOut } = failing[0]!.result().worst!;
    log.fail('numbers', `wrong elements in ${failing.map(({ input }) => input.name).join(', ')}`, oddOneOut);
  }
  // An element that was skipped may be what the exact check refutes.
  const resolved = tallies.every((tally) => {
    const { status, skipped } = tally.result();
    return status === 'pass' && skipped === 0;
  });
  const blamed = failing.some((tally) => tally.blames(checked));
  const joint = joinVerdicts(exact, blamed ? 'fail' : resolved ? 'pass' : 'open');
  if (joint === 'refutes') log.fail('numbers', REFUTED, checked);
  else if (failing.length === 0) log.pass('numbers');
  checkConduct(subject, dy, gradients, log);
  const side = log.culprit?.side ?? null;
  return {
    ...sofar,
    contradiction: joint === 'contradicts',
    tallies,
    kinks,
    ties,
    singlePrecision: singlePrecision(output, narrow, gradientNoises),
    ...blame(subject, side),
    looksLike:
      side !== null && side !== 'numeric'
        ? looksLike({ subject, dy, side, sideRun: null, tallies, gradients })
        : null,
    evaluations: differencer.evaluations,
  };
}

/** Whether every side is proved. */
const isProved = (exact: ExactOutcome | null): boolean =>
  exact?.verdict === 'proved' && Object.values(exact.sides).every((verdict) => verdict === 'proved');

const REFUTED = 'refuted by the exact check';

/** The stages after `numbers`: gradients are linear in dy, nothing is overwritten, nothing leaks. */
function checkConduct(subject: Subject, dy: Values, gradients: SideGradients, log: StageLog): void {
  if (gradients.yours !== null) checkContract(subject, dy, 'yours', (other) => subject.backward(other), log);
  if (gradients.autodiff !== null)
    checkContract(subject, dy, 'tf autodiff', (other) => subject.autodiff(other), log);
  checkHygiene(subject, dy, gradients.autodiff !== null, log);
}

/** Where the code under check computes in single precision, or null. */
function singlePrecision(
  output: Float64Array,
  narrow: number,
  gradients: readonly { readonly narrow: number }[],
): SinglePrecision | null {
  const inGradients = gradients.some((side) => side.narrow > narrow);
  if (narrow === 0 && !inGradients) return null;
  return {
    where: narrow > 0 ? 'forward' : 'backward',
    outputs: output.filter((y) => Math.fround(y) === y).length,
    of: output.length,
  };
}

/** The side at fault, and the ops in it whose gradient is wrong. */
const blame = (subject: Subject, side: Side | null): Pick<Findings, 'oddOneOut' | 'suspects'> => ({
  oddOneOut: side,
  suspects: side === 'tf autodiff' ? suspects(subject) : [],
});
