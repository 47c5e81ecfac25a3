import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { Tensor, TF } from '../gradcheck/index.ts';
import type { CaseValues } from './values.ts';

/** One function whose gradient is checked: an op at one shape with one set of attributes. */
export interface AuditCase {
  /** The kernel whose registered gradient it is about. */
  readonly kernel: string;
  /** The op as it is called: tf.TITLE. */
  readonly title: string;
  /** Shapes and attributes, in a few words. */
  readonly input: string;
  readonly inputs: Readonly<Record<string, CaseValues>>;
  readonly forward: (tf: TF, inputs: Record<string, Tensor>) => Tensor;
}

/** The tensor type of a shape whose length the compiler knows. */
type TensorOf<Shape extends readonly number[]> = number extends Shape['length']
  ? Tensor
  : [Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D][Shape['length'] & (0 | 1 | 2 | 3 | 4 | 5)];

type Tensors<Inputs extends Readonly<Record<string, CaseValues>>> = {
  [Name in keyof Inputs]: TensorOf<Inputs[Name]['shape']>;
};

/** A case of `kernel`. The attributes are words for people; the shapes are put before them. */
export function auditCase<Inputs extends Readonly<Record<string, CaseValues>>>(
  kernel: string,
  title: string,
  attributes: string,
  inputs: Inputs,
  forward: (tf: TF, inputs: Tensors<Inputs>) => Tensor,
): AuditCase {
  const shapes = Object.entries(inputs).map(([name, { shape }]) => `${name} [${shape}]`);
  const input = [shapes.join(', '), attributes].filter((words) => words !== '').join('; ');
  return { kernel, title, input, inputs, forward: forward as AuditCase['forward'] };
}
