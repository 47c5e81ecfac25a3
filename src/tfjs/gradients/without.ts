/** A kernel, or an input of one, that has no gradient in this package either. */
export interface WithoutGradient {
  readonly kernel: string;
  /** The input without a gradient; null for all of them. */
  readonly input: string | null;
  /** The op as it is called; null if no public op runs the kernel, or only a gradient does. */
  readonly op: string | null;
  /**
   * step: the output is integers, booleans or strings, constant between steps, and the tape passes no gradient.
   * constant: no input is differentiated. unused: nothing asks for it. missing: it could be written, but is not.
   */
  readonly kind: 'step' | 'constant' | 'unused' | 'missing';
  readonly reason: string;
}

const steps = (kernels: Readonly<Record<string, string | null>>, reason: string): WithoutGradient[] =>
  Object.entries(kernels).map(([kernel, op]) => ({ kernel, input: null, op, kind: 'step', reason }));

const named = (
  kind: WithoutGradient['kind'],
  kernel: string,
  op: string | null,
  reason: string,
  input: string | null = null,
): WithoutGradient => ({ kernel, input, op, kind, reason });

/**
 * The kernels without a gradient once those of this package are registered, out of the cpu backend's, which has all
 * kernels.
 */
export const withoutGradient: readonly WithoutGradient[] = [
  ...steps(
    {
      All: 'all',
      Any: 'any',
      Equal: 'equal',
      Greater: 'greater',
      Less: 'less',
      LessEqual: 'lessEqual',
      LogicalAnd: 'logicalAnd',
      LogicalNot: 'logicalNot',
      LogicalOr: 'logicalOr',
      NotEqual: 'notEqual',
    },
    'a truth value',
  ),
  ...steps(
    {
      BitwiseAnd: 'bitwiseAnd',
      BroadcastArgs: 'broadcastArgs',
      Multinomial: 'multinomial',
      NonMaxSuppressionV3: 'image.nonMaxSuppression',
      NonMaxSuppressionV4: 'image.nonMaxSuppressionPadded',
      SearchSorted: 'searchSorted',
      SparseReshape: 'sparse.sparseReshape',
    },
    'whole numbers',
  ),
  ...steps(
    {
      StaticRegexReplace: 'string.staticRegexReplace',
      StringNGrams: 'string.stringNGrams',
      StringSplit: 'string.stringSplit',
      StringToHashBucketFast: 'string.stringToHashBucketFast',
    },
    'strings, and what is made of them',
  ),
  named('constant', 'Draw', 'browser.draw', 'draws'),
  named('constant', 'Fill', 'fill', 'takes a number and no tensor'),
  named('constant', 'LinSpace', 'linspace', 'takes numbers and no tensor'),
  named('constant', 'Range', 'range', 'takes numbers and no tensor'),
  named('unused', 'LRNGrad', null, 'the gradient of LRN is written in ops'),
  named('missing', 'Dilation2DBackpropFilter', null, 'the second derivative of dilation2d'),
  named('missing', 'Dilation2DBackpropInput', null, 'the second derivative of dilation2d'),
  named(
    'missing',
    'NonMaxSuppressionV5',
    'image.nonMaxSuppressionWithScore',
    'the scores that are left fall with the overlap of boxes chosen before',
  ),
  named('missing', 'RaggedGather', 'raggedGather', 'its list of row splits cannot be saved for the gradient'),
  named('missing', 'RaggedRange', 'raggedRange', 'the length of a row jumps with its limits'),
  named(
    'missing',
    'RaggedTensorToTensor',
    'raggedTensorToTensor',
    'its list of row partitions cannot be saved for the gradient',
  ),
  named('missing', 'Unique', 'unique', 'numbers that are equal part at the slightest change'),
  named(
    'missing',
    'Transform',
    'image.transform',
    'the image has one, the transforms have not, as in TensorFlow',
    'transforms',
  ),
];
