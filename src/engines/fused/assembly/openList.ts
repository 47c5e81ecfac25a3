// Which outputs of an image may be open. The proof is in ../bound.ts.
import {
  CONV_OUT,
  DENSE,
  KERNEL,
  LIMIT,
  LISTED,
  LISTED_WEIGHT,
  LISTS_MADE,
  NOT_EMPTY,
  OPEN,
  OPEN_WEIGHT,
  OUTPUTS,
  PRODUCTS,
  REFERENCE,
  SLACK,
  STRETCH,
  TOGETHER,
  VECTOR_COUNT,
  WASTE,
  WEIGHT,
} from '../layout';
import { across } from './convolution';

/** More than 2^-140, which is more than underflow takes away anywhere below. */
const TINY: f64 = 1e-42;
/** No list reaches farther. */
const FARTHEST: f32 = 1e9;
/** 1 - 2^-22 and 1 + 2^-22: four units of float32's rounding, down and up. */
const DOWN: f32 = 0.9999997615814209;
const UP: f64 = 1.0000002384185791;
/** Outputs evaluated for nothing, after which a new list is worth its while. */
const PATIENCE = 100;

/** At least the square of (1 + gamma) times the kernel's distance from an image's reference; NaN where one is not finite. */
export function squaredDistance(record: usize): f64 {
  const end = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  let sum = f32x4.splat(0);
  let v: usize = 0;
  for (; v + 16 < end; v += 32) {
    const d = f32x4.sub(v128.load(v, KERNEL), v128.load(record + v, REFERENCE));
    const e = f32x4.sub(v128.load(v, KERNEL + 16), v128.load(record + v, REFERENCE + 16));
    sum = f32x4.add(sum, f32x4.add(f32x4.mul(d, d), f32x4.mul(e, e)));
  }
  if (v < end) {
    const d = f32x4.sub(v128.load(v, KERNEL), v128.load(record + v, REFERENCE));
    sum = f32x4.add(sum, f32x4.mul(d, d));
  }
  return <f64>across(sum) * load<f64>(STRETCH) + TINY;
}

/** At least the square of (1 + gamma) times the kernel's norm, likewise. */
export function squaredNorm(): f64 {
  const end = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  let sum = f32x4.splat(0);
  for (let v: usize = 0; v < end; v += 16) {
    const k = v128.load(v, KERNEL);
    sum = f32x4.add(sum, f32x4.mul(k, k));
  }
  return <f64>across(sum) * load<f64>(STRETCH) + TINY;
}

/** Where the list of a record is. */
export function listOf(record: usize): usize {
  return record + REFERENCE + ((<usize>load<i32>(VECTOR_COUNT)) << 4);
}

/** Where its order is. */
export function orderOf(record: usize): usize {
  return listOf(record) + ((<usize>load<i32>(OUTPUTS)) << 2);
}

/** Where its inverse norms are. */
export function inverseNormsOf(record: usize): usize {
  return listOf(record) + ((<usize>load<i32>(OUTPUTS)) << 3);
}

/**
 * Makes the list of an image, after a forward pass on its order and a way of the kernel since the last list. Closes up
 * CONV_OUT, LISTED_WEIGHT and OPEN_WEIGHT, so that they are those of the list.
 */
