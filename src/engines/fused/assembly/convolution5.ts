// Kernels of side 5: seven vectors, in registers. Rows 0..4 of a patch, columns 0..3; its last pixel; and its last
// column, rows 0..3, out of the transposed image. See ../taps.ts. Loops of one output each: a loop of several makes V8
// run out of registers.
import { KERNEL, LANES, OPEN_WEIGHT, PRODUCTS } from '../layout';

/** As `multiply` of ./convolution. */
export function multiply5(record: usize, list: usize, count: i32): void {
  const k0 = v128.load(KERNEL);
  const k1 = v128.load(KERNEL, 16);
  const k2 = v128.load(KERNEL, 32);
  const k3 = v128.load(KERNEL, 48);
  const k4 = v128.load(KERNEL, 64);
  const k5 = v128.load(KERNEL, 80);
  const k6 = v128.load(KERNEL, 96);
  const end = list + ((<usize>count) << 2);
  let at: usize = 0;
  while (list < end) {
    const row = record + <usize>load<u16>(list);
    const column = record + <usize>load<u16>(list, 2);
    let c = f32x4.mul(v128.load(row), k0);
    let d = f32x4.mul(v128.load(row, 64), k1);
    c = f32x4.add(c, f32x4.mul(v128.load(row, 128), k2));
    d = f32x4.add(d, f32x4.mul(v128.load(row, 192), k3));
    c = f32x4.add(c, f32x4.mul(v128.load(row, 256), k4));
    d = f32x4.add(d, f32x4.mul(v128.load(row, 272), k5));
    c = f32x4.add(c, f32x4.mul(v128.load(column, 256), k6));
    v128.store(at, f32x4.add(c, d), PRODUCTS);
    list += 4;
    at += 16;
  }
}

/** As `backward` of ./convolution. */
export function backward5(record: usize, list: usize, count: i32, rate: f32): void {
  let d0 = f32x4.splat(0);
  let d1 = d0;
  let d2 = d0;
  let d3 = d0;
  let d4 = d0;
  let d5 = d0;
  let d6 = d0;
  const end = list + ((<usize>count) << 2);
  let at: usize = 0;
  while (list < end) {
    const row = record + <usize>load<u16>(list);
    const column = record + <usize>load<u16>(list, 2);
    const weight = v128.load32_splat(at, OPEN_WEIGHT);
    d0 = f32x4.add(d0, f32x4.mul(v128.load(row), weight));
    d1 = f32x4.add(d1, f32x4.mul(v128.load(row, 64), weight));
    d2 = f32x4.add(d2, f32x4.mul(v128.load(row, 128), weight));
    d3 = f32x4.add(d3, f32x4.mul(v128.load(row, 192), weight));
    d4 = f32x4.add(d4, f32x4.mul(v128.load(row, 256), weight));
    d5 = f32x4.add(d5, f32x4.mul(v128.load(row, 272), weight));
    d6 = f32x4.add(d6, f32x4.mul(v128.load(column, 256), weight));
    list += 4;
    at += 4;
  }
  // dKernel = dLogit * (the sums above)
  const rates = f32x4.splat(rate);
  // Three lanes have gathered pixels beside the patch.
  d5 = v128.and(d5, v128.load(LANES, 80));
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL), f32x4.mul(rates, d0)));
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 16), f32x4.mul(rates, d1)), 16);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 32), f32x4.mul(rates, d2)), 32);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 48), f32x4.mul(rates, d3)), 48);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 64), f32x4.mul(rates, d4)), 64);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 80), f32x4.mul(rates, d5)), 80);
  v128.store(KERNEL, f32x4.sub(v128.load(KERNEL, 96), f32x4.mul(rates, d6)), 96);
}
