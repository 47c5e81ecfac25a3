/** Rows or columns of the image for each one of the resized image: from end to end where corners are aligned. */
export const resizeScale = (size: number, newSize: number, alignCorners: boolean): number =>
  alignCorners && newSize > 1 ? (size - 1) / (newSize - 1) : size / newSize;

/** The row or column of the image that each of the image resized to the nearest neighbour was copied from. */
export function nearestSources(size: number, newSize: number, alignCorners: boolean): number[] {
  const scale = resizeScale(size, newSize, alignCorners);
  return Array.from({ length: newSize }, (_, k) =>
    Math.min(size - 1, alignCorners ? Math.round(k * scale) : Math.floor(k * scale)),
  );
}
