/** A point in percent of its panel; null for a gap. */
export type Point = readonly [x: number, y: number] | null;

/** Number of columns for thinning a long line, and of cells per side for thinning markers. */
const COLUMNS = 160;

/** Thins a long line to the lowest and the highest point of each column, keeping order and gaps. */
export function thinLine(points: readonly Point[]): readonly Point[] {
  if (points.length <= 2 * COLUMNS) return points;
  const kept: Point[] = [];
  const size = points.length / COLUMNS;
  for (let column = 0; column < COLUMNS; column++) {
    const some = points.slice(Math.floor(column * size), Math.floor((column + 1) * size));
    const real = some.filter((point) => point !== null);
    const low = real.reduce((least, point) => (point[1] < least[1] ? point : least), real[0]!);
    const high = real.reduce((most, point) => (point[1] > most[1] ? point : most), real[0]!);
    kept.push(...some.filter((point) => point === null || point === low || point === high));
  }
  return kept;
}

/** Removes markers that lie on top of another. */
export function thinMarkers(points: readonly Point[]): readonly NonNullable<Point>[] {
  const real = points.filter((point) => point !== null);
  if (real.length <= 2 * COLUMNS) return real;
  const cell = (value: number): number => Math.round((value * COLUMNS) / 100);
  return [...new Map(real.map((point) => [`${cell(point[0])} ${cell(point[1])}`, point])).values()];
}
