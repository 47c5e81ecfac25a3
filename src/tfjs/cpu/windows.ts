/** The start and end (exclusive) in the image of every window along one axis. */
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
