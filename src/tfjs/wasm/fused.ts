import {
  add,
  elu,
  engine,
  leakyRelu,
  type NamedAttrMap,
  type NamedTensorMap,
  prelu,
  relu,
  relu6,
  sigmoid,
  type Tensor,
} from '@tensorflow/tfjs-core';

export interface FusedInputs extends NamedTensorMap {
  readonly bias: Tensor;
  readonly preluActivationWeights: Tensor;
}

export interface FusedAttributes {
  readonly activation: keyof typeof activations;
  readonly leakyreluAlpha?: number;
}

const activations = {
  linear: (y: Tensor) => y,
  relu: (y: Tensor) => relu(y),
  relu6: (y: Tensor) => relu6(y),
  elu: (y: Tensor) => elu(y),
  sigmoid: (y: Tensor) => sigmoid(y),
  prelu: (y: Tensor, { preluActivationWeights }: FusedInputs) => prelu(y, preluActivationWeights),
  leakyrelu: (y: Tensor, _: FusedInputs, { leakyreluAlpha }: FusedAttributes) =>
    leakyRelu(y, leakyreluAlpha ?? 0),
} as const;

/** Runs a fused kernel in parts: the plain kernel, then the bias, then the activation. */
export function inParts(plainKernel: string, inputs: FusedInputs, attributes: FusedAttributes): Tensor {
  const { bias, preluActivationWeights: _weights, ...operands } = inputs;
  const y = engine().runKernel(plainKernel, operands, attributes as unknown as NamedAttrMap) as Tensor;
  return activations[attributes.activation](bias ? add(y, bias) : y, inputs, attributes);
}
