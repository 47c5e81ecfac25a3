/** The package entry `backproof/gradcheck`: the gradient checker. */
export { GradcheckInputError } from './errors.ts';
export { gradcheck } from './gradcheck.ts';
export {
  type GradcheckModelOptions,
  gradcheckModel,
  type ModelLoss,
  type ModelLossFunction,
} from './model.ts';
export type {
  ElementResult,
  ElementStatus,
  GradcheckOptions,
  GradcheckResult,
  GradcheckSpec,
  InputResult,
  KinkCounts,
  KinkPolicy,
  Mode,
  NestedNumbers,
  ShapedValues,
  Side,
  Stage,
  StageResult,
  Status,
  Tensor,
  TensorLike,
  TF,
  Tolerance,
} from './types.ts';
