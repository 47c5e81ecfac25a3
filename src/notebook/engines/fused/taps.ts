/**
 * The lane of each tap [side * side] in the vectors of a kernel. They are row-major, except for side 5: there the first
 * four taps of each row form a vector, and the last taps of all rows follow the five vectors.
 */
export function lanesOfTaps(side: number): Int32Array {
  return Int32Array.from({ length: side * side }, (_, tap) => {
    if (side !== 5) return tap;
    const [row, column] = [Math.floor(tap / 5), tap % 5];
    return column < 4 ? 4 * row + column : 20 + row;
  });
}
