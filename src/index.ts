// The public API of `backproof`. It imports no TensorFlow.js: every function of the model is handed one.

export { type NetworkInput, type NetworkSample, networkSpec } from './compare/networkSpec.ts';
export { loggedLoss, logitsLoss, logitsLossBackward, sigmoid } from './model/loss.ts';
export {
  type Activations,
  backward,
  forward,
  type GradientTensors,
  type LayerBackwards,
  layerBackwards,
  manualGradients,
  networkOp,
  type ParameterTensors,
} from './model/network.ts';
export { NumpyRandom } from './model/numpyRandom.ts';
export { fromTensors, initialParameters, type Parameters, toTensors } from './model/parameters.ts';
export type { TF } from './model/tf.ts';
export { type CompareResult, compareSchema } from './results/compare.ts';
export { type SelfTestResult, selfTestSchema } from './results/selfTest.ts';
export { type TrainResult, trainSchema } from './results/train.ts';
export { formatSelfTest, type SelfTestOptions, selfTest } from './selftest/index.ts';
