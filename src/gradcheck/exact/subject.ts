import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';
import type { Real } from './world.ts';

export type Tensors = Record<string, Tensor>;

/** An input at the point: flat values with a shape. Floats become random numbers; other types are constants. */
export interface ExactInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: ArrayLike<number>;
  /** False if no gradient is needed, as for an image; the other gradients are still proved for every value of it. */
  readonly differentiated?: boolean;
}

/** The functions under check, as in a GradcheckSpec. */
export interface ExactSubject {
  readonly inputs: readonly ExactInput[];
  /** Trained values that forward holds itself; they are checked like inputs. */
  readonly variables?: Readonly<Record<string, Tensor>>;
  forward(tf: TF, inputs: Tensors): Tensor;
  backward?(tf: TF, inputs: Tensors, dy: Tensor): Partial<Tensors>;
  /** The function whose gradient is intended, if that is not forward. */
  gradientOf?(tf: TF, inputs: Tensors): Tensor;
  /**
   * TensorFlow.js in double precision, needed if the functions run on one in single precision, on any backend: it
   * computes with the residues, kernel by kernel.
   */
  readonly arithmetic?: TF | undefined;
}

/** A place whose gradient is needed: a float input or a variable. */
export interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Real;
}

export const isFloat = ({ dtype }: ExactInput): boolean => dtype === 'float32';
export const isDifferentiated = ({ differentiated = true }: ExactInput): boolean => differentiated;

export function placesOf({ inputs, variables = {} }: ExactSubject): Place[] {
  return [
    ...inputs.filter((input) => isFloat(input) && isDifferentiated(input)),
    ...Object.entries(variables).map(([name, tensor]) => ({
      name,
      shape: tensor.shape,
      values: tensor.dataSync(),
    })),
  ];
}
