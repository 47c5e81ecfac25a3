import { finite, finiteOrNull, overAllowed } from '../../numerics/finite.ts';
import type { Precision } from '../../numerics/ieee.ts';
import type { Chain, Hop } from '../../results/chain.ts';
import type { HopName } from '../../results/hopNames.ts';
import type { TF } from '../../tfjs/types.ts';
import { IMAGE_PIXELS, IMAGE_SIDE, type Samples } from '../data/images.ts';
import { referenceBackward, referenceBuffers, referenceForward } from '../engines/reference.ts';
import { backwardMistakes } from '../model/mistakes.ts';
import { type LayerBackwards, layerBackwards, manualGradients } from '../model/network.ts';
import { type Parameters, sideOf, toTensors } from '../model/parameters.ts';
import { ErrorModel } from './bounds.ts';
import type { ChosenStep } from './finiteDifferences.ts';
import { plantedInNetwork } from './layerMistakes.ts';

type PerHop<Value> = Record<HopName, Value>;

/**
 * The gradients of a backward pass, hop by hop: dLogit [2] (itself and dBias), dWeight [m], dRelu [m], dKernel [k*k].
 */
type Hops = PerHop<ArrayLike<number>>;

/** The manual side, with the gradient that reaches the ReLU: where that is 0, the mask has no visible effect. */
interface ManualHops extends Hops {
  readonly dFlat: ArrayLike<number>;
}

/** One sample with the parameters of its step, and the hops computed from them by the reference. */
interface Step {
  readonly image: Float32Array;
  readonly label: number;
  readonly parameters: Parameters;
  readonly reference: Hops;
  /** The allowed error of the manual side. */
  readonly allowed: Hops;
  /** [m] whether the pre-activation is above 0 */
  readonly open: readonly boolean[];
}

/** Follows the backward pass of each chosen step from hop to hop, once unchanged and once with each planted mistake. */
export function followChains(
  tf: TF,
  precision: Precision,
  samples: Samples,
  chosen: readonly ChosenStep[],
  layers: LayerBackwards = layerBackwards,
): Chain[] {
  return chosen.map(({ step: { place, parameters, logit, open }, reason }) => {
    const step = stepAt(precision, samples, place.sample, parameters);
    const manual = manualHops(tf, step, layers);
    return {
      precision,
      ...place,
      reason,
      label: step.label,
      logit,
      open,
      hops: perHop((name) =>
        hopOf(manual[name], step.reference[name], step.allowed[name], indexOf(name, step)),
      ),
      maskDisagreements: maskDisagreements(manual, step.open),
      planted: plantedInNetwork.map(([mistake, planted]) => {
        const { name, what } = backwardMistakes[mistake];
        const wrong = manualHops(tf, step, { ...layerBackwards, ...planted });
        const over = (hop: HopName) =>
          hopOf(wrong[hop], step.reference[hop], step.allowed[hop], (at) => [at]).maxOverAllowed;
        return {
          name,
          what: what(sideOf(parameters.kernel)),
          maxOverAllowed: perHop(over),
          maskDisagreements: maskDisagreements(wrong, step.open),
        };
      }),
    };
  });
}

const perHop = <Value>(of: (name: HopName) => Value): PerHop<Value> => ({
  dLogit: of('dLogit'),
  dWeight: of('dWeight'),
  dRelu: of('dRelu'),
  dKernel: of('dKernel'),
});

/** Maps a flat position to the index in the hop's own shape. */
const indexOf = (name: HopName, { parameters: { kernel, weight } }: Step): ((at: number) => number[]) => {
  if (name === 'dLogit' || name === 'dWeight') return (at) => [at];
  const side = sideOf(name === 'dKernel' ? kernel : weight);
  return (at) => [Math.floor(at / side), at % side];
};

