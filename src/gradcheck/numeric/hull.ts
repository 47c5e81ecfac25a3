/** One factor of a sum of convex hulls: its points, all of the same dimension. */
export type Points = readonly Float64Array[];

/**
 * The largest distance, over the coordinates and in units of `allowed`, from a target to the nearest point of
 * conv(factor 1) + conv(factor 2) + ..., in the least-squares sense.
 */
export function distanceFromHulls(
  target: Float64Array,
  factors: readonly Points[],
  allowed: Float64Array,
): number {
  const scale = Math.max(...[target, ...factors.flat()].map(largestOf)) || 1;
  const columns: Float64Array[] = [];
  // The weights of each factor sum to 1: one more row for each, with a large weight so that it is satisfied.
  const heavy = 1e3;
  for (const [at, points] of factors.entries())
    for (const point of points) {
      const column = new Float64Array(target.length + factors.length);
      for (let i = 0; i < target.length; i++) column[i] = point[i]! / scale;
      column[target.length + at] = heavy;
      columns.push(column);
    }
  const right = new Float64Array(target.length + factors.length).fill(heavy);
  for (let i = 0; i < target.length; i++) right[i] = target[i]! / scale;
  const weights = nonNegativeLeastSquares(columns, right);
  let most = 0;
  for (let i = 0; i < target.length; i++) {
    const reached = columns.reduce((sum, column, k) => sum + weights[k]! * column[i]!, 0);
    most = Math.max(most, (Math.abs(reached - right[i]!) * scale) / allowed[i]!);
  }
  return most;
}

/**
 * Weights w >= 0 that minimize |sum of w_k column_k - right|: Lawson and Hanson, Solving Least Squares Problems (1974),
 * chapter 23.
 */
export function nonNegativeLeastSquares(columns: readonly Float64Array[], right: Float64Array): Float64Array {
  const weights = new Float64Array(columns.length);
  const free = new Set<number>();
  const size = Math.sqrt(dot(right, right));
  for (let round = 0; round < 10 * columns.length + 10; round++) {
    const residual = right.slice();
    for (const k of free) addTo(residual, columns[k]!, -weights[k]!);
    let best = -1;
    let most = 1e-15 * size;
    for (const [k, column] of columns.entries()) {
      if (free.has(k)) continue;
      // NaN for a column of zeros, which is never the most.
      const gain = dot(column, residual) / Math.sqrt(dot(column, column));
      if (gain > most) [best, most] = [k, gain];
    }
    if (best < 0) break;
    free.add(best);
    for (;;) {
      const chosen = [...free];
      const solved = leastSquares(
        chosen.map((k) => columns[k]!),
        right,
      );
      const leaving = chosen.filter((_, i) => solved[i]! <= 0);
      if (leaving.length === 0) {
        for (const [i, k] of chosen.entries()) weights[k] = solved[i]!;
        break;
      }
      // Go as far towards the solution as all weights stay positive.
      let step = 1;
      for (const [i, k] of chosen.entries())
        if (solved[i]! <= 0) step = Math.min(step, weights[k]! / (weights[k]! - solved[i]! || 1));
      for (const [i, k] of chosen.entries()) weights[k] = weights[k]! + step * (solved[i]! - weights[k]!);
      const gone = chosen.filter((k) => weights[k]! <= 1e-14);
      for (const k of gone.length > 0 ? gone : leaving) {
        weights[k] = 0;
        free.delete(k);
      }
    }
  }
  return weights;
}

/** Least squares by Gram-Schmidt; a column linearly dependent on earlier ones gets weight 0. */
function leastSquares(columns: readonly Float64Array[], right: Float64Array): Float64Array {
  const basis: Float64Array[] = [];
  const upper: number[][] = [];
  const projected: number[] = [];
  for (const [k, column] of columns.entries()) {
    const direction = column.slice();
    const row = new Array<number>(columns.length).fill(0);
    // Two passes are enough: W. Kahan, in B. Parlett, The Symmetric Eigenvalue Problem (1998), section 6.9.
    for (let pass = 0; pass < 2; pass++)
      for (const [j, other] of basis.entries()) {
        const along = dot(other, direction);
        row[j] = row[j]! + along;
        addTo(direction, other, -along);
      }
    const length = Math.sqrt(dot(direction, direction));
    const independent = length > 1e-12 * Math.sqrt(dot(column, column));
    row[k] = independent ? length : 1;
    const own = direction.map((x) => (independent ? x / length : 0));
    basis.push(own);
    upper.push(row);
    projected.push(dot(own, right));
  }
  const solved = new Float64Array(columns.length);
  for (let k = columns.length - 1; k >= 0; k--) {
    let value = projected[k]!;
    for (let later = k + 1; later < columns.length; later++) value -= upper[later]![k]! * solved[later]!;
    solved[k] = value / upper[k]![k]!;
  }
  return solved;
}

const largestOf = (values: Float64Array): number =>
  values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(target: Float64Array, direction: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + factor * direction[i]!;
}
