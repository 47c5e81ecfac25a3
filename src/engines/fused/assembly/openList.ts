// Which outputs of an image may be open. The proof is in ../bound.ts.
import {
  ALL_OUTPUTS,
  CANDIDATE_OUTPUTS,
  CANDIDATES,
  CONV_OUT,
  KERNEL,
  LIMIT,
  LISTED,
  LISTS_MADE,
  OPEN,
  OUT_OF_RANGE,
  OUTPUTS,
  REFERENCE,
  SLACK,
  STRETCH,
  VECTOR_COUNT,
  WASTE,
} from '../layout';

/** More than 2^-140, which is more than underflow takes away anywhere below. */
const TINY: f64 = 1e-42;
/** The square of the largest norm of a kernel for which the proof holds. */
const LARGEST: f64 = 1e18;
/** No list reaches farther. */
const FARTHEST: f32 = 1e9;
/** 1 - 2^-22 and 1 + 2^-22: four units of float32's rounding, down and up. */
const DOWN: f32 = 0.9999997615814209;
const UP: f64 = 1.0000002384185791;

/** At least the square of (1 + gamma) times the kernel's distance from an image's reference; NaN where one is not finite. */
export function squaredDistance(record: usize): f64 {
  const end = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  let sum = f32x4.splat(0);
  for (let v: usize = 0; v < end; v += 16) {
    const d = f32x4.sub(v128.load(v, KERNEL), v128.load(record + v, REFERENCE));
    sum = f32x4.add(sum, f32x4.mul(d, d));
  }
  return <f64>across(sum) * load<f64>(STRETCH) + TINY;
}

/** At least the square of the kernel's norm, likewise. */
function squaredNorm(): f64 {
  const end = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  let sum = f32x4.splat(0);
  for (let v: usize = 0; v < end; v += 16) {
    const k = v128.load(v, KERNEL);
    sum = f32x4.add(sum, f32x4.mul(k, k));
  }
  return <f64>across(sum) * load<f64>(STRETCH) + TINY;
}

// @ts-expect-error: decorator
function across(v: v128): f32 {
  v = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
}

/** Bytes of an array of four bytes for each output. */
// @ts-expect-error: decorator
export function outputBytes(): usize {
  return ((<usize>load<i32>(OUTPUTS) + 3) & ~3) << 2;
}

/** Where the list of a record begins; margins and inverse norms follow. */
// @ts-expect-error: decorator
export function listOf(record: usize): usize {
  return record + REFERENCE + ((<usize>load<i32>(VECTOR_COUNT)) << 4);
}

/**
 * Takes the kernel's way since the last list off all margins and lists in CANDIDATES every output that may be open now,
 * or after as long a way again. Returns how many; -1 where the kernel left the range of the proof.
 */
export function findCandidates(record: usize, squaredWay: f64): i32 {
  // A negative limit: the image has no list yet, and its margins hold for any kernel.
  const isFirst = load<f64>(record, LIMIT) < 0;
  if (!((isFirst ? 0 : squaredWay) < LARGEST) || !(squaredNorm() < LARGEST)) {
    store<i32>(OUT_OF_RANGE, 1);
    return -1;
  }
  const way = f32x4.splat(isFirst ? 0 : <f32>(Math.sqrt(squaredWay) * UP));
  const down = f32x4.splat(DOWN);
  const bytes = outputBytes();
  const margins = listOf(record) + bytes;
  let to: usize = CANDIDATES;
  for (let at: usize = 0; at < bytes; at += 16) {
    const margin = f32x4.mul(f32x4.sub(v128.load(margins + at), way), down);
    v128.store(margins + at, margin);
    const closed = i32x4.bitmask(f32x4.gt(margin, way));
    if (closed === 15) continue;
    for (let lane = 0; lane < 4; lane++) {
      store<u32>(to, load<u32>(at + ((<usize>lane) << 2), ALL_OUTPUTS));
      store<u16>((to - CANDIDATES) >> 1, (<u32>at >> 2) + lane, CANDIDATE_OUTPUTS);
      to += ((~closed >> lane) & 1) << 2;
    }
  }
  return <i32>((to - CANDIDATES) >> 2);
}

/** From CONV_OUT of the candidates: their margins, the image's list, and how far the list reaches. */
export function makeList(record: usize, candidates: i32): void {
  const bytes = outputBytes();
  const list = listOf(record);
  const margins = list + bytes;
  const inverseNorms = margins + bytes;
  const slack = <f32>((Math.sqrt(squaredNorm()) * load<f64>(SLACK) + 1e-21) * UP);
  for (let entry = 0; entry < candidates; entry++) {
    const at = (<usize>load<u16>((<usize>entry) << 1, CANDIDATE_OUTPUTS)) << 2;
    const away = -load<f32>((<usize>entry) << 2, CONV_OUT) * load<f32>(inverseNorms + at) * DOWN;
    store<f32>(margins + at, (away - slack) * DOWN);
  }
  // The reach: of the outputs in each lane the nearest to opening, and of these the farthest.
  let nearest = f32x4.splat(FARTHEST);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const margin = v128.load(margins + at);
    nearest = v128.bitselect(f32x4.pmin(nearest, margin), nearest, f32x4.gt(margin, zero));
  }
  const other = v128.shuffle<i32>(nearest, nearest, 2, 3, 0, 1);
  const low = f32x4.pmin(nearest, other);
  const high = f32x4.pmax(nearest, other);
  const reachLow = f32x4.pmax(low, v128.shuffle<i32>(low, low, 1, 0, 3, 2));
  const reachHigh = f32x4.pmin(high, v128.shuffle<i32>(high, high, 1, 0, 3, 2));
  nearest = f32x4.pmin(reachLow, reachHigh);
  let to = list;
  for (let at: usize = 0; at < bytes; at += 16) {
    const closed = i32x4.bitmask(f32x4.gt(v128.load(margins + at), nearest));
    if (closed === 15) continue;
    for (let lane = 0; lane < 4; lane++) {
      store<u32>(to, load<u32>(at + ((<usize>lane) << 2), ALL_OUTPUTS));
      to += ((~closed >> lane) & 1) << 2;
    }
  }
  const reach = <f64>f32x4.extract_lane(nearest, 0);
  store<f64>(record, reach * reach * (1 - 1e-15), LIMIT);
  store<i32>(record, <i32>((to - list) >> 2), LISTED);
  store<i32>(record, 0, WASTE);
  memory.copy(record + REFERENCE, KERNEL, (<usize>load<i32>(VECTOR_COUNT)) << 4);
  store<i32>(LISTS_MADE, load<i32>(LISTS_MADE) + 1);
}

/** Outputs that were evaluated for nothing, after which making the list anew is worth its while. */
const PATIENCE = 30;

/** After a step with the image's list: has the next step make it anew if it has held too many closed outputs. */
export function weighList(record: usize, listed: i32): void {
  const waste = load<i32>(record, WASTE) + listed - load<i32>(OPEN);
  store<i32>(record, waste, WASTE);
  // No squared distance is below 0; that there is a list, a limit of 0 does not deny.
  if (waste > PATIENCE) store<f64>(record, 0, LIMIT);
}
