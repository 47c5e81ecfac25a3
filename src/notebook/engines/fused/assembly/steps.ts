import {
  BIAS,
  CONFUSION,
  CONV_OUT,
  COUNTS,
  DENSE,
  EVALUATED,
  FOURS,
  GONE_BACK,
  IMAGES,
  KERNEL,
  LABEL,
  LARGEST_PIXEL,
  LEARNING_RATE,
  LEVELS,
  NOT_EMPTY,
  OPEN_IN_ALL,
  OPEN_WEIGHT,
  OUT_OF_RANGE,
  RECORD_BYTES,
  SAMPLES,
  SCALE,
  SIDE,
  TRANSPOSED,
  WEIGHT,
} from '../layout';
import { backward, forward } from './convolution';
import { across } from './lanes';
import { levelOf, listOf, makeList, orderOf, squaredDistance, squaredNorm, weighList } from './openList';
import { sigmoid } from './sigmoid';

/** The square of the largest norm of a kernel in the range of the proof. */
const LARGEST: f64 = 1e18;

/**
 * Takes `count` steps from the sample `first` on, wrapping around after the last sample; writes each step's logit, f64,
 * from the address `logits` on.
 */
export function advance(first: i32, count: i32, logits: usize): void {
  const bytes = load<i32>(RECORD_BYTES);
  const end: usize = IMAGES + load<i32>(SAMPLES) * bytes;
  let record: usize = IMAGES + first * bytes;
  for (const last = logits + ((<usize>count) << 3); logits < last; logits += 8) {
    store<f64>(logits, <f64>step(record));
    record += bytes;
    if (record === end) record = IMAGES;
  }
}

/** One sample: forward, backward, update. Returns the logit before the update. */
function step(record: usize): f32 {
  let list = listOf(record);
  let count = load<i32>(FOURS);
  let sum: f32;
  const level = levelNow(record);
  if (level < LEVELS) {
    const listed = <i32>load<u8>(record + level, COUNTS);
    if (load<i32>(DENSE) === 0) count = listed;
    sum = forward(record, list, count);
    store<i32>(EVALUATED, load<i32>(EVALUATED) + count);
    weighList(record, listed);
  } else if (isInRange()) {
    if (load<i32>(DENSE) === 0) count = load<i32>(record, NOT_EMPTY);
    sum = forward(record, orderOf(record), count);
    store<i32>(EVALUATED, load<i32>(EVALUATED) + count);
    makeList(record);
    count = <i32>load<u8>(record, COUNTS);
  } else {
    list = orderOf(record);
    sum = forward(record, list, count);
    store<i32>(EVALUATED, load<i32>(EVALUATED) + count);
  }
  // logit = flatOut . weight + bias
  const logit = sum + load<f32>(BIAS);
  const label = load<f32>(record, LABEL);
  // From a logit of 17.4 on, the prediction is 1 in float32. With label 1 there is then no gradient and no update.
  if (logit > 18 && label === 1) return logit;
  // dLogit = prediction - label
  const dLogit = sigmoid(logit) - label;
  if (dLogit === 0) return logit;
  const rate = load<f32>(LEARNING_RATE) * dLogit;
  if (!leavesKernel(record, count, rate)) {
    backward(record, list, count, rate);
    store<i32>(GONE_BACK, load<i32>(GONE_BACK) + count);
  }
  updateWeight(list, count, rate);
  store<f32>(BIAS, load<f32>(BIAS) - rate);
  return logit;
}

/** Writes OPEN_IN_ALL and CONFUSION for all samples with the current parameters. */
export function evaluate(): void {
  memory.fill(OPEN_IN_ALL, 0, 20);
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    let list = orderOf(record);
    let count = load<i32>(FOURS);
    const level = levelNow(record);
    if (load<i32>(DENSE) === 0 && level < LEVELS) {
      list = listOf(record);
      count = <i32>load<u8>(record + level, COUNTS);
    }
    const isPositive = forward(record, list, count) + load<f32>(BIAS) > 0;
    store<i32>(OPEN_IN_ALL, load<i32>(OPEN_IN_ALL) + open(count));
    const at = (load<f32>(record, LABEL) === 1 ? 8 : 0) + (isPositive ? 4 : 0);
    store<i32>(at, load<i32>(at, CONFUSION) + 1, CONFUSION);
    record += load<i32>(RECORD_BYTES);
  }
}

/** The number of open outputs among the fours evaluated last. */
function open(count: i32): i32 {
  let sum = 0;
  const end = (<usize>count) << 4;
  for (let at: usize = 0; at < end; at += 16) {
    sum += popcnt(i32x4.bitmask(f32x4.gt(v128.load(at, CONV_OUT), f32x4.splat(0))));
  }
  return sum;
}

/**
 * The level of the kernel's distance from an image's reference; LEVELS if it is too far for its list, or there is none.
 */
function levelNow(record: usize): i32 {
  const level = levelOf(squaredDistance(record) * load<f64>(record, SCALE));
  return load<i32>(OUT_OF_RANGE) === 0 ? level : LEVELS;
}

/**
 * Whether an update of the kernel would round away. No tap's gradient is larger than the open weights' sum of
 * magnitudes times the largest pixel, and subtracting less than 2^-25 of a float32 leaves it unchanged. The test asks
 * for a quarter of that, which leaves more room than rounding needs.
 */
function leavesKernel(record: usize, count: i32, rate: f32): bool {
  const largest = Mathf.abs(rate);
  if (largest > 1e-8) return false;
  let magnitude = f32x4.splat(0);
  const end = (<usize>count) << 4;
  for (let at: usize = 0; at < end; at += 16) {
    magnitude = f32x4.add(magnitude, f32x4.abs(v128.load(at, OPEN_WEIGHT)));
  }
  const change = <f64>largest * across(magnitude) * load<f32>(record, LARGEST_PIXEL);
  // The number of taps is a multiple of 4 plus one.
  const taps = (<usize>(load<i32>(SIDE) * load<i32>(SIDE) - 1)) << 2;
  let least = f32x4.abs(v128.load32_splat(taps, KERNEL));
  for (let tap: usize = 0; tap < taps; tap += 16)
    least = f32x4.pmin(least, f32x4.abs(v128.load(tap, KERNEL)));
  least = f32x4.pmin(least, v128.shuffle<i32>(least, least, 2, 3, 0, 1));
  least = f32x4.pmin(least, v128.shuffle<i32>(least, least, 1, 0, 3, 2));
  return change < <f64>f32x4.extract_lane(least, 0) * 7.450580596923828e-9;
}

/** Whether the proof holds; once it fails, it stays off for the rest of the run. */
function isInRange(): bool {
  if (load<i32>(OUT_OF_RANGE) === 0 && !(squaredNorm() < LARGEST)) store<i32>(OUT_OF_RANGE, 1);
  return load<i32>(OUT_OF_RANGE) === 0;
}

/** Updates the weights with dWeight = dLogit * flatOut, for the outputs of the list. */
function updateWeight(list: usize, count: i32, rate: f32): void {
  const rates = f32x4.splat(rate);
  const zero = f32x4.splat(0);
  const end = (<usize>count) << 4;
  for (let at: usize = 0; at < end; at += 16) {
    const column = <usize>load<u16>(list, 2);
    const dWeight = f32x4.mul(rates, f32x4.pmax(v128.load(at, CONV_OUT), zero));
    v128.store(column, f32x4.sub(v128.load(column, WEIGHT - TRANSPOSED), dWeight), WEIGHT - TRANSPOSED);
    list += 4;
  }
}
