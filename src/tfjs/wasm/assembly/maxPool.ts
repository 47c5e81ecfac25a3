// Pooling in two dimensions is pooling in three with a depth of 1.

/**
 * The maximum of every window of x [batch, inDepth, inHeight, inWidth, channels], and its position in x. The search
 * starts at -Infinity, or for int32 at the window's first value. NaN is never a maximum; without a maximum the position
 * is -1.
 *
 * @param lastOfEqual the last of equal values counts, else the first
 * @param positionsInBatch positions count from the start of x, else from the start of its image
 * @param maxima [batch, outDepth, outHeight, outWidth, channels], or 0 if not wanted
 * @param positions the same shape, or 0 if not wanted
 */
function maxPool<T>(
  x: usize,
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
  lastOfEqual: bool,
  positionsInBatch: bool,
  maxima: usize,
  positions: usize,
): void {
  let at: usize = 0;
  for (let n = 0; n < batch; n++) {
    const image = x + ((<usize>n * inDepth * inHeight * inWidth * channels) << 2);
    const origin = positionsInBatch ? x : image;
    for (let d = 0; d < outDepth; d++) {
      const d0 = max(0, d * strideDepth - front);
      const d1 = min(inDepth, d * strideDepth - front + windowDepth);
      for (let h = 0; h < outHeight; h++) {
        const h0 = max(0, h * strideHeight - top);
        const h1 = min(inHeight, h * strideHeight - top + windowHeight);
        for (let w = 0; w < outWidth; w++) {
          const w0 = max(0, w * strideWidth - left);
          const w1 = min(inWidth, w * strideWidth - left + windowWidth);
          for (let c = 0; c < channels; ) {
            const four = c + 4 <= channels;
            let best4 = four ? v128.splat<T>(lowest<T>()) : i32x4.splat(0);
            let place4 = i32x4.splat(-1);
            let best = lowest<T>();
            let place = -1;
            for (let id = d0; id < d1; id++) {
              for (let ih = h0; ih < h1; ih++) {
                let from = image + ((<usize>(((id * inHeight + ih) * inWidth + w0) * channels + c)) << 2);
                for (let iw = w0; iw < w1; iw++) {
                  const position = <i32>((from - origin) >> 2);
                  if (four) {
                    const value = v128.load(from);
                    let better = lastOfEqual ? v128.ge<T>(value, best4) : v128.gt<T>(value, best4);
                    if (isInteger<T>()) better = v128.or(better, i32x4.lt_s(place4, i32x4.splat(0)));
                    best4 = v128.bitselect(value, best4, better);
                    place4 = v128.bitselect(i32x4.splat(position), place4, better);
                  } else {
                    const value = load<T>(from);
                    let better = lastOfEqual ? value >= best : value > best;
                    if (isInteger<T>()) better = better || place < 0;
                    if (better) {
                      best = value;
                      place = position;
                    }
                  }
                  from += (<usize>channels) << 2;
                }
              }
            }
            if (four) {
              if (maxima) v128.store(maxima + at, best4);
              // The channel of each lane is one further.
              const found = i32x4.ge_s(place4, i32x4.splat(0));
              if (positions) {
                v128.store(positions + at, i32x4.add(place4, v128.and(i32x4(0, 1, 2, 3), found)));
              }
              c += 4;
              at += 16;
            } else {
              if (maxima) store<T>(maxima + at, best);
              if (positions) store<i32>(positions + at, place);
              c += 1;
              at += 4;
            }
          }
        }
      }
    }
  }
}

function lowest<T>(): T {
  return isFloat<T>() ? <T>-Infinity : <T>i32.MIN_VALUE;
}

export function maxPoolFloat32(
  x: usize,
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
  lastOfEqual: bool,
  positionsInBatch: bool,
  maxima: usize,
  positions: usize,
): void {
  maxPool<f32>(
    x,
    batch,
    inDepth,
    inHeight,
    inWidth,
    channels,
    outDepth,
    outHeight,
    outWidth,
    windowDepth,
    windowHeight,
    windowWidth,
    strideDepth,
    strideHeight,
    strideWidth,
    front,
    top,
    left,
    lastOfEqual,
    positionsInBatch,
    maxima,
    positions,
  );
}

export function maxPoolInt32(
  x: usize,
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
  lastOfEqual: bool,
  positionsInBatch: bool,
  maxima: usize,
  positions: usize,
): void {
  maxPool<i32>(
    x,
    batch,
    inDepth,
    inHeight,
    inWidth,
    channels,
    outDepth,
    outHeight,
    outWidth,
    windowDepth,
    windowHeight,
    windowWidth,
    strideDepth,
    strideHeight,
    strideWidth,
    front,
    top,
    left,
    lastOfEqual,
    positionsInBatch,
    maxima,
    positions,
  );
}

/** out [size] = 0, then out[positions[k]] += values[k]; a position of -1 adds nothing. */
export function scatterAdd(values: usize, positions: usize, count: i32, out: usize, size: i32): void {
  memory.fill(out, 0, (<usize>size) << 2);
  for (let k: usize = 0, end = (<usize>count) << 2; k < end; k += 4) {
    const position = load<i32>(positions + k);
    if (position < 0) continue;
    const to = out + ((<usize>position) << 2);
    store<f32>(to, load<f32>(to) + load<f32>(values + k));
  }
}
