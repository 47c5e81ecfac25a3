const DECIDED = 'whole numbers and truth values are decided by the real numbers';
const CONSTANT = 'it has no input of numbers';
const TEXT = 'it is about text';

/** Why kernels of the double-precision TensorFlow.js have no rule. */
export const WITHOUT_RULE: Readonly<Record<string, string>> = {
  All: DECIDED,
  Any: DECIDED,
  ArgMax: DECIDED,
  ArgMin: DECIDED,
  BitwiseAnd: DECIDED,
  BroadcastArgs: DECIDED,
  IsFinite: DECIDED,
  IsInf: DECIDED,
  IsNan: DECIDED,
  Multinomial: DECIDED,
  NonMaxSuppressionV3: DECIDED,
  NonMaxSuppressionV4: DECIDED,
  SearchSorted: DECIDED,
  SparseReshape: DECIDED,
  Fill: CONSTANT,
  LinSpace: CONSTANT,
  Range: CONSTANT,
  StaticRegexReplace: TEXT,
  StringNGrams: TEXT,
  StringSplit: TEXT,
  StringToHashBucketFast: TEXT,
  Draw: 'it paints, and gives no tensor on',
  NonMaxSuppressionV5: 'scores fade by overlap, and have no gradient anywhere',
  RaggedRange: 'the number of its outputs follows from its inputs',
  Unique: 'it asks which numbers are equal',
};
