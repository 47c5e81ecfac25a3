/**
 * Copies x [batch, height, width, channels] into a larger image [batch, outHeight, outWidth, outChannels] of zeros,
 * with `top` rows above and `left` columns before it, every channel repeated `times` times. Pixels outside of it are
 * cut off; negative `top` and `left` cut off the first rows and columns of x.
 */
export function spread(
  x: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  times: i32,
  out: usize,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
): void {
  memory.fill(out, 0, (<usize>batch * outHeight * outWidth * outChannels) << 2);
  const rows = min(height, outHeight - top);
  const firstRow = max(0, -top);
  const firstColumn = max(0, -left);
  const columns = max(0, min(width, outWidth - left) - firstColumn);
  for (let b = 0; b < batch; b++) {
    for (let r = firstRow; r < rows; r++) {
      let from = x + ((<usize>((b * height + r) * width + firstColumn) * channels) << 2);
      let to =
        out + ((<usize>((b * outHeight + r + top) * outWidth + left + firstColumn) * outChannels) << 2);
      if (times === 1 && channels === outChannels) {
        memory.copy(to, from, (<usize>columns * channels) << 2);
        continue;
      }
      for (let c = 0; c < columns; c++) {
        let lane = to;
        for (let channel = 0; channel < channels; channel++) {
          const value = load<f32>(from);
          from += 4;
          for (let t = 0; t < times; t++) {
            store<f32>(lane, value);
            lane += 4;
          }
        }
        to += (<usize>outChannels) << 2;
      }
    }
  }
}

/**
 * The inverse, for one image: out [height, width, channels] is cut from x [.., xWidth, xChannels] at row `top` and
 * column `left`, and the `times` copies of every channel are added up. Pixels outside of x are 0.
 */
export function cropped(
  x: usize,
  xHeight: i32,
  xWidth: i32,
  xChannels: i32,
  times: i32,
  top: i32,
  left: i32,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
): void {
  memory.fill(out, 0, (<usize>height * width * channels) << 2);
  const rows = min(height, xHeight - top);
  const firstRow = max(0, -top);
  const firstColumn = max(0, -left);
  const columns = max(0, min(width, xWidth - left) - firstColumn);
  for (let r = firstRow; r < rows; r++) {
    let from = x + ((<usize>((r + top) * xWidth + left + firstColumn) * xChannels) << 2);
    let to = out + ((<usize>(r * width + firstColumn) * channels) << 2);
    if (times === 1 && channels === xChannels) {
      memory.copy(to, from, (<usize>columns * channels) << 2);
      continue;
    }
    for (let c = 0; c < columns; c++) {
      let lane = from;
      for (let channel = 0; channel < channels; channel++) {
        let sum: f32 = 0;
        for (let t = 0; t < times; t++) {
          sum += load<f32>(lane);
          lane += 4;
        }
        store<f32>(to, sum);
        to += 4;
      }
      from += (<usize>xChannels) << 2;
    }
  }
}
