// The memory of the fused kernel: every address in it, in bytes. The AssemblyScript and the TypeScript around it both
// read them here. All lie above the few bytes that AssemblyScript keeps for itself.
//
// Taps are kept in vectors of four lanes, in the order of taps.ts; lanes that are no tap hold 0.

/** f32, at most 60 vectors (a kernel of side 15). */
export const KERNEL = 1024;
/** The gradient of the kernel over dLogit, lanes as in KERNEL. */
export const GRADIENT = KERNEL + 960;
/** All ones in the lanes that are taps. */
export const LANES = GRADIENT + 960;
/** i32: for each vector its distance from the first pixel of a patch, or of a patch in the transposed image. */
export const VECTORS = LANES + 960;
/** f32 [16][16]: the weight of output (i, j) lies as far from here as pixel (i, j) lies from its image. */
export const WEIGHT = VECTORS + 256;
/** f32: convOut of the entries of a list; then reluOut times the step, which is what their weights lose. */
export const CONV_OUT = WEIGHT + 1024;
/** f32: the weights of the entries of a list, 0 where ReLU is closed. */
export const OPEN_WEIGHT = CONV_OUT + 1024;
/** A list of all outputs. A list is two u16 for each output: the first pixel of its patch, as seen from the record. */
export const ALL_OUTPUTS = OPEN_WEIGHT + 1024;
/** The list that is evaluated while an image gets a new one. */
export const CANDIDATES = ALL_OUTPUTS + 1024;
/** u16: which output an entry of CANDIDATES is. */
export const CANDIDATE_OUTPUTS = CANDIDATES + 1024;
/** Scalars: */
const SCALARS = CANDIDATE_OUTPUTS + 512;
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
/** i32: not 0 once numbers left the range in which skipping is proved; from then on it is as DENSE. */
export const OUT_OF_RANGE = SCALARS + 28;
/** f32 */
export const BIAS = SCALARS + 32;
export const LEARNING_RATE = SCALARS + 36;
/** f64: the constants of bound.ts. */
export const STRETCH = SCALARS + 40;
export const SLACK = SCALARS + 48;
/** i32, what was done since the run began: lists made, outputs evaluated, outputs gone back through. */
export const LISTS_MADE = SCALARS + 56;
export const EVALUATED = SCALARS + 60;
export const GONE_BACK = SCALARS + 64;
/** i32: open outputs of the list evaluated last. */
export const OPEN = SCALARS + 68;
/** The records of the images, one after the other, and after them the logits, f64, of the last steps taken. */
export const IMAGES = SCALARS + 128;

// A record begins with the image, f32 [16][16]; then come
/** the image transposed, f32 [16][16]; */
export const TRANSPOSED = 1024;
/** f32; */
export const LABEL = 2048;
/** i32: entries of its list; */
export const LISTED = 2052;
/** f64: the list holds while the kernel's squared distance from REFERENCE is below it; */
export const LIMIT = 2056;
/** i32: closed outputs that were evaluated since; */
export const WASTE = 2064;
/** the kernel when the list was made, lanes as in KERNEL; */
export const REFERENCE = 2080;
// and, one after the other, three arrays with four bytes for each output, padded to whole vectors:
// the list, in row-major order, of the outputs that may be open;
// margins, f32: how far the kernel may move from REFERENCE before the output can open, 0 or less where it may be open;
// inverse norms, f32: at most 1 over the norm of the output's patch, 0 where the patch is all zeros.
