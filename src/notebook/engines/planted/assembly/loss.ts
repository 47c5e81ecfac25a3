import { FLIPPED_LABEL, LABEL_MINUS_PREDICTION, LOGGED_LOSS, SIGMOID_TWICE } from '../numbers';

/** What the notebook adds inside its logarithms. */
const EPSILON: f32 = 1e-7;

/** dLogit = prediction - label, or what a mistake makes of it. */
export function lossBackward(prediction: f32, label: f32, mistake: i32): f32 {
  const slope = prediction * (1 - prediction);
  if (mistake === FLIPPED_LABEL) return prediction - (1 - label);
  if (mistake === LABEL_MINUS_PREDICTION) return label - prediction;
  if (mistake === SIGMOID_TWICE) return (prediction - label) * slope;
  // dPrediction of -y log(p + 1e-7) - (1 - y) log(1 - p + 1e-7), times p (1 - p)
  if (mistake === LOGGED_LOSS) {
    return ((1 - label) / (1 - prediction + EPSILON) - label / (prediction + EPSILON)) * slope;
  }
  return prediction - label;
}
