import { CONV_OUT, D_RELU, LEARNING_RATE, SIDE, STALE, WEIGHT, WRONG_OUTPUT } from '../layout';
import {
  INVERTED_MASK,
  MASK_OF_GRADIENT,
  MISSING_MASK,
  NEGATED,
  OPEN_AT_ZERO,
  STALE_WEIGHT,
  UPDATED_WEIGHT,
  WEIGHT_ELEMENT,
} from '../numbers';

/** From dLogit to D_RELU, through dense layer and ReLU, and the update of the weight on the way. */
export function outputsBackward(dLogit: f32, mistake: i32): void {
  const width = <usize>(17 - load<i32>(SIDE));
  const zero = f32x4.splat(0);
  const dLogits = f32x4.splat(dLogit);
  const rate = load<f32>(LEARNING_RATE);
  const rates = f32x4.splat(mistake === NEGATED ? -rate : rate);
  for (let i: usize = 0; i < width; i++) {
    const row = i << 6;
    for (let at = row; at < row + (width << 2); at += 16) {
      const convOut = v128.load(at, CONV_OUT);
      const weight = v128.load(at, WEIGHT);
      // dWeight = dLogit * flatOut
      const dWeight = f32x4.mul(dLogits, f32x4.pmax(convOut, zero));
      const updated = f32x4.sub(weight, f32x4.mul(rates, dWeight));
      // dFlat = dLogit * weight
      let used = weight;
      if (mistake === UPDATED_WEIGHT) used = updated;
      if (mistake === STALE_WEIGHT) used = v128.load(at, STALE);
      const dFlat = f32x4.mul(dLogits, used);
      // dRelu = dFlat where convOut > 0
      v128.store(at, v128.and(dFlat, mask(convOut, dFlat, mistake)), D_RELU);
      v128.store(at, weight, STALE);
      v128.store(at, updated, WEIGHT);
    }
  }
  if (mistake === WEIGHT_ELEMENT) {
    const at = (<usize>load<i32>(WRONG_OUTPUT)) << 2;
    const dWeight = dLogit * Mathf.max(0, load<f32>(at, CONV_OUT));
    store<f32>(at, load<f32>(at, WEIGHT) - rate * (0.0005 * dWeight), WEIGHT);
  }
}

/** Where ReLU lets the gradient pass, or a mistake lets it. */
function mask(convOut: v128, dFlat: v128, mistake: i32): v128 {
  const zero = f32x4.splat(0);
  if (mistake === MISSING_MASK) return i32x4.splat(-1);
  if (mistake === MASK_OF_GRADIENT) return f32x4.gt(dFlat, zero);
  if (mistake === INVERTED_MASK) return f32x4.le(convOut, zero);
  if (mistake === OPEN_AT_ZERO) return f32x4.ge(convOut, zero);
  return f32x4.gt(convOut, zero);
}
