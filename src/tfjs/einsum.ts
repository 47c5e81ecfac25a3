import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';

/** An operand: the labels of its axes, and its values in memory order. */
interface Operand {
  readonly labels: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * The product of one or two operands, summed over the labels that are not in the output. If only one of two operands
 * has a summed label, the einsum of TensorFlow.js sums over only some of the labels, and leaves out an operand.
 *
 * @param equation as einsum takes it; TensorFlow.js refuses invalid ones
 * @param read returns the values of an operand, row-major
 * @returns the values of the output, row-major, in double precision
 */
export function einsum(
  equation: string,
  tensors: readonly TensorInfo[],
  read: (tensor: TensorInfo) => ArrayLike<number>,
): { shape: number[]; values: Float64Array } {
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
  const lengths = allDims.map(
    (_, label) => tensors.flatMap(({ shape }, k) => shape[idDims[k]!.indexOf(label)] ?? [])[0]!,
  );
  const output = allDims.map((_, label) => label).filter((label) => !summedDims.includes(label));
  const [left, right = ONE] = tensors.map(
    (tensor, k): Operand => ({ labels: idDims[k]!, values: read(tensor) }),
  );
  return { shape: output.map((label) => lengths[label]!), values: contracted(left!, right, output, lengths) };
}

const ONE: Operand = { labels: [], values: [1] };

/** out[labels] = the sum of left right over all other labels of the two operands. */
function contracted(
  left: Operand,
  right: Operand,
  labels: readonly number[],
  lengths: readonly number[],
): Float64Array {
  const others = [...new Set([...left.labels, ...right.labels])].filter((label) => !labels.includes(label));
  const order = [...labels, ...others];
  const counts = order.map((label) => lengths[label]!);
  const out = new Float64Array(util.sizeFromShape(labels.map((label) => lengths[label]!)));
  const total = util.sizeFromShape(counts);
  const steps = [left.labels, right.labels, labels].map((of) => stepsAlong(order, of, lengths));
  const [stepsOfLeft, stepsOfRight, stepsOfOut] = steps as [number[], number[], number[]];
  const at = counts.map(() => 0);
  let [l, r, o] = [0, 0, 0];
  for (let n = 0; n < total; n++) {
    out[o]! += left.values[l]! * right.values[r]!;
    for (let axis = counts.length - 1; axis >= 0; axis--) {
      l += stepsOfLeft[axis]!;
      r += stepsOfRight[axis]!;
      o += stepsOfOut[axis]!;
      at[axis]!++;
      const count = counts[axis]!;
      if (at[axis]! < count) break;
      // Past the end of this axis: back to its start, and one step along the axis before it.
      at[axis] = 0;
      l -= stepsOfLeft[axis]! * count;
      r -= stepsOfRight[axis]! * count;
      o -= stepsOfOut[axis]! * count;
    }
  }
  return out;
}

/** The stride of a row-major tensor along each axis of `order`; 0 along axes that it does not have. */
function stepsAlong(
  order: readonly number[],
  labels: readonly number[],
  lengths: readonly number[],
): number[] {
  const strides = labels.map((_, k) =>
    labels.slice(k + 1).reduce((product, label) => product * lengths[label]!, 1),
  );
  return order.map((label) =>
    strides.reduce((sum, stride, k) => sum + (labels[k] === label ? stride : 0), 0),
  );
}
