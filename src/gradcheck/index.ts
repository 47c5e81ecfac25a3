/** The package entry `backproof/gradcheck`: the gradient checker. */

export { GradcheckInputError } from './errors.ts';
export type { BackproofConfig } from './file/config.ts';
export { gradcheck } from './gradcheck.ts';
export {
  type GradcheckModelOptions,
  gradcheckModel,
  type ModelLoss,
  type ModelLossFunction,
} from './model.ts';
export type {
  BranchesSeen,
  Dependence,
  ElementResult,
  ElementStatus,
  ExactOutcome,
  FurtherPoint,
  GivenVariables,
  GradcheckOptions,
  GradcheckResult,
  GradcheckSpec,
  InputResult,
  KinkCounts,
  KinkPolicy,
  Mode,
  NestedNumbers,
  Outputs,
  ShapedValues,
  Side,
  Stage,
  StageResult,
  Status,
  Suspect,
  Tensor,
  TensorLike,
  TF,
  Tolerance,
  Unsupported,
  Variable,
  Variables,
  WithWeights,
} from './types.ts';
