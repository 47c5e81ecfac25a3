// Pooling in two dimensions is pooling in three with a depth of 1.

/**
 * The averages of windows of pixels [batch, inDepth, inHeight, inWidth, channels], or their gradient. Only the part of
 * a window inside the image counts; the average of no pixels is 0.
 *
 * @param windows [batch, outDepth, outHeight, outWidth, channels]
 * @param back false: windows = averages of pixels; true: pixels = the sum of windows / n over the windows that hold
 * them
 */
export function averagePool(
  pixels: usize,
  batch: i32,
  inDepth: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  windowDepth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  front: i32,
  top: i32,
  left: i32,
  windows: usize,
  back: bool,
): void {
  const lane = (<usize>channels) << 2;
  const perImage = <usize>inDepth * inHeight * inWidth * lane;
  if (back) memory.fill(pixels, 0, perImage * batch);
  let at = windows;
  for (let n = 0; n < batch; n++) {
    const image = pixels + perImage * n;
    for (let d = 0; d < outDepth; d++) {
      const d0 = max(0, d * strideDepth - front);
      const d1 = min(inDepth, d * strideDepth - front + windowDepth);
      for (let h = 0; h < outHeight; h++) {
        const h0 = max(0, h * strideHeight - top);
        const h1 = min(inHeight, h * strideHeight - top + windowHeight);
        for (let w = 0; w < outWidth; w++) {
          const w0 = max(0, w * strideWidth - left);
          const w1 = min(inWidth, w * strideWidth - left + windowWidth);
          const share = <f32>1 / <f32>max(1, (d1 - d0) * (h1 - h0) * (w1 - w0));
          if (!back) memory.fill(at, 0, lane);
          for (let id = d0; id < d1; id++) {
            for (let ih = h0; ih < h1; ih++) {
              let pixel = image + <usize>((id * inHeight + ih) * inWidth + w0) * lane;
              for (let iw = w0; iw < w1; iw++) {
                if (back) addScaled(pixel, at, share, lane);
                else addScaled(at, pixel, 1, lane);
                pixel += lane;
              }
            }
          }
          if (!back) scale(at, share, lane);
          at += lane;
        }
      }
    }
  }
}

/** to += from factor, for that number of bytes. */
function addScaled(to: usize, from: usize, factor: f32, bytes: usize): void {
  const factors = f32x4.splat(factor);
  const fours = bytes & ~15;
  let k: usize = 0;
  for (; k < fours; k += 16)
    v128.store(to + k, f32x4.add(v128.load(to + k), f32x4.mul(v128.load(from + k), factors)));
  for (; k < bytes; k += 4) store<f32>(to + k, load<f32>(to + k) + load<f32>(from + k) * factor);
}

function scale(values: usize, factor: f32, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 4) store<f32>(values + k, load<f32>(values + k) * factor);
}
