// Kernels of side 5. The first four taps of each row form a vector: an output is the sum across lanes of five rows of
// its patch times these vectors. Outputs below each other share rows, so four of them need only eight. The last tap of
// each row is splatted and multiplied with the last column of four patches in the transposed image.
import { CONV_OUT, KERNEL, OPEN_WEIGHT, PRODUCTS, TRANSPOSED, WEIGHT } from '../layout';
import { across, acrossFour } from './lanes';

/** As `forward` of ./convolution. */
export function forward5(record: usize, list: usize, count: i32): f32 {
  multiplyRows(record, list, count);
  const k0 = v128.load32_splat(KERNEL, 80);
  const k1 = v128.load32_splat(KERNEL, 84);
  const k2 = v128.load32_splat(KERNEL, 88);
  const k3 = v128.load32_splat(KERNEL, 92);
  const k4 = v128.load32_splat(KERNEL, 96);
  const zero = f32x4.splat(0);
  let sum = zero;
  const end = (<usize>count) << 4;
  for (let at: usize = 0; at < end; at += 16) {
    const column = <usize>load<u16>(list, 2);
    const pixels = record + column;
    let c = f32x4.mul(v128.load(pixels, 256), k0);
    c = f32x4.add(c, f32x4.mul(v128.load(pixels, 260), k1));
    c = f32x4.add(c, f32x4.mul(v128.load(pixels, 264), k2));
    c = f32x4.add(c, f32x4.mul(v128.load(pixels, 268), k3));
    c = f32x4.add(c, f32x4.mul(v128.load(pixels, 272), k4));
    const products = at << 2;
    const rows = acrossFour(
      v128.load(products, PRODUCTS),
      v128.load(products, PRODUCTS + 16),
      v128.load(products, PRODUCTS + 32),
      v128.load(products, PRODUCTS + 48),
    );
    const convOut = f32x4.add(rows, c);
    const weight = v128.load(column, WEIGHT - TRANSPOSED);
    const isOpen = f32x4.gt(convOut, zero);
    v128.store(at, convOut, CONV_OUT);
    v128.store(at, v128.and(weight, isOpen), OPEN_WEIGHT);
    // pmax propagates NaN, as Math.max does.
    sum = f32x4.add(sum, f32x4.mul(weight, f32x4.pmax(convOut, zero)));
    list += 4;
  }
  return across(sum);
}

/**
 * Computes PRODUCTS. The stores in between keep V8 from loading everything first, for which it has too few registers.
 */
function multiplyRows(record: usize, list: usize, count: i32): void {
  const k0 = v128.load(KERNEL);
  const k1 = v128.load(KERNEL, 16);
  const k2 = v128.load(KERNEL, 32);
  const k3 = v128.load(KERNEL, 48);
  const k4 = v128.load(KERNEL, 64);
  const end = (<usize>count) << 6;
  for (let at: usize = 0; at < end; at += 64) {
    const row = record + <usize>load<u16>(list);
    const x1 = v128.load(row, 64);
    const x2 = v128.load(row, 128);
    const x3 = v128.load(row, 192);
    const x4 = v128.load(row, 256);
    let a = f32x4.mul(v128.load(row), k0);
    a = f32x4.add(a, f32x4.mul(x1, k1));
    a = f32x4.add(a, f32x4.mul(x2, k2));
    a = f32x4.add(a, f32x4.mul(x3, k3));
    v128.store(at, f32x4.add(a, f32x4.mul(x4, k4)), PRODUCTS);
    const x5 = v128.load(row, 320);
    a = f32x4.mul(x1, k0);
    a = f32x4.add(a, f32x4.mul(x2, k1));
    a = f32x4.add(a, f32x4.mul(x3, k2));
    a = f32x4.add(a, f32x4.mul(x4, k3));
    v128.store(at, f32x4.add(a, f32x4.mul(x5, k4)), PRODUCTS + 16);
    const x6 = v128.load(row, 384);
    a = f32x4.mul(x2, k0);
    a = f32x4.add(a, f32x4.mul(x3, k1));
    a = f32x4.add(a, f32x4.mul(x4, k2));
    a = f32x4.add(a, f32x4.mul(x5, k3));
    v128.store(at, f32x4.add(a, f32x4.mul(x6, k4)), PRODUCTS + 32);
    a = f32x4.mul(x3, k0);
    a = f32x4.add(a, f32x4.mul(x4, k1));
    a = f32x4.add(a, f32x4.mul(x5, k2));
    a = f32x4.add(a, f32x4.mul(x6, k3));
    v128.store(at, f32x4.add(a, f32x4.mul(v128.load(row, 448), k4)), PRODUCTS + 48);
    list += 4;
  }
}

