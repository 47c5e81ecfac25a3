import { check } from './check.ts';
import { GradcheckInputError } from './errors.ts';
import { checkFloat32 } from './numeric/float32.ts';
import { noSecond, orderTwo, withoutBlame } from './numeric/orderTwo.ts';
import { summarize } from './result.ts';
import { prepare } from './spec/prepare.ts';
import { readOptions, readSpec, type Settings } from './spec/readSpec.ts';
import { precisionOf } from './spec/subject.ts';
import type {
  GivenVariables,
  GradcheckOptions,
  GradcheckResult,
  GradcheckSpec,
  Outputs,
  Tensor,
  TF,
} from './types.ts';

/**
 * Compares up to three gradients of a function at one point, in double precision: the hand-written backward, tf
 * autodiff of forward, and finite differences of forward. An output that is not a scalar is contracted with a random
 * dy, drawn from the seed.
 * @returns status pass, fail (the code is wrong, and the culprit is named), inconclusive (the differences cannot tell)
 *   or unsupported (TensorFlow.js has no such gradient); a wrong gradient never throws
 * @throws GradcheckInputError for a spec, an input or an option that cannot be checked
 */
export async function gradcheck<
  Name extends string,
  Out extends Outputs = Tensor,
  Given extends GivenVariables | undefined = undefined,
>(spec: GradcheckSpec<Name, Out, Given>, options: GradcheckOptions = {}): Promise<GradcheckResult> {
  const started = performance.now();
  const settings = readOptions(options);
  const checked = readSpec(spec);
  const tf = await doublePrecision(settings);
  const elapsed = () => performance.now() - started;
  if (settings.precision === 'float32' && checked.spec.variables !== undefined)
    throw new GradcheckInputError(
      `${checked.name}: variables: expected none with precision 'float32' (they belong to one TensorFlow.js, two run forward): hand them in as inputs`,
    );
  if (settings.precision === 'float32') return checkFloat32(checked, settings, tf, elapsed);
  const subject = prepare(tf, checked);
  const first = await check(subject, settings);
  const firstResult = summarize(subject, settings, first, 1, elapsed());
  if (settings.order === 1 || firstResult.status !== 'pass') return firstResult;
  const second = orderTwo(subject, first.dy!, settings.seed);
  const findings =
    first.unsupported === null
      ? withoutBlame(subject, await check(second, settings, undefined, 2))
      : noSecond(first, first.unsupported);
  return summarize(second, settings, findings, 2, elapsed());
}

/** The TensorFlow.js to check with: the one in the options, or this package's own, loaded at the first check. */
async function doublePrecision({ precision, tf, float64 }: Settings): Promise<TF> {
  if (precision === 'float32' && tf === undefined)
    throw new GradcheckInputError(
      "option tf: expected your TensorFlow.js with precision 'float32', got undefined",
    );
  const handedIn = precision === 'float32' ? float64 : (tf ?? float64);
  const option = precision === 'float32' || tf === undefined ? 'float64' : 'tf';
  const chosen = handedIn ?? (await import('backproof/float64'));
  await chosen.ready();
  if (precisionOf(chosen) === 'float32')
    throw new GradcheckInputError(
      `option ${option}: expected TensorFlow.js in double precision, got float32 (with precision: 'float32' it is checked itself)`,
    );
  return chosen;
}
