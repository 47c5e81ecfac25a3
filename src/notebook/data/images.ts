export { IMAGE_PIXELS, IMAGE_SIDE } from '../../results/imageSize.ts';

/** Images of digits in file order. */
export interface Images {
  readonly count: number;
  /** [count * 256], row-major, each a float32 in [0, 1]. */
  readonly pixels: Float32Array;
  /** [count], 0..9 */
  readonly digits: Uint8Array;
}

/** A file that images were read from; sha256 in hexadecimal, of the bytes as stored. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Training and test images, and their source. */
export interface Dataset {
  readonly source: 'usps' | 'synthetic' | 'file';
  readonly files: readonly SourceFile[];
  readonly train: Images;
  /** null if the source has no test split. */
  readonly test: Images | null;
}

/** The samples of a two-digit problem. */
export interface Samples {
  readonly count: number;
  /** [count * 256] */
  readonly pixels: Float32Array;
  /** [count], 1 for the positive digit, 0 for the negative */
  readonly labels: Uint8Array;
  /** [count], 0-based positions in the file, ascending */
  readonly indices: readonly number[];
}
