import { check, upstream } from './check.ts';
import { type Comparison, compare, inputResult, worstOf } from './float32Compare.ts';
import { runForward } from './forwardStage.ts';
import { runAutodiff, runBackward } from './gradientStages.ts';
import type { BranchTape } from './kernels/branches.ts';
import { messageOf } from './message.ts';
import type { Input } from './readInput.ts';
import type { Checked, Settings } from './readSpec.ts';
import { noKinks, summarize } from './result.ts';
import { StageLog } from './stages.ts';
import { Subject, type Values } from './subject.ts';
import type { GradcheckResult, InputResult, Side, TF } from './types.ts';

/**
 * Holds gradients as a TensorFlow.js in single precision computes them against double precision, element by element.
 * First the code itself is checked in double precision; what differs after that is rounding or a wrong kernel. Both
 * see inputs and dy rounded to float32, and the double-precision run is held on the branches of the other one.
 */
export async function checkFloat32(
  given: Checked,
  settings: Settings,
  float64: TF,
  elapsed: () => number,
): Promise<GradcheckResult> {
  const checked = rounded(given);
  const truth = new Subject(float64, checked);
  const tf = settings.tf!;
  await tf.ready();
  const single = new Subject(tf, checked);
  const shape = runForward(truth, new StageLog())?.output.shape ?? [];
  const exactDy = upstream(shape, settings.seed);
  const dy = { ...exactDy, values: exactDy.values.map(Math.fround) };
  const code = await check(truth, settings, dy);
  const inDouble = summarize(truth, settings, code, 1, elapsed());
  if (inDouble.status !== 'pass') return inDouble;

  const log = new StageLog();
  const forward = runForward(single, log);
  const sides: { side: Side; comparisons: ReadonlyMap<string, Comparison> }[] = [];
  let unsupported: string | null = null;
  if (forward !== null) {
    const output = compare(truth, forward.tape, new Map([['output', forward.output]]), () => outputOf(truth));
    const worst = worstOf(output.get('output')!, forward.output.shape, settings);
    if (worst.status === 'wrong')
      log.fail(
        'forward',
        `output[${worst.index}] on backend ${tf.getBackend()} is ${worst.yours}, in double precision ${worst.numeric}`,
      );
    for (const side of ['yours', 'tf autodiff'] as const) {
      if (side === 'yours' && checked.spec.backward === undefined) continue;
      const run = () => (side === 'yours' ? runBackward(single, dy, log) : runAutodiff(single, dy, log));
      const { result, tape } = single.observer.record(run);
      if (side === 'tf autodiff') unsupported = result.unsupported;
      if (result.gradients === null) continue;
      const inDoublePrecision = () => (side === 'yours' ? truth.backward(dy) : truth.autodiff(dy));
      sides.push({
        side,
        comparisons: compare(truth, firstHalf(tape, side), result.gradients, inDoublePrecision),
      });
    }
  }
  const inputs: Record<string, InputResult> = {};
  for (const input of checked.differentiable) inputs[input.name] = inputResult(input, sides, settings);
  const wrong = Object.entries(inputs).filter(([, { status }]) => status === 'fail');
  const oddOneOut = wrong[0]?.[1].worst?.oddOneOut ?? log.culprit?.side ?? null;
  if (wrong.length > 0)
    log.fail('numbers', `wrong elements in ${wrong.map(([name]) => name).join(', ')}`, oddOneOut);
  else if (sides.length > 0) log.pass('numbers');
  const told = {
    ...inDouble,
    status:
      log.culprit !== null
        ? ('fail' as const)
        : sides.length === 0
          ? ('unsupported' as const)
          : ('pass' as const),
    stage: log.culprit?.stage ?? null,
    stages: log.list(),
    oddOneOut,
    inputs,
    looksLike: null,
    kinks: noKinks(settings),
    milliseconds: elapsed(),
  };
  const message = messageOf({
    ...told,
    unsupported,
    hasYours: sides.some(({ side }) => side === 'yours'),
    hasAutodiff: sides.some(({ side }) => side === 'tf autodiff'),
    reproduce: settings.reproduce ?? `gradcheck(spec, { precision: 'float32', tf, seed: ${settings.seed} })`,
  });
  return { ...told, message };
}

function rounded(checked: Checked): Checked {
  const round = (input: Input): Input =>
    input.dtype === 'float32' ? { ...input, values: Float64Array.from(input.values, Math.fround) } : input;
  const inputs = checked.inputs.map(round);
  return { ...checked, inputs, differentiable: inputs.filter(({ dtype }) => dtype === 'float32') };
}

/** The backward ran twice while its branches were recorded, to see whether it is repeatable. */
function firstHalf(tape: BranchTape, side: Side): BranchTape {
  return side === 'yours' ? { calls: tape.calls.slice(0, tape.calls.length / 2) } : tape;
}

const outputOf = (subject: Subject): Map<string, Values> =>
  subject.forwardRaw((output) => {
    const tensor = output as { shape: number[]; dataSync(): ArrayLike<number> };
    return new Map([
      ['output', { shape: tensor.shape, dtype: 'float32', values: Float64Array.from(tensor.dataSync()) }],
    ]);
  });
