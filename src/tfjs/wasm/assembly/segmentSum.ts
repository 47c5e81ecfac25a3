/**
 * out [segments, width] = 0, then out[ids[r]] += x[r] for every row; a row whose id is not in 0 .. segments - 1 belongs
 * to no segment.
 *
 * @param x [rows, width]
 * @param ids int32 [rows]
 */
function segmentSum<T>(x: usize, ids: usize, rows: i32, width: i32, segments: i32, out: usize): void {
  const row = (<usize>width) << 2;
  memory.fill(out, 0, row * segments);
  const fours = row & ~15;
  for (let r = 0; r < rows; r++) {
    const id = load<i32>(ids + ((<usize>r) << 2));
    if (<u32>id >= <u32>segments) continue;
    const from = x + row * r;
    const to = out + row * id;
    let k: usize = 0;
    for (; k < fours; k += 16) v128.store(to + k, v128.add<T>(v128.load(to + k), v128.load(from + k)));
    for (; k < row; k += 4) store<T>(to + k, load<T>(to + k) + load<T>(from + k));
  }
}

export function segmentSumFloat32(
  x: usize,
  ids: usize,
  rows: i32,
  width: i32,
  segments: i32,
  out: usize,
): void {
  segmentSum<f32>(x, ids, rows, width, segments, out);
}

export function segmentSumInt32(
  x: usize,
  ids: usize,
  rows: i32,
  width: i32,
  segments: i32,
  out: usize,
): void {
  segmentSum<i32>(x, ids, rows, width, segments, out);
}
