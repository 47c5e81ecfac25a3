/** Rows or columns of the image for each one of the resized image: from end to end where corners are aligned. */
export const resizeScale = (size: number, newSize: number, alignCorners: boolean): number =>
  alignCorners && newSize > 1 ? (size - 1) / (newSize - 1) : size / newSize;
