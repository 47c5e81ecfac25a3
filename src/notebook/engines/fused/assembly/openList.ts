// Decides which fours of an image's outputs may be open. The proof is in ../bound.ts.
import {
  CONV_OUT,
  COUNTS,
  DENSE,
  FOURS,
  KERNEL,
  LEVEL,
  LEVELS,
  LISTS_MADE,
  NEXT,
  NOT_EMPTY,
  OPEN_WEIGHT,
  REFERENCE,
  SCALE,
  SLACK,
  STRETCH,
  VECTOR_COUNT,
  WASTE,
} from '../layout';
import { across } from './lanes';

/** More than 2^-140, which exceeds the loss by underflow anywhere below. */
const TINY: f64 = 1e-42;
/** 1 - 2^-22 and 1 + 2^-22: four units of float32's rounding, down and up. */
const DOWN: f32 = 0.9999997615814209;
const UP: f64 = 1.0000002384185791;
/** Level 0 ends at 2^-14. */
const LOWEST = 1023 - 15;
/** Number of fours evaluated beyond those of level 0 after which a new list pays off. */
const PATIENCE = 30;

/**
 * An upper bound on the square of (1 + gamma) times the kernel's distance from an image's reference; NaN if a value is
 * not finite.
 */
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

/** An upper bound on the square of (1 + gamma) times the kernel's norm, computed in the same way. */
export function squaredNorm(): f64 {
  const end = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  let sum = f32x4.splat(0);
  for (let v: usize = 0; v < end; v += 16) {
    const k = v128.load(v, KERNEL);
    sum = f32x4.add(sum, f32x4.mul(k, k));
  }
  return <f64>across(sum) * load<f64>(STRETCH) + TINY;
}

/**
 * The level of a square relative to that of the reference's norm: one for each power of 2, up to LEVELS, which stands
 * for everything larger, and for NaN.
 */
export function levelOf(square: f64): i32 {
  const exponent = <i32>(reinterpret<u64>(square) >>> 52);
  return max(min(exponent - LOWEST, LEVELS), 0);
}

/** Address of a record's list. */
export function listOf(record: usize): usize {
  return record + REFERENCE + ((<usize>load<i32>(VECTOR_COUNT)) << 4);
}

/** Address of a record's order. */
export function orderOf(record: usize): usize {
  return listOf(record) + ((<usize>load<i32>(FOURS)) << 2);
}

/** Address of a record's inverse norms. */
export function inverseNormsOf(record: usize): usize {
  return listOf(record) + ((<usize>load<i32>(FOURS)) << 3);
}

/**
 * Makes the list of an image, after a forward pass on its order. Compacts CONV_OUT and OPEN_WEIGHT to the list's level
 * 0; the other outputs are closed.
 */
export function makeList(record: usize): void {
  const list = listOf(record);
  const order = orderOf(record);
  const inverseNorms = inverseNormsOf(record);
  const count = <usize>(load<i32>(DENSE) === 0 ? load<i32>(record, NOT_EMPTY) : load<i32>(FOURS));
  const square = squaredNorm();
  store<f64>(record, 1 / square, SCALE);
  const scale = (1 / square) * (1 - 1e-15);
  const slack = f32x4.splat(<f32>((Math.sqrt(square) * load<f64>(SLACK) + 1e-21) * UP));
  const down = f32x4.splat(DOWN);
  const zero = f32x4.splat(0);
  const never = f32x4.splat(Infinity);
  memory.fill(NEXT, 0, (LEVELS + 1) << 2);
  let front: usize = 0;
  for (let four: usize = 0; four < count; four++) {
    const at = four << 4;
    const inverseNorm = v128.load(inverseNorms + at);
    const convOut = v128.load(at, CONV_OUT);
    const away = f32x4.mul(f32x4.mul(f32x4.neg(convOut), inverseNorm), down);
    const way = f32x4.mul(f32x4.sub(away, slack), down);
    let margin = v128.and(way, f32x4.gt(way, zero));
    margin = v128.bitselect(never, margin, f32x4.eq(inverseNorm, zero));
    margin = f32x4.pmin(margin, v128.shuffle<i32>(margin, margin, 2, 3, 0, 1));
    margin = f32x4.pmin(margin, v128.shuffle<i32>(margin, margin, 1, 0, 3, 2));
    const least = <f64>f32x4.extract_lane(margin, 0);
    const level = levelOf(least * least * scale);
    store<u8>(four, <u8>level, LEVEL);
    const next = (<usize>level) << 2;
    store<i32>(next, load<i32>(next, NEXT) + 1, NEXT);
    // If the level is not 0, the next four overwrites these.
    v128.store(front, convOut, CONV_OUT);
    v128.store(front, v128.load(at, OPEN_WEIGHT), OPEN_WEIGHT);
    front += level === 0 ? 16 : 0;
  }
  let before = 0;
  for (let level = 0; level <= LEVELS; level++) {
    const next = (<usize>level) << 2;
    const there = load<i32>(next, NEXT);
    store<i32>(next, before, NEXT);
    before += there;
    if (level < LEVELS) store<u8>(record + level, <u8>before, COUNTS);
  }
  for (let four: usize = 0; four < count; four++) {
    const level = (<usize>load<u8>(four, LEVEL)) << 2;
    const to = load<i32>(level, NEXT);
    store<i32>(level, to + 1, NEXT);
    store<u32>(list + ((<usize>to) << 2), load<u32>(order + (four << 2)));
  }
  store<i32>(record, 0, WASTE);
  const bytes = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  for (let v: usize = 0; v < bytes; v += 16) v128.store(record + v, v128.load(v, KERNEL), REFERENCE);
  store<i32>(LISTS_MADE, load<i32>(LISTS_MADE) + 1);
}

/** After a step on an image's list: schedules a new list if too much of this one was evaluated. */
export function weighList(record: usize, evaluated: i32): void {
  const waste = load<i32>(record, WASTE) + evaluated - <i32>load<u8>(record, COUNTS);
  store<i32>(record, waste, WASTE);
  if (waste > PATIENCE) store<f64>(record, Infinity, SCALE);
}
