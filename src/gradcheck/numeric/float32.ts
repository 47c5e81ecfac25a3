import { check, upstream } from '../check.ts';
import { runForward } from '../forwardStage.ts';
import { runAutodiff, runBackward } from '../gradientStages.ts';
import { messageOf } from '../message.ts';
import { noKinks, summarize } from '../result.ts';
import { attempt } from '../spec/limits.ts';
import { type Input, isDifferentiable } from '../spec/readInput.ts';
import type { Checked, Settings } from '../spec/readSpec.ts';
import { Subject, type Values } from '../spec/subject.ts';
import { StageLog } from '../stages.ts';
import type { ElementResult, GradcheckResult, InputResult, Status, TF, Unsupported } from '../types.ts';
import { compare, inputResult, naturalSizes, type SideComparison, worstOf } from './float32Compare.ts';

/**
 * Compares the gradients that a TensorFlow.js computes in single precision with those in double precision, element by
 * element. First the code itself is checked in double precision; any difference after that comes from rounding or a
 * wrong kernel. Both runs use inputs and dy rounded to float32, and the double-precision run is held on the branches of
 * the single-precision run.
 */
export async function checkFloat32(
  given: Checked,
  settings: Settings,
  float64: TF,
  elapsed: () => number,
): Promise<GradcheckResult> {
  const checked = rounded(given);
  const truth = new Subject(float64, checked);
  await settings.tf!.ready();
  const single = new Subject(settings.tf!, checked);
  const shaped = attempt(() => runForward(truth, new StageLog()));
  const dy = roundedUpstream('result' in shaped ? (shaped.result?.output.shape ?? []) : [], settings.seed);
  const inDouble = summarize(
    truth,
    settings,
    await check(truth, { ...settings, exact: 'off' }, dy),
    1,
    elapsed(),
  );
  if (inDouble.status !== 'pass') return inDouble;
  const { log, sides, unsupported, wrongOutput } = runSingle(single, truth, dy, settings);
  const inputs: Record<string, InputResult> = {};
  for (const input of checked.differentiable) inputs[input.name] = inputResult(input, sides, settings);
  const wrong = Object.entries(inputs).filter(([, { status }]) => status === 'fail');
  const oddOneOut = wrong[0]?.[1].worst?.oddOneOut ?? log.culprit?.side ?? null;
  if (wrong.length > 0)
    log.fail('numbers', `wrong elements in ${wrong.map(([name]) => name).join(', ')}`, oddOneOut);
  else if (sides.length > 0) log.pass('numbers');
  const data = {
    ...inDouble,
    status: statusOf(log, sides, inputs),
    stage: log.culprit?.stage ?? null,
    stages: log.list(),
    oddOneOut,
    unsupported,
    wrongOutput,
    inputs,
    kinks: noKinks(settings),
    milliseconds: elapsed(),
  };
  const message = messageOf({
    ...data,
    contradiction: false,
    hasYours: sides.some(({ side }) => side === 'yours'),
    hasAutodiff: sides.some(({ side }) => side === 'tf autodiff'),
    reproduce: settings.reproduce ?? `gradcheck(spec, { precision: 'float32', tf, seed: ${settings.seed} })`,
  });
  return { ...data, ...message };
}

/** The status: unsupported if no side has a gradient; otherwise the sides that can be compared decide. */
function statusOf(
  log: StageLog,
  sides: readonly SideComparison[],
  inputs: Readonly<Record<string, InputResult>>,
): Status {
  if (log.culprit !== null) return 'fail';
  if (sides.length === 0) return 'unsupported';
  return Object.values(inputs).every(({ status }) => status === 'pass') ? 'pass' : 'inconclusive';
}

interface SingleRun {
  readonly log: StageLog;
  readonly sides: readonly SideComparison[];
  readonly unsupported: Unsupported | null;
  /** The element of the output that is furthest off, if that is beyond its tolerance. */
  readonly wrongOutput: ElementResult | null;
}

/** Compares forward and every gradient in single precision with the same in double precision. */
function runSingle(single: Subject, truth: Subject, dy: Values, settings: Settings): SingleRun {
  const log = new StageLog();
  const sides: SideComparison[] = [];
  const ran = attempt(() => runForward(single, log));
  if ('unsupported' in ran) return { log, sides, unsupported: ran.unsupported, wrongOutput: null };
  if (ran.result === null) return { log, sides, unsupported: null, wrongOutput: null };
  const { output, tape } = ran.result;
  const outputs = compare(truth, tape, new Map([['output', output]]), () => outputOf(truth));
  const worst = worstOf(outputs.get('output')!, output.shape, settings);
  const wrongOutput = worst.status === 'wrong' ? worst : null;
  if (wrongOutput !== null) {
    const place = `output[${worst.index}] on backend ${single.tf.getBackend()}`;
    log.fail('forward', `${place} is ${worst.yours}, in double precision ${worst.numeric}`);
  }
  let unsupported: Unsupported | null = null;
  for (const side of ['yours', 'tf autodiff'] as const) {
    if (side === 'yours' && single.checked.spec.backward === undefined) continue;
    const run = side === 'yours' ? runBackward(single, dy, log) : runAutodiff(single, dy, log);
    unsupported ??= run.unsupported;
    if (run.gradients === null || run.tape === null) continue;
    const inDouble = () => (side === 'yours' ? truth.backward(dy) : truth.autodiff(dy));
    const comparisons = compare(truth, run.tape, run.gradients, inDouble);
    sides.push({ side, comparisons, natural: naturalSizes(truth.checked.differentiable, output, dy) });
  }
  return { log, sides, unsupported, wrongOutput };
}

function roundedUpstream(shape: readonly number[], seed: number): Values {
  const exact = upstream(shape, seed);
  return { ...exact, values: exact.values.map(Math.fround) };
}

function rounded(checked: Checked): Checked {
  const round = (input: Input): Input =>
    input.dtype === 'float32' ? { ...input, values: Float64Array.from(input.values, Math.fround) } : input;
  const inputs = checked.inputs.map(round);
  return { ...checked, inputs, differentiable: inputs.filter(isDifferentiable) };
}

const outputOf = (subject: Subject): Map<string, Values> =>
  new Map([['output', subject.output(subject.differenced)]]);
