/**
 * A depthwise convolution with a filter of one tap: out[n, h, w, c] = x[n, h s - top, w s - left, c] filter[c], 0
 * outside of x.
 *
 * @param x [batch, inHeight, inWidth, channels]
 * @param out [batch, outHeight, outWidth, channels]
 */
export function oneTap(
  x: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  filter: usize,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  out: usize,
  outHeight: i32,
  outWidth: i32,
): void {
  let to = out;
  for (let n = 0; n < batch; n++) {
    for (let h = 0; h < outHeight; h++) {
      const ih = h * strideHeight - top;
      for (let w = 0; w < outWidth; w++) {
        const iw = w * strideWidth - left;
        const inside = <u32>ih < <u32>inHeight && <u32>iw < <u32>inWidth;
        const from = x + ((<usize>(((n * inHeight + ih) * inWidth + iw) * channels)) << 2);
        for (let c: usize = 0, end = (<usize>channels) << 2; c < end; c += 4) {
          store<f32>(to, inside ? load<f32>(from + c) * load<f32>(filter + c) : <f32>0);
          to += 4;
        }
      }
    }
  }
}
