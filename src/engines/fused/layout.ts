// The memory of the fused kernel: every address in it, in bytes. The AssemblyScript and the TypeScript around it both
// read them here. All lie above the few bytes that AssemblyScript keeps for itself.
//
// Taps are kept in vectors of four lanes, in the order of taps.ts; lanes that are no tap hold 0. A list of outputs is
// two u16 for each: where its patch begins in a record, and where the same patch begins in the transposed image.

/** f32, at most 60 vectors (a kernel of side 15). */
export const KERNEL = 1024;
/** Where a kernel of another side than 5 gathers its gradient over dLogit, lanes as in KERNEL. */
export const GRADIENT = KERNEL + 960;
/** All ones in the lanes that are taps. */
export const LANES = GRADIENT + 960;
/** i32: for each vector its distance from the beginning of a patch. */
export const VECTORS = LANES + 960;
/** f32 [16][16]: the weight of output (i, j) lies as far from here as pixel (i, j) lies from its record. */
export const WEIGHT = VECTORS + 256;
/** Four lanes for each output that is evaluated, which add up to its pre-activation. */
export const PRODUCTS = WEIGHT + 1024;
/** f32: the pre-activations, */
export const CONV_OUT = PRODUCTS + 4096;
/** f32: their weights, */
export const LISTED_WEIGHT = CONV_OUT + 1024;
/** f32: and again, 0 where ReLU is closed. */
export const OPEN_WEIGHT = LISTED_WEIGHT + 1024;
/** For each set of four lanes, as the bits of a number, the bytes of the lanes that are not in it: u8 [16][16]. */
export const TOGETHER = OPEN_WEIGHT + 1024;

const SCALARS = TOGETHER + 256;
/** i32: side of the kernel, vectors in all, vectors that are read from the image itself, outputs, bytes of a record. */
export const SIDE = SCALARS;
export const VECTOR_COUNT = SCALARS + 4;
export const ROW_VECTORS = SCALARS + 8;
export const OUTPUTS = SCALARS + 12;
export const RECORD_BYTES = SCALARS + 16;
/** i32: samples there are. */
export const SAMPLES = SCALARS + 20;
/** i32: not 0 where every output is evaluated at every step. */
export const DENSE = SCALARS + 24;
/** i32: not 0 once numbers are out of the range of the proof in bound.ts; from then on nothing is skipped. */
export const OUT_OF_RANGE = SCALARS + 28;
/** f32 */
export const BIAS = SCALARS + 32;
export const LEARNING_RATE = SCALARS + 36;
/** f64: the constants of bound.ts. */
export const STRETCH = SCALARS + 40;
export const SLACK = SCALARS + 48;
/** Of the forward pass taken last: i32 open outputs, f32 sum of the magnitudes of their weights. */
export const OPEN = SCALARS + 56;
export const OPEN_MAGNITUDE = SCALARS + 60;
/** i32, what was done since the run began: lists made, outputs evaluated, outputs gone back through. */
export const LISTS_MADE = SCALARS + 64;
export const EVALUATED = SCALARS + 68;
export const GONE_BACK = SCALARS + 72;
/** i32, of the evaluation taken last: open outputs; samples by label and by whether the logit is above 0, [2][2]. */
export const OPEN_IN_ALL = SCALARS + 76;
export const CONFUSION = SCALARS + 80;
/** The records of the images, one after the other, and after them the logits, f64, of the steps taken last. */
export const IMAGES = SCALARS + 128;

// A record begins with the image, f32 [16][16]; then come
/** the image transposed, f32 [16][16]; */
export const TRANSPOSED = 1024;
/** f32; */
export const LABEL = 2048;
/** f32: the largest magnitude of a pixel; */
export const LARGEST_PIXEL = 2052;
/** i32: entries of its list that may be open; */
export const LISTED = 2056;
/** i32: closed outputs that were evaluated since the list was made; */
export const WASTE = 2060;
/** f64: the list holds while the kernel's squared distance from REFERENCE is below it; */
export const LIMIT = 2064;
/** i32: patches with a pixel that is not 0; */
export const NOT_EMPTY = 2072;
/** the kernel when the list was made, lanes as in KERNEL; */
export const REFERENCE = 2080;
// and, one after the other, three arrays with four bytes for each output:
// the list: first the outputs that may be open, then all others;
// the order: another list, first of the outputs whose patches are not empty, row-major, then of the others;
// inverse norms in this order, f32: at most 1 over the norm of the output's patch, 0 where that is empty.
