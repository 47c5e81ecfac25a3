/**
 * Morphological dilation: the maximum of x + filter over every window, channel by channel, and its position. Taps
 * outside of the image do not count, and NaN is never a maximum; without a maximum the value is -Infinity, or the
 * smallest int32, and the position -1. The first of equal sums counts.
 *
 * @param x [batch, inHeight, inWidth, channels]
 * @param filter [rows, columns, channels]
 * @param maxima [batch, outHeight, outWidth, channels], or 0 if not wanted
 * @param inImages positions in x, of the same shape, or 0
 * @param inFilter positions in the filter, of the same shape, or 0
 */
function dilation2D<T>(
  x: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  filter: usize,
  rows: i32,
  columns: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  top: i32,
  left: i32,
  maxima: usize,
  inImages: usize,
  inFilter: usize,
): void {
  let at: usize = 0;
  for (let n = 0; n < batch; n++) {
    for (let h = 0; h < outHeight; h++) {
      for (let w = 0; w < outWidth; w++) {
        for (let c = 0; c < channels; c++) {
          let best = isFloat<T>() ? <T>-Infinity : <T>i32.MIN_VALUE;
          let image = -1;
          let tap = -1;
          for (let r = 0; r < rows; r++) {
            const ih = h * strideHeight - top + r * dilationHeight;
            if (<u32>ih >= <u32>inHeight) continue;
            for (let k = 0; k < columns; k++) {
              const iw = w * strideWidth - left + k * dilationWidth;
              if (<u32>iw >= <u32>inWidth) continue;
              const pixel = ((n * inHeight + ih) * inWidth + iw) * channels + c;
              const weight = (r * columns + k) * channels + c;
              const sum = load<T>(x + ((<usize>pixel) << 2)) + load<T>(filter + ((<usize>weight) << 2));
              if (sum > best || (isInteger<T>() && tap < 0)) {
                best = sum;
                image = pixel;
                tap = weight;
              }
            }
          }
          if (maxima) store<T>(maxima + at, best);
          if (inImages) store<i32>(inImages + at, image);
          if (inFilter) store<i32>(inFilter + at, tap);
          at += 4;
        }
      }
    }
  }
}

export function dilation2DFloat32(
  x: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  filter: usize,
  rows: i32,
  columns: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  top: i32,
  left: i32,
  maxima: usize,
  inImages: usize,
  inFilter: usize,
): void {
  dilation2D<f32>(
    x,
    batch,
    inHeight,
    inWidth,
    channels,
    filter,
    rows,
    columns,
    outHeight,
    outWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    top,
    left,
    maxima,
    inImages,
    inFilter,
  );
}

export function dilation2DInt32(
  x: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  filter: usize,
  rows: i32,
  columns: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  top: i32,
  left: i32,
  maxima: usize,
  inImages: usize,
  inFilter: usize,
): void {
  dilation2D<i32>(
    x,
    batch,
    inHeight,
    inWidth,
    channels,
    filter,
    rows,
    columns,
    outHeight,
    outWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    top,
    left,
    maxima,
    inImages,
    inFilter,
  );
}
