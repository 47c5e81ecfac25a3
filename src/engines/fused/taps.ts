import { IMAGE_SIDE } from '../../data/images.ts';

/** Bytes of a float32 and of an image's row. */
const FLOAT = 4;
const ROW = IMAGE_SIDE * FLOAT;

/** How the taps of a kernel lie in vectors of four lanes. */
export interface TapVectors {
  /** For each vector, how many bytes after the patch's first pixel it begins; from `rowVectors` on in the transposed image. */
  readonly offsets: Int32Array;
  readonly rowVectors: number;
  /** [k*k] the lane of each tap, counted over all vectors. */
  readonly laneOfTap: Int32Array;
}

/**
 * A side of 4q + 3 takes q + 1 vectors a row, the last lane of each unused. A side of 4q + 1 takes q vectors a row, one
 * for the last pixel of the patch, and q for the rest of its last column, which is a row of the transposed image.
 */
export function tapVectors(side: number): TapVectors {
  const offsets: number[] = [];
  const laneOfTap = new Int32Array(side * side);
  const add = (offset: number, taps: number[]) => {
    taps.forEach((tap, lane) => {
      laneOfTap[tap] = offsets.length * 4 + lane;
    });
    offsets.push(offset);
  };
  const last = side - 1;
  const inRow = side % 4 === 1 ? last : side;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < inRow; column += 4) {
      const taps = Array.from(
        { length: Math.min(4, inRow - column) },
        (_, lane) => row * side + column + lane,
      );
      add(row * ROW + column * FLOAT, taps);
    }
  }
  if (inRow === side) return { offsets: Int32Array.from(offsets), rowVectors: offsets.length, laneOfTap };
  add(last * ROW + last * FLOAT, [side * side - 1]);
  const rowVectors = offsets.length;
  for (let row = 0; row < last; row += 4) {
    add(
      last * ROW + row * FLOAT,
      [0, 1, 2, 3].map((lane) => (row + lane) * side + last),
    );
  }
  return { offsets: Int32Array.from(offsets), rowVectors, laneOfTap };
}

/** For each set of four lanes, as the bits of a number, the bytes of the lanes that are not in it, in their order: [16][16]. */
export function lanesTogether(): number[] {
  return Array.from({ length: 16 }, (_, set) => {
    const lanes = [0, 1, 2, 3].filter((lane) => ((set >> lane) & 1) === 0);
    return Array.from({ length: 16 }, (_, byte) => 4 * (lanes[byte >> 2] ?? 0) + (byte & 3));
  }).flat();
}
