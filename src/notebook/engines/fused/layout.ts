// The memory of the fused kernel: every address, in bytes, shared by the AssemblyScript and the TypeScript around it.
// All lie above the few bytes that AssemblyScript uses for itself.
//
// Outputs are processed in fours: (i, j) to (i + 3, j), i a multiple of 4, which are contiguous in transposed images.
// If the number of rows is not a multiple of 4, the last four of a column has unused lanes, with pre-activation and
// weight 0. A list of fours has two u16 for each: the offset of its first output's patch in a record, and the offset of
// the same patch in the transposed image.

/** f32: the taps, in the order of taps.ts, zero-padded to a whole vector: at most 57 (a kernel of side 15). */
export const KERNEL = 1024;
/** f32 [16][16]: the weight of output (i, j) has the same offset here as pixel (j, i) in the transposed image. */
export const WEIGHT = KERNEL + 1024;
/** With side 5: for each evaluated four, its products in four vectors, each to be summed. Otherwise scratch. */
export const PRODUCTS = WEIGHT + 1024;
/** f32: the pre-activations, in the order of the list */
export const CONV_OUT = PRODUCTS + 4096;
/** f32: their weights, 0 if the ReLU is closed */
export const OPEN_WEIGHT = CONV_OUT + 1024;
/** While a list is made: u8, the level of each four; i32 [LEVELS + 1], the position of the next one of each level. */
export const LEVEL = OPEN_WEIGHT + 1024;
export const NEXT = LEVEL + 64;

const SCALARS = NEXT + 128;
/** i32: side of the kernel, number of its vectors, fours of outputs, bytes per record. */
export const SIDE = SCALARS;
export const VECTOR_COUNT = SCALARS + 4;
export const FOURS = SCALARS + 8;
export const RECORD_BYTES = SCALARS + 12;
/** i32: number of samples. */
export const SAMPLES = SCALARS + 16;
/** i32: not 0 if every output is evaluated at every step. */
export const DENSE = SCALARS + 20;
/** i32: not 0 once numbers are out of the range of the proof in bound.ts; from then on nothing is skipped. */
export const OUT_OF_RANGE = SCALARS + 24;
/** f32 */
export const BIAS = SCALARS + 28;
export const LEARNING_RATE = SCALARS + 32;
/** f64: the constants of bound.ts. */
export const STRETCH = SCALARS + 40;
export const SLACK = SCALARS + 48;
/** i32, work since the run began: lists made, fours evaluated, fours in the backward pass. */
export const LISTS_MADE = SCALARS + 56;
export const EVALUATED = SCALARS + 60;
export const GONE_BACK = SCALARS + 64;
/** i32, from the last evaluation: open outputs; samples by label and by whether the logit is above 0, [2][2]. */
export const OPEN_IN_ALL = SCALARS + 68;
export const CONFUSION = SCALARS + 72;
/** The records of the images, one after the other, followed by the logits, f64, of the steps taken last. */
export const IMAGES = SCALARS + 128;

/** Number of distance levels of the kernel in a list; see bound.ts. */
export const LEVELS = 16;

// A record begins with the image, f32 [16][16]; then come
/** the image transposed, f32 [16][16]; */
export const TRANSPOSED = 1024;
/** f32; */
export const LABEL = 2048;
/** f32: the largest magnitude of a pixel; */
export const LARGEST_PIXEL = 2052;
/** f64: 1 over the square of the norm of REFERENCE, Infinity if there is no list; */
export const SCALE = 2056;
/** i32: fours evaluated beyond those of level 0 since the list was made; */
export const WASTE = 2064;
/** i32: fours with a pixel that is not 0; */
export const NOT_EMPTY = 2068;
/** u8 [LEVELS]: number of entries of its list that may be open, for each level of distance; */
export const COUNTS = 2072;
/** the kernel when the list was made, lanes as in KERNEL; */
export const REFERENCE = 2096;
// and, one after the other, three arrays:
// the list, four bytes for each four: those of level 0, then of level 1, and so on, and after them all others;
// the order: another list, first of the fours with a patch that is not empty, column by column, then of the others;
// inverse norms in this order, f32 [][4]: at most 1 over the norm of the output's patch, 0 if that is empty.