export function makeList(record: usize, squaredWay: f64): void {
  const list = listOf(record);
  const order = orderOf(record);
  const inverseNorms = inverseNormsOf(record);
  const end = (<usize>(load<i32>(DENSE) === 0 ? load<i32>(record, NOT_EMPTY) : load<i32>(OUTPUTS))) << 2;
  const slack = f32x4.splat(<f32>((Math.sqrt(squaredNorm()) * load<f64>(SLACK) + 1e-21) * UP));
  const down = f32x4.splat(DOWN);
  const zero = f32x4.splat(0);
  const never = f32x4.splat(Infinity);
  let nearest = f32x4.splat(FARTHEST);
  for (let at: usize = 0; at < end; at += 16) {
    const inverseNorm = v128.load(inverseNorms + at);
    const away = f32x4.mul(f32x4.mul(f32x4.neg(v128.load(at, CONV_OUT)), inverseNorm), down);
    let margin = f32x4.mul(f32x4.sub(away, slack), down);
    margin = v128.bitselect(never, margin, f32x4.eq(inverseNorm, zero));
    v128.store(at, margin, PRODUCTS);
    nearest = v128.bitselect(f32x4.pmin(nearest, margin), nearest, f32x4.gt(margin, zero));
  }
  // The list reaches to the nearest margin in the four lanes but one,
  const other = v128.shuffle<i32>(nearest, nearest, 2, 3, 0, 1);
  const low = f32x4.pmin(nearest, other);
  const high = f32x4.pmax(nearest, other);
  nearest = f32x4.pmin(
    f32x4.pmax(low, v128.shuffle<i32>(low, low, 1, 0, 3, 2)),
    f32x4.pmin(high, v128.shuffle<i32>(high, high, 1, 0, 3, 2)),
  );
  // and as far as the kernel came since the last list, where that was too far for it: the next way may be as long.
  if (load<f64>(record, LIMIT) > 0) nearest = f32x4.pmax(nearest, f32x4.splat(<f32>Math.sqrt(squaredWay)));
  // What may be open: the lanes of four outputs moved together, so that the next ones overwrite the others.
  let front = list;
  for (let at: usize = 0; at < end; at += 16) {
    const closed = i32x4.bitmask(f32x4.gt(v128.load(at, PRODUCTS), nearest));
    if (closed === 15) continue;
    const together = v128.load((<usize>closed) << 4, TOGETHER);
    const to = front - list;
    v128.store(front, i8x16.swizzle(v128.load(order + at), together));
    v128.store(to, i8x16.swizzle(v128.load(at, CONV_OUT), together), CONV_OUT);
    v128.store(to, i8x16.swizzle(v128.load(at, LISTED_WEIGHT), together), LISTED_WEIGHT);
    v128.store(to, i8x16.swizzle(v128.load(at, OPEN_WEIGHT), together), OPEN_WEIGHT);
    front += (<usize>(4 - popcnt(closed))) << 2;
  }
  store<i32>(record, <i32>((front - list) >> 2), LISTED);
  // The rest after it, as far as it is ever evaluated.
  const enough = load<i32>(DENSE) === 0 ? list + ((front - list + 15) & ~15) : order;
  for (let at = end; front < enough; ) {
    at -= 16;
    const closed = i32x4.bitmask(f32x4.gt(v128.load(at, PRODUCTS), nearest));
    for (let lane = 0; lane < 4 && front < enough; lane++) {
      const entry = load<u32>(order + at + ((<usize>lane) << 2));
      store<u32>(front, entry);
      store<f32>(front - list, 0, CONV_OUT);
      store<f32>(front - list, load<f32>(<usize>(entry & 0xffff), WEIGHT), LISTED_WEIGHT);
      front += ((closed << 2) >> lane) & 4;
    }
  }
  const reach = <f64>f32x4.extract_lane(nearest, 0);
  store<f64>(record, reach * reach * (1 - 1e-15), LIMIT);
  store<i32>(record, 0, WASTE);
  const bytes = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  for (let v: usize = 0; v < bytes; v += 16) v128.store(record + v, v128.load(v, KERNEL), REFERENCE);
  store<i32>(LISTS_MADE, load<i32>(LISTS_MADE) + 1);
}

/** After a step on an image's list: has the next one make it anew where it has held too many closed outputs. */
export function weighList(record: usize, evaluated: i32): void {
  const waste = load<i32>(record, WASTE) + evaluated - load<i32>(OPEN);
  store<i32>(record, waste, WASTE);
  // No squared distance is below 0.
  if (waste > PATIENCE) store<f64>(record, 0, LIMIT);
}
