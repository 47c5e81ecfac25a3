import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';

/**
 * y = the product of the operands, summed over the labels that are not in the output. The gradient of an operand is
 * such a sum too: of the product of dy and the other operands, over the labels that the operand lacks. It is constant
 * along a label that only the operand has. TensorFlow's `_EinsumGrad`.
 */
export const einsum = kernelGradient<{ equation: string }>({
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (tf, dy, saved, { equation }) => {
    const [given, outputLabels] = equation.replaceAll(/\s/g, '').split('->') as [string, string];
    const labels = given.split(',');
    return Object.fromEntries(
      saved.map((operand, k) => {
        const others = saved.filter((_, i) => i !== k);
        const terms = [outputLabels, ...labels.filter((_, i) => i !== k)];
        return [k, () => gradientOf(tf, operand, labels[k]!, [dy, ...others], terms)];
      }),
    );
  },
});

function gradientOf(
  tf: TF,
  operand: Tensor,
  operandLabels: string,
  factors: readonly Tensor[],
  terms: readonly string[],
): Tensor {
  const own = [...operandLabels];
  const shared = own.filter((label) => terms.some((term) => term.includes(label)));
  // With one factor nothing is left to sum. The cpu backend's einsum would return it without counting the second
  // reference.
  const summed =
    factors.length === 1
      ? tf.transpose(
          factors[0]!,
          shared.map((label) => terms[0]!.indexOf(label)),
        )
      : tf.einsum(`${terms.join()}->${shared.join('')}`, ...factors);
  if (shared.length === own.length) return summed;
  const kept = operand.shape.map((side, axis) => (shared.includes(own[axis]!) ? side : 1));
  return tf.broadcastTo(tf.reshape(summed, kept), operand.shape);
}