/**
 * As `backward` of ./convolution. Each four is summed before it is added to the total, which shortens the dependency
 * chain.
 */
export function backward5(record: usize, list: usize, count: i32, rate: f32): void {
  const end = (<usize>count) << 4;
  const zero = f32x4.splat(0);
  let d0 = zero;
  let d1 = zero;
  let d2 = zero;
  let d3 = zero;
  let d4 = zero;
  let entry = list;
  for (let at: usize = 0; at < end; at += 16) {
    const row = record + <usize>load<u16>(entry);
    const w = v128.load(at, OPEN_WEIGHT);
    const w0 = v128.shuffle<i32>(w, w, 0, 0, 0, 0);
    const w1 = v128.shuffle<i32>(w, w, 1, 1, 1, 1);
    const w2 = v128.shuffle<i32>(w, w, 2, 2, 2, 2);
    const w3 = v128.shuffle<i32>(w, w, 3, 3, 3, 3);
    const x0 = v128.load(row, 0);
    const x1 = v128.load(row, 64);
    const x2 = v128.load(row, 128);
    const x3 = v128.load(row, 192);
    const x4 = v128.load(row, 256);
    const x5 = v128.load(row, 320);
    const x6 = v128.load(row, 384);
    const x7 = v128.load(row, 448);
    d0 = f32x4.add(
      d0,
      f32x4.add(
        f32x4.add(f32x4.mul(x0, w0), f32x4.mul(x1, w1)),
        f32x4.add(f32x4.mul(x2, w2), f32x4.mul(x3, w3)),
      ),
    );
    d1 = f32x4.add(
      d1,
      f32x4.add(
        f32x4.add(f32x4.mul(x1, w0), f32x4.mul(x2, w1)),
        f32x4.add(f32x4.mul(x3, w2), f32x4.mul(x4, w3)),
      ),
    );
    d2 = f32x4.add(
      d2,
      f32x4.add(
        f32x4.add(f32x4.mul(x2, w0), f32x4.mul(x3, w1)),
        f32x4.add(f32x4.mul(x4, w2), f32x4.mul(x5, w3)),
      ),
    );
    d3 = f32x4.add(
      d3,
      f32x4.add(
        f32x4.add(f32x4.mul(x3, w0), f32x4.mul(x4, w1)),
        f32x4.add(f32x4.mul(x5, w2), f32x4.mul(x6, w3)),
      ),
    );
    d4 = f32x4.add(
      d4,
      f32x4.add(
        f32x4.add(f32x4.mul(x4, w0), f32x4.mul(x5, w1)),
        f32x4.add(f32x4.mul(x6, w2), f32x4.mul(x7, w3)),
      ),
    );
    entry += 4;
  }
  let e0 = zero;
  let e1 = zero;
  let e2 = zero;
  let e3 = zero;
  let e4 = zero;
  entry = list;
  for (let at: usize = 0; at < end; at += 16) {
    const pixels = record + <usize>load<u16>(entry, 2);
    const weight = v128.load(at, OPEN_WEIGHT);
    e0 = f32x4.add(e0, f32x4.mul(v128.load(pixels, 256), weight));
    e1 = f32x4.add(e1, f32x4.mul(v128.load(pixels, 260), weight));
    e2 = f32x4.add(e2, f32x4.mul(v128.load(pixels, 264), weight));
    e3 = f32x4.add(e3, f32x4.mul(v128.load(pixels, 268), weight));
    e4 = f32x4.add(e4, f32x4.mul(v128.load(pixels, 272), weight));
    entry += 4;
  }
  // dKernel = dLogit * (the sums above)
  const rates = f32x4.splat(rate);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL), f32x4.mul(rates, d0)));
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 16), f32x4.mul(rates, d1)), 16);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 32), f32x4.mul(rates, d2)), 32);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 48), f32x4.mul(rates, d3)), 48);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 64), f32x4.mul(rates, d4)), 64);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 80), f32x4.mul(rates, acrossFour(e0, e1, e2, e3))), 80);
  // Stored as a whole vector because it is read as one, so that the processor can forward the store to the load.
  const last = acrossFour(e4, zero, zero, zero);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 96), f32x4.mul(rates, last)), 96);
}
