import { GradcheckInputError } from './errors.ts';
import { difference } from './forwardStage.ts';
import type { BranchTape } from './numeric/kernels/branches.ts';
import { isForeign, whatToAdd } from './spec/foreign.ts';
import { explained, limitOf, throwingGradient, throwsInOwnGradient } from './spec/limits.ts';
import { describe, type Input, multiIndex } from './spec/readInput.ts';
import { readTensor, type Subject, type Values } from './spec/subject.ts';
import type { StageLog } from './stages.ts';
import type { Dependence, Side, Unsupported } from './types.ts';

type GradientsByInput = Map<string, Values>;

/** The gradients of one side, or why there are none. */
export interface SideRun {
  /** The gradients if they are complete, of the right shapes and finite; otherwise null. */
  readonly gradients: GradientsByInput | null;
  /** Gradients of a wrong shape, for the diagnosis. */
  readonly misshapen: GradientsByInput;
  /** Why TensorFlow.js cannot compute this side. */
  readonly unsupported: Unsupported | null;
  /** The branches that one run of this side took; null if it did not complete. */
  readonly tape: BranchTape | null;
}

/** A side without gradients. */
export const noGradients = (unsupported: Unsupported | null = null): SideRun => ({
  gradients: null,
  misshapen: new Map(),
  unsupported,
  tape: null,
});

/** Stages `names`, `shapes`, `finite` and `repeatable` for the hand-written backward. */
export function runBackward(subject: Subject, dy: Values, log: StageLog): SideRun {
  const inputs = subject.checked.differentiable;
  let found: { problem: string } | GradientsByInput;
  let again: { problem: string } | GradientsByInput;
  let tape: BranchTape;
  const run = () => subject.backwardRaw(dy, (returned) => readGradients(returned, subject));
  try {
    ({ result: found, tape } = subject.observer.record(run));
    again = found instanceof Map ? run() : found;
  } catch (error) {
    if (error instanceof GradcheckInputError) throw error;
    const text = explained(subject.tf, error, () => void subject.backwardRaw(dy, () => {}));
    const limit = limitOf(subject.tf, text);
    if (limit !== null) return noGradients(limit);
    log.fail('names', `backward threw: ${text}`, 'yours');
    return noGradients();
  }
  if (!(found instanceof Map)) {
    log.fail('names', found.problem, 'yours');
    return noGradients();
  }
  log.pass('names');
  if (!(again instanceof Map)) {
    log.fail('repeatable', `backward is not repeatable: the second time ${again.problem}`, 'yours');
    return noGradients();
  }
  for (const [name, values] of found) {
    const different = difference(values, again.get(name)!, subject.precision);
    if (different !== null)
      log.fail('repeatable', `backward is not repeatable: gradient of ${name}: ${different}`, 'yours');
  }
  return { ...validated(inputs, found, 'yours', log), tape };
}

/** The returned gradients by name, or the problem with their number or names. */
function readGradients(returned: unknown, subject: Subject): GradientsByInput | { problem: string } {
  const inputs = subject.checked.differentiable;
  const wanted = inputs.map(({ name }) => name);
  const expected = `expected gradients named ${wanted.join(', ')}`;
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned))
    return { problem: `backward returned ${describe(returned)}: ${expected}` };
  if (returned instanceof subject.tf.Tensor)
    return { problem: `backward returned a single tensor: ${expected}` };
  const given = Object.keys(returned);
  const missing = wanted.filter((name) => (returned as Record<string, unknown>)[name] == null);
  const constants = subject.checked.inputs.filter(({ constant }) => constant).map(({ name }) => name);
  const extra = given.filter((name) => !wanted.includes(name) && !constants.includes(name));
  if (missing.length > 0 && extra.length > 0)
    return {
      problem: `backward returned ${extra.join(', ')} in place of ${missing.join(', ')}: ${expected}`,
    };
  if (missing.length > 0)
    return { problem: `backward returned no gradient of ${missing.join(', ')}: ${expected}` };
  if (extra.length > 0) {
    const passive = subject.checked.inputs.filter(({ name }) => extra.includes(name));
    const why = passive.length > 0 ? ' (inputs of whole numbers have none)' : '';
    return { problem: `backward returned a gradient of ${extra.join(', ')}${why}: ${expected}` };
  }
  const gradients: GradientsByInput = new Map();
  for (const name of wanted) {
    const gradient = (returned as Record<string, unknown>)[name];
    if (!(gradient instanceof subject.tf.Tensor))
      return { problem: `backward returned ${describe(gradient)} as gradient of ${name}: expected a tensor` };
    if (!gradient.isDisposed && isForeign(subject.tf, gradient))
      throw new GradcheckInputError(
        `${subject.name}: backward returned a gradient of ${name} of another TensorFlow.js, which the code imports: ${whatToAdd()}`,
      );
    gradients.set(name, readTensor(gradient));
  }
  return gradients;
}

