// The number of each mistake. The AssemblyScript and the TypeScript around it both read them here.

export const NONE = 0;
export const FLIPPED_LABEL = 1;
export const LABEL_MINUS_PREDICTION = 2;
export const SIGMOID_TWICE = 3;
export const LOGGED_LOSS = 4;
export const MISSING_MASK = 5;
export const MASK_OF_GRADIENT = 6;
export const INVERTED_MASK = 7;
export const OPEN_AT_ZERO = 8;
export const UPDATED_WEIGHT = 9;
export const STALE_WEIGHT = 10;
export const SHIFTED_WINDOW = 11;
export const TRANSPOSED_KERNEL = 12;
export const FLIPPED_KERNEL = 13;
export const TWICE = 14;
export const NEGATED = 15;
export const AVERAGED = 16;
export const NO_BIAS = 17;
export const MISSING_ROW = 18;
export const KERNEL_ELEMENT = 19;
export const WEIGHT_ELEMENT = 20;
