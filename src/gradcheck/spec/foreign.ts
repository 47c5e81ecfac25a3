import { GradcheckInputError } from '../errors.ts';
import { testRunner } from '../runner.ts';
import type { TF } from '../types.ts';

/** The record that TensorFlow.js's engine keeps of each tensor's data. */
interface Owned {
  get(dataId: object): unknown;
  has(dataId: object): boolean;
  set(dataId: object, info: unknown): unknown;
  delete(dataId: object): boolean;
}
/** The parts of an engine that are watched here. */
interface Engine {
  readonly state: { tensorInfo: Owned };
  /** Every kernel and every customGrad runs through this. */
  runKernelFunc(params: { readonly inputs: Readonly<Record<string, unknown>> }): unknown;
  /** Every tf.grad runs through this. */
  gradients(f: () => unknown, xs: readonly unknown[], ...rest: unknown[]): unknown;
}

const engineOf = (tf: TF): Engine => tf.engine() as unknown as Engine;

/** The engine that all copies of TensorFlow.js share, except the double-precision build; null if it is tf's own. */
function otherEngine(tf: TF): Engine | null {
  const { _tfengine: shared } = globalThis as { _tfengine?: Engine };
  return shared === undefined || shared === engineOf(tf) ? null : shared;
}

/**
 * Whether a tensor that is not disposed belongs to another TensorFlow.js than tf. instanceof cannot tell, because
 * TensorFlow.js accepts as a Tensor any object with a tensor's methods.
 */
export function isForeign(tf: TF, { dataId }: { readonly dataId: object }): boolean {
  return !engineOf(tf).state.tensorInfo.has(dataId);
}

/**
 * Runs f, and throws if tensors of tf reach another TensorFlow.js in it. That would fail with "Cannot read properties
 * of undefined", or silently leave out a customGrad, which goes on the tape of the other one.
 * @throws GradcheckInputError if they do: one line that says what to add to the config of the test runner
 */
export function amongOwnTensors<Result>(tf: TF, name: string, f: () => Result): Result {
  const other = otherEngine(tf);
  if (other === null) return f();
  const meeting = (): GradcheckInputError =>
    new GradcheckInputError(
      `${name}: expected ops of the tf that is handed in, got those of another TensorFlow.js, which the code imports: ${whatToAdd()}`,
    );
  const states = [engineOf(tf).state, other.state] as const;
  const [own, others] = [states[0].tensorInfo, states[1].tensorInfo];
  let met = false;
  let taken = false;
  const noteUnknown = (mine: Owned, theirs: Owned): Owned => {
    const look = (dataId: object): void => {
      met ||= !mine.has(dataId) && theirs.has(dataId);
    };
    return {
      get(dataId) {
        look(dataId);
        return mine.get(dataId);
      },
      has(dataId) {
        look(dataId);
        return mine.has(dataId);
      },
      set: (dataId, info) => mine.set(dataId, info),
      delete: (dataId) => mine.delete(dataId),
    };
  };
  const refuseOwn = (tensors: readonly unknown[]): void => {
    if (!tensors.flat().some((tensor) => hasData(tensor) && own.has(tensor.dataId))) return;
    taken = true;
    throw meeting();
  };
  const { runKernelFunc, gradients } = other;
  states[0].tensorInfo = noteUnknown(own, others);
  states[1].tensorInfo = noteUnknown(others, own);
  other.runKernelFunc = (params) => {
    refuseOwn(Object.values(params.inputs));
    return runKernelFunc.call(other, params);
  };
  other.gradients = (run, xs, ...rest) => {
    refuseOwn(xs);
    return gradients.call(other, run, xs, ...rest);
  };
  try {
    const result = f();
    // f may have caught the error.
    if (taken) throw meeting();
    return result;
  } catch (error) {
    throw met && !(error instanceof GradcheckInputError) ? meeting() : error;
  } finally {
    states[0].tensorInfo = own;
    states[1].tensorInfo = others;
    Object.assign(other, { runKernelFunc, gradients });
  }
}

function hasData(value: unknown): value is { readonly dataId: object } {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

/** The config line that makes code import the TensorFlow.js of the check. */
export function whatToAdd(): string {
  const runner = testRunner();
  if (runner === 'vitest')
    return "add plugins: [gradcheck()] with gradcheck from 'backproof/vitest' to the Vitest config (with a vm pool, also the package in node_modules that imports it to test.server.deps.inline)";
  if (runner === 'jest')
    return "add preset: 'backproof' to the Jest config, or with another preset the moduleNameMapper of 'backproof/jest-preset'";
  return 'use the tf that is handed in, import backproof/float64 in place of TensorFlow.js, or run `backproof check FILE`, where imports get it';
}
