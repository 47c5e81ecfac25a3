// AssemblyScript, compiled by scripts/assembly.mjs: training with a mistake in the backward pass, inside its own memory,
// whose layout is in ../layout.ts. Every output is evaluated at every step, as what skipping goes by holds for the right
// gradient alone. Beside the fused kernel, not in it, so that this one stays as small and as fast as it is.

import { sigmoid } from '../../fused/assembly/sigmoid';
import { BIAS, IMAGES, LABEL, LEARNING_RATE, RECORD_BYTES, SAMPLES } from '../layout';
import { NO_BIAS } from '../numbers';
import { forward, kernelBackward, updateKernel } from './convolution';
import { lossBackward } from './loss';
import { outputsBackward } from './outputs';

/**
 * Takes `count` steps with a mistake, from the sample `first` on, after the last sample on from the first; writes each
 * one's logit, f64, from `logits` on.
 */
export function advance(first: i32, count: i32, logits: usize, mistake: i32): void {
  const end: usize = IMAGES + load<i32>(SAMPLES) * RECORD_BYTES;
  let record: usize = IMAGES + first * RECORD_BYTES;
  for (const last = logits + ((<usize>count) << 3); logits < last; logits += 8) {
    store<f64>(logits, <f64>step(record, mistake));
    record += RECORD_BYTES;
    if (record === end) record = IMAGES;
  }
}

/** One sample: forward, backward, update. Returns the logit before the update. */
function step(record: usize, mistake: i32): f32 {
  const logit = forward(record) + load<f32>(BIAS);
  const dLogit = lossBackward(sigmoid(logit), load<f32>(record, LABEL), mistake);
  outputsBackward(dLogit, mistake);
  kernelBackward(record, mistake);
  updateKernel(mistake);
  if (mistake !== NO_BIAS) store<f32>(BIAS, load<f32>(BIAS) - load<f32>(LEARNING_RATE) * dLogit);
  return logit;
}

/** Where the memory is free of AssemblyScript's own data: at most the first address of the layout. */
export function ownBytes(): usize {
  return __heap_base;
}
