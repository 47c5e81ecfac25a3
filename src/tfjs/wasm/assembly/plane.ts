/**
 * The cross-correlation of one plane with one filter, stride 1, no padding: out[i, j] = sum over u, v of
 * x[i + u, j + v] filter[u, v], adding one product after the other. With `columnsFirst` the sum goes through the filter
 * column by column, else row by row.
 *
 * @param x [height, width]
 * @param filter [rows, columns], no larger than x
 * @param out [height - rows + 1, width - columns + 1], at least 4 each
 */
export function correlatePlane(
  x: usize,
  height: i32,
  width: i32,
  filter: usize,
  rows: i32,
  columns: i32,
  columnsFirst: i32,
  out: usize,
): void {
  const outHeight = height - rows + 1;
  const outWidth = width - columns + 1;
  const line = (<usize>width) << 2;
  const filterLine = (<usize>columns) << 2;
  // The taps as two loops, each with its step in x and in the filter.
  const outer = columnsFirst ? columns : rows;
  const inner = columnsFirst ? rows : columns;
  const outerX = columnsFirst ? 4 : line;
  const innerX = columnsFirst ? line : 4;
  const outerFilter = columnsFirst ? 4 : filterLine;
  const innerFilter = columnsFirst ? filterLine : 4;
  const outLine = (<usize>outWidth) << 2;
  for (let i = 0; i < outHeight; i += 4) {
    // If fewer than four lines or columns are left, the last four are computed, some of them again.
    const top = min(i, outHeight - 4);
    const xLine = x + line * top;
    const to = out + outLine * top;
    for (let j = 0; j < outWidth; j += 4) {
      const left = (<usize>min(j, outWidth - 4)) << 2;
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let p = 0; p < outer; p++) {
        let from = xLine + left + outerX * p;
        let tap = filter + outerFilter * p;
        for (let q = 0; q < inner; q++) {
          const weight = v128.load32_splat(tap);
          s0 = f32x4.add(s0, f32x4.mul(v128.load(from), weight));
          s1 = f32x4.add(s1, f32x4.mul(v128.load(from + line), weight));
          s2 = f32x4.add(s2, f32x4.mul(v128.load(from + 2 * line), weight));
          s3 = f32x4.add(s3, f32x4.mul(v128.load(from + 3 * line), weight));
          from += innerX;
          tap += innerFilter;
        }
      }
      v128.store(to + left, s0);
      v128.store(to + left + outLine, s1);
      v128.store(to + left + 2 * outLine, s2);
      v128.store(to + left + 3 * outLine, s3);
    }
  }
}
