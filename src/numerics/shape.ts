/** The number of elements of a shape; 1 for a scalar's, []. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);
