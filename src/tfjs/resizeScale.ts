/** The distance in the image of neighbouring pixels of the resized image; from end to end if corners are aligned. */
export const resizeScale = (size: number, newSize: number, alignCorners: boolean): number =>
  alignCorners && newSize > 1 ? (size - 1) / (newSize - 1) : size / newSize;

/** The source row or column of each row or column of an image resized by nearest neighbour. */
export function nearestSources(size: number, newSize: number, alignCorners: boolean): number[] {
  const scale = resizeScale(size, newSize, alignCorners);
  return Array.from({ length: newSize }, (_, k) =>
    Math.min(size - 1, alignCorners ? Math.round(k * scale) : Math.floor(k * scale)),
  );
}
