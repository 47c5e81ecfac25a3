import type { KernelBackend, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';

export type NumberArray = Float64Array | Float32Array | Int32Array | Uint8Array;
export type DType = TensorInfo['dtype'];

/** One call of a kernel, with everything that a rule needs. */
export interface Call {
  readonly tf: TF;
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly backend: KernelBackend;
  /** Runs the kernel itself, with other inputs and attributes if given. */
  run(other?: { inputs: NamedTensorInfoMap; attrs: NamedAttrMap }): TensorInfo[];
}

/** The branches of a call at the base point, and its output. */
export interface Held {
  /** The branch of every element; two runs take the same branch where these are equal. */
  readonly branches: NumberArray;
  /** The kernel's first output, for rules that need it. */
  readonly output: NumberArray | null;
}

/** A piecewise smooth kernel: which piece each element is on, and how to stay on given pieces. */
export interface Rule {
  /** The branches taken, or null if no branch depends on a float. */
  branches(call: Call): NumberArray | null;
  /** Runs the kernel with every element on its branch at the base point. */
  hold(call: Call, held: Held): TensorInfo[];
  /** The number of output elements exactly where pieces of different slopes meet, from the branches taken. */
  ties?(call: Call, branches: NumberArray): number;
  /** The branches of a single piece if the branches taken tie between several. */
  onePiece?(call: Call, branches: NumberArray): NumberArray;
  /** Whether `hold` needs the output at the base point. */
  readonly needsOutput?: boolean;
}

export const read = (call: Call, tensor: TensorInfo): NumberArray =>
  call.backend.readSync(tensor.dataId) as NumberArray;

export function write(call: Call, values: NumberArray, shape: number[], dtype: DType): TensorInfo {
  return { dataId: call.backend.write(values as Float32Array, shape, dtype), shape, dtype };
}

export const isFloat = (tensor: TensorInfo | undefined): boolean => tensor?.dtype === 'float32';
