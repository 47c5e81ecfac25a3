/** Of every window along one axis, where it starts in the image and where it has ended. */
export function ranges(
  count: number,
  stride: number,
  pad: number,
  size: number,
  length: number,
): [number, number][] {
  return Array.from({ length: count }, (_, k) => {
    const start = k * stride - pad;
    return [Math.max(0, start), Math.min(length, start + size)];
  });
}
