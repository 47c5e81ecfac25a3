// The memory of the kernel with planted mistakes: every address in it, in bytes. The AssemblyScript and the TypeScript
// around it both read them here. All lie above the few bytes that AssemblyScript keeps for itself.

/** f32 [k][k] */
export const KERNEL = 1024;
/** f32 [k][k] dKernel, and up to four more. */
export const GRADIENT = KERNEL + 1024;
/** f32 [16][16]: output (i, j) is number 16 i + j in this and the next arrays; what is no output holds 0. */
export const WEIGHT = GRADIENT + 1024;
/** The weight before the last step. */
export const STALE = WEIGHT + 1024;
export const CONV_OUT = STALE + 1024;
export const D_RELU = CONV_OUT + 1024;
/** [16] all ones where a column holds outputs. */
export const COLUMNS = D_RELU + 1024;

const SCALARS = COLUMNS + 64;
/** i32 */
export const SIDE = SCALARS;
export const SAMPLES = SCALARS + 4;
/** i32: the tap and the output, as in WEIGHT, that two of the mistakes are about. */
export const WRONG_TAP = SCALARS + 8;
export const WRONG_OUTPUT = SCALARS + 12;
/** f32 */
export const BIAS = SCALARS + 16;
export const LEARNING_RATE = SCALARS + 20;
/** The records of the images, one after the other, and after them the logits, f64, of the steps taken last. */
export const IMAGES = SCALARS + 64;

// A record begins with the image, f32 [16][16]; two rows of zeros follow, into which windows may reach, and then
/** f32. */
export const LABEL = 1152;
export const RECORD_BYTES = 1216;
