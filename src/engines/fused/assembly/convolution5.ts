// Kernels of side 5: seven vectors, in registers. Rows 0..4 of a patch, columns 0..3; its last pixel; and its last
// column, rows 0..3, out of the transposed image. See ../taps.ts.
import { CONV_OUT, GRADIENT, KERNEL, OPEN, OPEN_WEIGHT, WEIGHT } from '../layout';

/** As `forward` of ./convolution. */
export function forward5(record: usize, list: usize, count: i32): f32 {
  const k0 = v128.load(KERNEL);
  const k1 = v128.load(KERNEL, 16);
  const k2 = v128.load(KERNEL, 32);
  const k3 = v128.load(KERNEL, 48);
  const k4 = v128.load(KERNEL, 64);
  const k5 = v128.load(KERNEL, 80);
  const k6 = v128.load(KERNEL, 96);
  const zero = f32x4.splat(0);
  let sum = zero;
  let open = zero;
  const end = list + ((<usize>count) << 2);
  let at: usize = 0;
  while (list < end) {
    const first = <usize>load<u16>(list);
    const row = record + first;
    const column = record + <usize>load<u16>(list, 2);
    let c = f32x4.mul(v128.load(row), k0);
    c = f32x4.add(c, f32x4.mul(v128.load(row, 64), k1));
    c = f32x4.add(c, f32x4.mul(v128.load(row, 128), k2));
    c = f32x4.add(c, f32x4.mul(v128.load(row, 192), k3));
    c = f32x4.add(c, f32x4.mul(v128.load(row, 256), k4));
    c = f32x4.add(c, f32x4.mul(v128.load32_zero(row, 272), k5));
    c = f32x4.add(c, f32x4.mul(v128.load(column, 256), k6));
    c = f32x4.add(c, v128.shuffle<i32>(c, c, 2, 3, 0, 1));
    c = f32x4.add(c, v128.shuffle<i32>(c, c, 1, 0, 3, 2));
    store<f32>(at, f32x4.extract_lane(c, 0), CONV_OUT);
    const weight = v128.load32_splat(first, WEIGHT);
    const isOpen = f32x4.gt(c, zero);
    open = i32x4.sub(open, isOpen);
    store<f32>(at, f32x4.extract_lane(v128.and(weight, isOpen), 0), OPEN_WEIGHT);
    sum = f32x4.add(sum, f32x4.mul(weight, f32x4.pmax(c, zero)));
    list += 4;
    at += 4;
  }
  store<i32>(OPEN, i32x4.extract_lane(open, 0));
  return f32x4.extract_lane(sum, 0);
}

/** As `backward` of ./convolution. */
export function backward5(record: usize, list: usize, count: i32): void {
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
    d5 = f32x4.add(d5, f32x4.mul(v128.load32_zero(row, 272), weight));
    d6 = f32x4.add(d6, f32x4.mul(v128.load(column, 256), weight));
    list += 4;
    at += 4;
  }
  v128.store(GRADIENT, d0);
  v128.store(GRADIENT, d1, 16);
  v128.store(GRADIENT, d2, 32);
  v128.store(GRADIENT, d3, 48);
  v128.store(GRADIENT, d4, 64);
  v128.store(GRADIENT, d5, 80);
  v128.store(GRADIENT, d6, 96);
}