function validated(inputs: readonly Input[], found: GradientsByInput, side: Side, log: StageLog): SideRun {
  const misshapen: GradientsByInput = new Map();
  let shaped = true;
  let finite = true;
  for (const { name, shape } of inputs) {
    const gradient = found.get(name)!;
    if (String(gradient.shape) !== String(shape)) {
      misshapen.set(name, gradient);
      shaped = false;
      log.fail('shapes', `the gradient of ${name} has shape [${gradient.shape}], expected [${shape}]`, side);
    }
    if (gradient.dtype !== 'float32') {
      shaped = false;
      const problem = `the gradient of ${name} is of type ${gradient.dtype}, expected float32`;
      log.fail('shapes', problem, side);
    }
    const bad = gradient.values.findIndex((g) => !Number.isFinite(g));
    if (bad < 0 || !shaped) continue;
    finite = false;
    log.fail(
      'finite',
      `the gradient of ${name} is ${gradient.values[bad]} at [${multiIndex(shape, bad)}]`,
      side,
    );
  }
  if (!shaped) return { ...noGradients(), misshapen };
  log.pass('shapes');
  if (!finite) return noGradients();
  log.pass('finite');
  return { ...noGradients(), gradients: found, misshapen };
}

/**
 * The same stages for autodiff of forward; a limit of TensorFlow.js is not a failure. An input that changes the output
 * without a path of ops to it has no autodiff gradient: the zeros in its place are not from TensorFlow.js.
 */
export function runAutodiff(
  subject: Subject,
  dy: Values,
  log: StageLog,
  dependence: Dependence | null = null,
): SideRun {
  const { differentiable } = subject.checked;
  const withoutPath = dependence?.withoutPath ?? [];
  const unsupported = withoutPath.length > 0 ? noPath(dependence!) : null;
  if (withoutPath.length === differentiable.length) return noGradients(unsupported);
  try {
    const { result: found, tape } = subject.observer.record(() => subject.autodiff(dy));
    log.pass('names');
    const run = validated(differentiable, found, 'tf autodiff', log);
    for (const name of withoutPath) run.gradients?.delete(name);
    return { ...run, unsupported, tape };
  } catch (error) {
    if (error instanceof GradcheckInputError) throw error;
    const again = () => void subject.autodiff(dy);
    const text = explained(subject.tf, error, again);
    const limit = limitOf(subject.tf, text);
    if (limit !== null) return noGradients(limit);
    const kernel = throwingGradient(subject.tf, again);
    if (kernel !== null || throwsInOwnGradient(again)) {
      const thrower = kernel === null ? 'a gradient function of its own' : `its gradient of ${kernel}`;
      return noGradients({ kernel, missing: null, reason: `${thrower} throws: ${text}` });
    }
    log.fail(/has shape|dtype/.test(text) ? 'shapes' : 'names', text, 'tf autodiff');
    return noGradients();
  }
}

function noPath({ withoutPath, assigned }: Dependence): Unsupported {
  const cut =
    assigned.length > 0
      ? `forward assigns ${assigned.join(', ')} (assign, write or setWeights), which cuts the gradient`
      : 'their values are read out (dataSync, arraySync) and used in JavaScript';
  const reason = `it sees no path from ${withoutPath.join(', ')} to the output, because ${cut}`;
  return { kernel: null, missing: null, reason };
}
