import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';

/** An operand as it lies in memory: the labels of its axes, and its numbers. */
interface Operand {
  readonly labels: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * The sum over the labels that the output lacks of the product of one operand or two. TensorFlow.js's own sums only over
 * some of the labels, and leaves out an operand, where one of the two has a label that is summed and the other has not.
 *
 * @param equation as einsum takes it; TensorFlow.js refuses what it does not know
 * @param read the numbers of an operand, row-major
 * @returns the numbers of the output, row-major, in double precision
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

/** out[labels] = the sum of left right over all other labels of the two. */
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
      // Over the end of this axis: back to its start, and on along the one before.
      at[axis] = 0;
      l -= stepsOfLeft[axis]! * count;
      r -= stepsOfRight[axis]! * count;
      o -= stepsOfOut[axis]! * count;
    }
  }
  return out;
}

/** How far a row-major tensor with these labels goes for one step along each axis of the order; 0 along others' axes. */
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
