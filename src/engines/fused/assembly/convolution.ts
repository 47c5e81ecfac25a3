// The convolution on the outputs of a list, forward and backward, for kernels of any side.
import {
  CONV_OUT,
  GRADIENT,
  KERNEL,
  LANES,
  OPEN,
  OPEN_WEIGHT,
  ROW_VECTORS,
  VECTOR_COUNT,
  VECTORS,
  WEIGHT,
} from '../layout';

/** Writes CONV_OUT and OPEN_WEIGHT; returns reluOut times weight, added up in the order of the list. */
export function forward(record: usize, list: usize, count: i32): f32 {
  const rows = (<usize>load<i32>(ROW_VECTORS)) << 4;
  const all = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  let sum: f32 = 0;
  const open = 0;
  for (let entry = 0; entry < count; entry++) {
    const first = <usize>load<u16>(list);
    let patch = record + first;
    let c = f32x4.splat(0);
    let v: usize = 0;
    for (; v < rows; v += 16) {
      c = f32x4.add(c, f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), v128.load(v, KERNEL)));
    }
    patch = record + <usize>load<u16>(list, 2);
    for (; v < all; v += 16) {
      c = f32x4.add(c, f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), v128.load(v, KERNEL)));
    }
    c = f32x4.add(c, v128.shuffle<i32>(c, c, 2, 3, 0, 1));
    c = f32x4.add(c, v128.shuffle<i32>(c, c, 1, 0, 3, 2));
    const zero = f32x4.splat(0);
    const weight = v128.load32_splat(first, WEIGHT);
    store<f32>((<usize>entry) << 2, f32x4.extract_lane(c, 0), CONV_OUT);
    store<f32>((<usize>entry) << 2, f32x4.extract_lane(v128.and(weight, f32x4.gt(c, zero)), 0), OPEN_WEIGHT);
    // pmax hands a NaN on, as Math.max does.
    sum += f32x4.extract_lane(f32x4.mul(weight, f32x4.pmax(c, zero)), 0);
    list += 4;
  }
  store<i32>(OPEN, open);
  return sum;
}

/** Writes GRADIENT, from OPEN_WEIGHT: the sum of patch times weight over the open outputs of the list. */
export function backward(record: usize, list: usize, count: i32): void {
  const rows = (<usize>load<i32>(ROW_VECTORS)) << 4;
  const all = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  memory.fill(GRADIENT, 0, all);
  for (let entry = 0; entry < count; entry++) {
    const weight = v128.load32_splat((<usize>entry) << 2, OPEN_WEIGHT);
    let patch = record + <usize>load<u16>(list);
    let v: usize = 0;
    for (; v < rows; v += 16) {
      const product = f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), weight);
      v128.store(v, f32x4.add(v128.load(v, GRADIENT), product), GRADIENT);
    }
    patch = record + <usize>load<u16>(list, 2);
    for (; v < all; v += 16) {
      const product = f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), weight);
      v128.store(v, f32x4.add(v128.load(v, GRADIENT), product), GRADIENT);
    }
    list += 4;
  }
  // Lanes that are no tap have gathered pixels from outside the patch.
  for (let v: usize = 0; v < all; v += 16) {
    v128.store(v, v128.and(v128.load(v, GRADIENT), v128.load(v, LANES)), GRADIENT);
  }
}
