import { errorText, GradcheckInputError } from './errors.ts';
import type { BranchTape } from './numeric/kernels/branches.ts';
import { type Precision, REPEATABLE } from './numeric/precision.ts';
import { isForeign, whatToAdd } from './spec/foreign.ts';
import { isLimitOf, UnsupportedError } from './spec/limits.ts';
import { describe, multiIndex } from './spec/readInput.ts';
import { largestOf, readTensor, type Subject, type Values } from './spec/subject.ts';
import type { StageLog } from './stages.ts';

export interface ForwardRun {
  readonly output: Values;
  readonly tape: BranchTape;
}

/**
 * Stages forward and repeatable: two runs at the base point, the branches of the first written down.
 * @throws GradcheckInputError where the forward throws or returns anything but a float tensor
 * @throws UnsupportedError where TensorFlow.js lacks a kernel that the forward runs
 */
export function runForward(subject: Subject, log: StageLog): ForwardRun | null {
  const { result: output, tape } = subject.observer.record(() => readOutput(subject));
  const bad = output.values.findIndex((y) => !Number.isFinite(y));
  if (bad >= 0) {
    log.fail('forward', `the forward is not finite: ${output.values[bad]} at output ${place(output, bad)}`);
    return null;
  }
  log.pass('forward');
  const again = readOutput(subject);
  const different = difference(output, again, subject.precision);
  if (different !== null) {
    log.fail('repeatable', `the forward is not repeatable: ${different}`);
    return null;
  }
  log.pass('repeatable');
  return { output, tape };
}

/** How two runs on the same inputs differ, or null. */
export function difference(first: Values, second: Values, precision: Precision): string | null {
  if (String(first.shape) !== String(second.shape))
    return `shape [${first.shape}], then [${second.shape}] on the same inputs`;
  const allowed = REPEATABLE[precision] * largestOf(first.values);
  const at = first.values.findIndex(
    (value, i) => !(Object.is(value, second.values[i]) || Math.abs(value - second.values[i]!) <= allowed),
  );
  if (at < 0) return null;
  return `${first.values[at]}, then ${second.values[at]} at ${place(first, at)} on the same inputs`;
}

const place = ({ shape }: Values, flat: number): string => `[${multiIndex(shape, flat)}]`;

function readOutput(subject: Subject): Values {
  const bad = (problem: string) => new GradcheckInputError(`${subject.name}: forward ${problem}`);
  try {
    return subject.forwardRaw((output) => {
      if (!(output instanceof subject.tf.Tensor))
        throw bad(`returned ${describe(output)}: expected a tensor`);
      if (isForeign(subject.tf, output))
        throw bad(`returned a tensor of another TensorFlow.js, which the code imports: ${whatToAdd()}`);
      if (output.dtype !== 'float32') throw bad(`returned an ${output.dtype} tensor: expected a float one`);
      if (output.size === 0) throw bad(`returned an empty tensor, shape [${output.shape}]`);
      return readTensor(output);
    });
  } catch (error) {
    if (error instanceof GradcheckInputError) throw error;
    if (isLimitOf(subject.tf, errorText(error))) throw new UnsupportedError(errorText(error));
    throw bad(`threw: ${errorText(error)}`);
  }
}
