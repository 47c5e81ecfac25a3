import type { TensorInfo } from '@tensorflow/tfjs';
import { binaryRules } from './binary.ts';
import type { Call, Rule } from './rule.ts';
import { unaryRules } from './unary.ts';

/** The rules of the separate kernels for the activations that a fused kernel may end with. */
const ACTIVATIONS: Record<string, Rule | undefined> = {
  relu: unaryRules.Relu,
  relu6: unaryRules.Relu6,
  elu: unaryRules.Elu,
  leakyrelu: unaryRules.LeakyRelu,
  prelu: binaryRules.Prelu,
};

/** A fused kernel is its linear part followed by an activation, whose branches are those of the activation's kernel. */
const fused: Rule = {
  branches(call) {
    const activation = ACTIVATIONS[String(call.attrs.activation)];
    return activation === undefined ? null : activation.branches(activationCall(call));
  },
  ties(call, branches) {
    return ACTIVATIONS[String(call.attrs.activation)]!.ties!(call, branches);
  },
  hold(call, held) {
    const activation = ACTIVATIONS[String(call.attrs.activation)]!;
    return activation.hold(activationCall(call), held);
  },
};

function activationCall(call: Call): Call {
  const { preluActivationWeights, ...inputs } = call.inputs;
  const [x] = call.run({ inputs, attrs: { ...call.attrs, activation: 'linear' } }) as [TensorInfo];
  return {
    ...call,
    inputs: preluActivationWeights === undefined ? { x } : { x, alpha: preluActivationWeights },
    attrs: { alpha: call.attrs.leakyreluAlpha! },
  };
}

export const fusedRules: Record<string, Rule> = {
  _FusedMatMul: fused,
  FusedConv2D: fused,
  FusedDepthwiseConv2D: fused,
};
