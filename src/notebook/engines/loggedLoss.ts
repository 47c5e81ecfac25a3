import { LOGGED_LOSS_EPSILON as EPSILON } from '../model/loss.ts';

/** The logged loss of one sample (notebook cell 4), in float64. label: 1 or 0. */
export function loggedLossOf(logit: number, label: number): number {
  const prediction = 1 / (1 + Math.exp(-logit));
  return label === 1 ? -Math.log(prediction + EPSILON) : -Math.log(1 - prediction + EPSILON);
}

/**
 * The ratio of the logged loss's gradient with respect to the logit to that of the exact loss, from the probability q
 * that the network gives to the sample's own label: q / (q + 1e-7). One half at q = 1e-7, which is a logit of 16.1 on
 * the wrong side.
 */
export const loggedFactor = (q: number): number => q / (q + EPSILON);

/** The logit towards the label at which the factor is one half, -16.1: there q is 1e-7. */
export const SATURATION_LOGIT = Math.log(EPSILON / (1 - EPSILON));

/** Whether the logged loss has lost more than half of its gradient at this sample. */
export function isSaturated(logit: number, label: number): boolean {
  const towardsLabel = label === 1 ? logit : -logit;
  // At -16 the factor is 0.53, and it grows with the logit.
  if (towardsLabel > -16) return false;
  return loggedFactor(1 / (1 + Math.exp(-towardsLabel))) < 0.5;
}
