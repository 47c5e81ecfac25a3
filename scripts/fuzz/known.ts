/** A form of an op whose gradient is wrong in TensorFlow.js 4.22: never generated. */
interface Fault {
  readonly code: RegExp;
  readonly reason: string;
}

/**
 * The forms that are never generated, and why; src/audit/faults.ts has the details. Forms that TensorFlow.js refuses
 * (the gradient throws: broadcast maximum, dilations, a batch broadcast by matMul, cumsum over a negative axis) are
 * dropped by the draft itself.
 */
export const FAULTS: readonly Fault[] = [
  { code: /tf\.floorDiv\(/, reason: 'floorDiv has the gradient of div' },
  {
    code: /tf\.dilation2d\(/,
    reason:
      'the kernels of dilation2d look for a maximum above -2^53 only, so at values below it the gradient is wrong',
  },
  {
    code: /tf\.logSigmoid\(/,
    reason: 'the gradient of logSigmoid closes over its operand, which is disposed if it is no input',
  },
  { code: /tf\.maxPool3d\(/, reason: 'MaxPool3DGrad takes the height of a window for its width' },
  {
    code: /tf\.mirrorPad\((?!.*\[\[0, 0\]\])/,
    reason: 'MirrorPad drops the gradient of the mirrored border',
  },
  { code: /resize\w+\(.*(true|false), true\)/, reason: 'halfPixelCenters is ignored by the gradient' },
  {
    code: /tf\.losses\.softmaxCrossEntropy\([xt]\d/,
    reason: 'the gradient with respect to labels is labels - softmax; only constant labels are generated',
  },
];

/** The reason why code is not generated, or null. */
export const forbidden = (code: string): string | null =>
  FAULTS.find((fault) => fault.code.test(code))?.reason ?? null;
