import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { Tensor, TF } from '../gradcheck/index.ts';
import type { Attributes } from '../results/audit.ts';
import type { CaseValues } from './values.ts';

/** One function whose gradient is checked: an op at one shape with one set of attributes. */
export interface AuditCase {
  /** The kernel whose registered gradient is checked. */
  readonly kernel: string;
  /** The op as it is called: tf.OP. */
  readonly op: string;
  readonly attributes: Attributes;
  readonly inputs: Readonly<Record<string, CaseValues>>;
  /** The shapes of the inputs. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly forward: (tf: TF, inputs: Record<string, Tensor>) => Tensor;
}

/** The tensor type of a shape whose length is known at compile time. */
type TensorOf<Shape extends readonly number[]> = number extends Shape['length']
  ? Tensor
  : [Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D][Shape['length'] & (0 | 1 | 2 | 3 | 4 | 5)];

type Tensors<Inputs extends Readonly<Record<string, CaseValues>>> = {
  [Name in keyof Inputs]: TensorOf<Inputs[Name]['shape']>;
};

/** Makes a case of `kernel`. A string for attributes is a note about the values. */
export function auditCase<Inputs extends Readonly<Record<string, CaseValues>>>(
  kernel: string,
  op: string,
  attributes: Attributes | string,
  inputs: Inputs,
  forward: (tf: TF, inputs: Tensors<Inputs>) => Tensor,
): AuditCase {
  const named = typeof attributes === 'string' ? noted(attributes) : attributes;
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  return { kernel, op, attributes: named, inputs, shapes, forward: forward as AuditCase['forward'] };
}

const noted = (note: string): Attributes => (note === '' ? {} : { note });