/** The reference's hops at a step, and the error bounds of a side that shares only the parameters with it. */
function stepAt(precision: Precision, samples: Samples, sample: number, parameters: Parameters): Step {
  const size = sideOf(parameters.kernel);
  const offset = sample * IMAGE_PIXELS;
  const label = samples.labels[sample]!;
  const { activations, gradients } = referenceBuffers(size);
  referenceForward(parameters, samples.pixels, offset, activations);
  const dLogit = activations.prediction - label;
  referenceBackward(parameters, samples.pixels, offset, activations, dLogit, gradients);
  const model = new ErrorModel(size, precision);
  model.measure(parameters, samples.pixels, offset, activations);
  const dLogitError = model.dLogitError(activations.logit, false);
  const bounds = model.bounds(activations, dLogit, dLogitError, false);
  // The reference's own float64 rounding only matters next to another float64 side.
  const sides = precision === 'float64' ? 2 : 1;
  const room = (bound: Float64Array) => bound.map((one) => sides * one);
  const open = Array.from(activations.convOut, (value) => value > 0);
  return {
    image: samples.pixels.slice(offset, offset + IMAGE_PIXELS),
    label,
    parameters,
    open,
    reference: {
      dLogit: [dLogit, gradients.dBias],
      dWeight: gradients.dWeight,
      // dRelu = dLogit * weight where convOut > 0, else 0
      dRelu: parameters.weight.map((weight, at) => (open[at] ? dLogit * weight : 0)),
      dKernel: gradients.dKernel,
    },
    allowed: {
      dLogit: room(Float64Array.of(dLogitError, dLogitError)),
      dWeight: room(bounds.weight),
      dRelu: room(model.dRelu(parameters, activations, dLogit, dLogitError)),
      dKernel: room(bounds.kernel),
    },
  };
}

/** The gradients that the given layers pass from one to the next. */
function manualHops(tf: TF, { image, label, parameters }: Step, layers: LayerBackwards): ManualHops {
  const heard: { dLogit?: number; dFlat?: ArrayLike<number>; dRelu?: ArrayLike<number> } = {};
  const overheard: LayerBackwards = {
    ...layers,
    loss: (tf, prediction, label) => {
      const out = layers.loss(tf, prediction, label);
      heard.dLogit = out.dataSync()[0]!;
      return out;
    },
    relu: (tf, convOut, dy) => {
      const out = layers.relu(tf, convOut, dy);
      heard.dFlat = dy.dataSync();
      heard.dRelu = out.dataSync();
      return out;
    },
  };
  let hops: ManualHops | undefined;
  tf.tidy(() => {
    const pixels = tf.tensor4d(image, [1, IMAGE_SIDE, IMAGE_SIDE, 1]);
    const target = tf.tensor2d([label], [1, 1]);
    const gradients = manualGradients(tf, toTensors(tf, parameters), pixels, target, overheard);
    const { dLogit, dFlat, dRelu } = heard;
    if (dLogit === undefined || dFlat === undefined || dRelu === undefined)
      throw new Error(
        'followChains: expected the backward pass to use every layer, got one that it left out',
      );
    hops = {
      dLogit: [dLogit, gradients.dBias.dataSync()[0]!],
      dWeight: gradients.dWeight.dataSync(),
      dFlat,
      dRelu,
      dKernel: gradients.dKernel.dataSync(),
    };
  });
  if (hops === undefined) throw new Error('tidy: expected it to call its function, got no values');
  return hops;
}

/** Compares the two sides of a hop with the allowed error. */
function hopOf(
  manual: ArrayLike<number>,
  reference: ArrayLike<number>,
  allowed: ArrayLike<number>,
  indexOf: (at: number) => number[],
): Hop {
  let maxAbs = 0;
  let maxOverAllowed = 0;
  let worst = 0;
  for (let at = 0; at < reference.length; at++) {
    if (manual[at] === reference[at]) continue;
    const distance = Math.abs(manual[at]! - reference[at]!);
    const over = overAllowed(distance, allowed[at]!);
    maxAbs = Math.max(maxAbs, finite(distance));
    if (over <= maxOverAllowed) continue;
    maxOverAllowed = over;
    worst = at;
  }
  return {
    maxAbs,
    maxOverAllowed,
    worst: {
      index: indexOf(worst),
      manual: finiteOrNull(manual[worst]!),
      reference: finiteOrNull(reference[worst]!),
      allowed: allowed[worst]!,
    },
  };
}

/**
 * Number of places where the manual ReLU passed a gradient that exact arithmetic blocks, or blocked one that it passes.
 */
const maskDisagreements = ({ dFlat, dRelu }: ManualHops, open: readonly boolean[]): number =>
  open.filter((isOpen, at) => dFlat[at] !== 0 && (dRelu[at] !== 0) !== isOpen).length;
