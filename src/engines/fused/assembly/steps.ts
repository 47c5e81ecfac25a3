import {
  ALL_OUTPUTS,
  BIAS,
  CANDIDATES,
  CONV_OUT,
  DENSE,
  EVALUATED,
  GONE_BACK,
  GRADIENT,
  IMAGES,
  KERNEL,
  LABEL,
  LEARNING_RATE,
  LIMIT,
  LISTED,
  OUT_OF_RANGE,
  OUTPUTS,
  RECORD_BYTES,
  SAMPLES,
  SIDE,
  VECTOR_COUNT,
  WEIGHT,
} from '../layout';
import { backward, forward } from './convolution';
import { backward5, forward5 } from './convolution5';
import { findCandidates, listOf, makeList, squaredDistance, weighList } from './openList';
import { sigmoid } from './sigmoid';

/**
 * Takes `count` steps, from the sample `first` on, from the last sample on to the first; writes each one's logit, f64,
 * at `logits`.
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
  let list: usize = ALL_OUTPUTS;
  let count = load<i32>(OUTPUTS);
  let candidates = -1;
  if ((load<i32>(DENSE) | load<i32>(OUT_OF_RANGE)) === 0) {
    const squaredWay = squaredDistance(record);
    if (squaredWay < load<f64>(record, LIMIT)) {
      list = listOf(record);
      count = load<i32>(record, LISTED);
    } else {
      candidates = findCandidates(record, squaredWay);
      if (candidates >= 0) {
        list = CANDIDATES;
        count = candidates;
      }
    }
  }
  const isSide5 = load<i32>(SIDE) === 5;
  const sum = isSide5 ? forward5(record, list, count) : forward(record, list, count);
  if (candidates >= 0) makeList(record, candidates);
  else weighList(record, count);
  store<i32>(EVALUATED, load<i32>(EVALUATED) + count);
  // logit = flatOut . weight + bias
  const logit = sum + load<f32>(BIAS);
  // dLogit = prediction - label
  const dLogit = sigmoid(logit) - load<f32>(record, LABEL);
  // No gradient, no update: so it is in float32 from a logit of 17.4 on, with label 1.
  if (dLogit === 0) return logit;
  if (isSide5) backward5(record, list, count);
  else backward(record, list, count);
  store<i32>(GONE_BACK, load<i32>(GONE_BACK) + count);
  const rate = load<f32>(LEARNING_RATE) * dLogit;
  updateWeight(list, count, rate);
  store<f32>(BIAS, load<f32>(BIAS) - rate);
  const bytes = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  const rates = f32x4.splat(rate);
  for (let v: usize = 0; v < bytes; v += 16) {
    // dKernel = dLogit * GRADIENT
    v128.store(v, f32x4.sub(v128.load(v, KERNEL), f32x4.mul(rates, v128.load(v, GRADIENT))), KERNEL);
  }
  return logit;
}

/** dWeight = dLogit * flatOut */
function updateWeight(list: usize, count: i32, rate: f32): void {
  const rates = f32x4.splat(rate);
  const zero = f32x4.splat(0);
  const end = (<usize>count) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(at, f32x4.mul(rates, f32x4.pmax(v128.load(at, CONV_OUT), zero)), CONV_OUT);
  }
  for (let at: usize = 0; at < end; at += 4) {
    const first = <usize>load<u16>(list + at);
    store<f32>(first, load<f32>(first, WEIGHT) - load<f32>(at, CONV_OUT), WEIGHT);
  }
}
