import { PARAMETER_LIMIT } from '../../results/parameterNames.ts';
import type { TF } from '../../tfjs/types.ts';
import { IMAGE_SIDE } from '../data/images.ts';
import type { ParameterTensors } from './network.ts';
import { NumpyRandom } from './numpyRandom.ts';

/** The network's parameters as plain numbers: kernel [k*k] row-major, weight [(17-k)^2], bias. */
export interface Parameters {
  readonly kernel: Float64Array;
  readonly weight: Float64Array;
  readonly bias: number;
}

/** One sample's gradients with respect to the parameters: dKernel [k*k], dWeight [(17-k)^2]. */
export interface Gradients {
  readonly dKernel: Float64Array;
  readonly dWeight: Float64Array;
  dBias: number;
}

/** The side of a square that is stored row by row, such as a kernel or a map. */
export const sideOf = ({ length }: ArrayLike<number>): number => Math.sqrt(length);

/** The rows of such a square. */
export const rowsOf = (values: Float64Array | Float32Array): number[][] => {
  const side = sideOf(values);
  return Array.from({ length: side }, (_, row) => Array.from(values.subarray(row * side, (row + 1) * side)));
};

/** Side of the feature map of a kernel of the given side. */
export const outputSide = (kernelSize: number): number => IMAGE_SIDE - kernelSize + 1;

/** Scale of the notebook's initial kernel and weight. */
const SCALE = 0.1;

/** The notebook's cell 2 under numpy.random.seed(seed): kernel first, then weight, each 0.1 * normal; bias 0. */
export function initialParameters(seed: number, kernelSize: number): Parameters {
  const random = new NumpyRandom(seed);
  const draw = () => random.standardNormal() * SCALE;
  const kernel = Float64Array.from({ length: kernelSize ** 2 }, draw);
  const weight = Float64Array.from({ length: outputSide(kernelSize) ** 2 }, draw);
  return { kernel, weight, bias: 0 };
}

/** Converts them to tensors of the given TensorFlow.js, in its precision. */
export function toTensors(tf: TF, { kernel, weight, bias }: Parameters): ParameterTensors {
  const side = sideOf(kernel);
  return {
    kernel: tf.tensor4d(Array.from(kernel), [side, side, 1, 1]),
    weight: tf.tensor2d(Array.from(weight), [weight.length, 1]),
    bias: tf.tensor2d([bias], [1, 1]),
  };
}

/** Converts them back. */
export function fromTensors({ kernel, weight, bias }: ParameterTensors): Parameters {
  return {
    kernel: new Float64Array(kernel.dataSync()),
    weight: new Float64Array(weight.dataSync()),
    bias: bias.dataSync()[0]!,
  };
}

const isBounded = (value: number): boolean => Math.abs(value) <= PARAMETER_LIMIT;

/** Whether every parameter is a number within ±PARAMETER_LIMIT. */
export const areBounded = ({ kernel, weight, bias }: Parameters): boolean =>
  kernel.every(isBounded) && weight.every(isBounded) && isBounded(bias);
