// The public API of `backproof`. Importing it does not load TensorFlow.js: train and compare load it when they are
// called, and every function of the model takes it as an argument.

export {
  formatSelfTest,
  type Mistake,
  type SelfTestOptions,
  selfTest,
  type TestedLayer,
} from './gradcheck/selftest/index.ts';
export { type WalkAhead, walkAhead } from './notebook/compare/doublePrecision.ts';
export { selfTestSubjects } from './notebook/compare/mistakes.ts';
export { type NetworkInput, type NetworkSample, networkSpec } from './notebook/compare/networkSpec.ts';
export { type CompareOptions, compare } from './notebook/compare.ts';
export { loggedLoss, logitsLoss, logitsLossBackward, sigmoid } from './notebook/model/loss.ts';
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
} from './notebook/model/network.ts';
export { NumpyRandom } from './notebook/model/numpyRandom.ts';
export { fromTensors, initialParameters, type Parameters, toTensors } from './notebook/model/parameters.ts';
export { loadProblem, type RunProblem } from './notebook/problem.ts';
export { type TrainOptions, train } from './notebook/train.ts';
export { defaultConfig } from './results/commandLine.ts';
export { type CompareResult, compareSchema } from './results/compare.ts';
export { type SelfTestResult, selfTestSchema } from './results/selfTest.ts';
export type { Config } from './results/shared.ts';
export { type TrainResult, trainSchema } from './results/train.ts';
export type { TF } from './tfjs/types.ts';
