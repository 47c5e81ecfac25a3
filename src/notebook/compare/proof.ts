import {
  type ExactInput,
  type ExactResult,
  exactCheck,
  exactIdentity,
  type IdentityResult,
} from '../../gradcheck/exact/index.ts';
import type { Tensor, TF } from '../../gradcheck/types.ts';
import { finiteOrNull } from '../../numerics/finite.ts';
import { uniformNumbers } from '../../numerics/random.ts';
import type { CompareResult, ExactPart, Verdict } from '../../results/compare.ts';
import type { ParameterName } from '../../results/shared.ts';
import type { Tensor2D, Tensor4D } from '../../tfjs/types.ts';
import { IMAGE_PIXELS, IMAGE_SIDE } from '../data/images.ts';
import { autodiffGradients } from '../engines/autodiff.ts';
import { descend } from '../engines/tensors.ts';
import {
  LOGGED_LOSS_EPSILON,
  labelTensors,
  loggedLosses,
  logitsLoss,
  logitsLossBackward,
  sigmoid,
} from '../model/loss.ts';
import {
  forward,
  type LayerBackwards,
  layerBackwards,
  manualGradients,
  type ParameterTensors,
} from '../model/network.ts';
import { type Parameters, sideOf } from '../model/parameters.ts';

type Exact = CompareResult['exact'];
type Tensors = Record<string, Tensor>;

export interface ProofOptions {
  readonly seed?: number;
  /** The layers' backward passes (default: the network's own). */
  readonly layers?: LayerBackwards;
  /** TensorFlow.js in double precision, which computes with residues; needed if `tf` is in single precision. */
  readonly arithmetic?: TF;
}

/**
 * Makes the chance of a false proof less than 2^-100: for the gradient with any kernel, for the update with kernels of
 * 2x2 and larger. One lane of all six decisions costs about 20 ms.
 */
const LANES = 17;
const LABELS = [1, 0] as const;

/**
 * Decides over finite fields whether the hand-written backward pass is the derivative of the forward pass, whether an
 * update subtracts the learning rate times autodiff's gradient from every parameter, and whether the gradient of the
 * logged loss is q / (q + 1e-7) times the notebook's. Image, parameters, learning rate and logit are random numbers of
 * the field, so a proof holds for all of them; the label is 1, then 0.
 *
 * @param tf runs the network's own kernels, on any backend; in single precision if `arithmetic` is given
 * @param parameters the point whose branches are taken, and at which a refutation is shown
 * @throws RangeError if neither `tf` nor `arithmetic` computes in double precision
 */
export function proveNetwork(
  tf: TF,
  parameters: Parameters,
  { seed = 1, layers = layerBackwards, arithmetic }: ProofOptions = {},
): Omit<Exact, 'trained'> {
  const options = { lanes: LANES, seed };
  const inputs = networkInputs(parameters, seed);
  const on = <Subject>(subject: Subject) => ({ ...subject, arithmetic });
  const gradients = LABELS.map((label) =>
    exactCheck(tf, on(gradientSubject(inputs, label, layers)), options),
  );
  const updates = LABELS.map((label) => exactIdentity(tf, on(updateSubject(inputs, label, layers)), options));
  const laws = LABELS.map((label) => exactIdentity(tf, on(loggedSubject(label)), options));
  const worst = worstOf(gradients);
  return {
    ...partOf(gradients),
    lanes: LANES,
    degree: worst.degree,
    patterns: patternsOf(worst),
    wrong: worst.elements.map(({ input, index, yours, autodiff }) => ({
      parameter: input as ParameterName,
      index: [...index],
      manual: finiteOrNull(yours),
      autodiff: finiteOrNull(autodiff),
    })),
    update: partOf(updates),
    logged: partOf(laws),
  };
}

/** A refutation means a wrong gradient, except for the law of the logged loss; without a proof the numbers decide. */
export const judgeProof = ({ logged, ...exact }: Exact): { verdict: Verdict }[] => [
  ...[exact, exact.update, exact.trained, exact.trained.update].map(
    ({ verdict }) => ({ verdict: verdict === 'refuted' ? 'fail' : 'pass' }) as const,
  ),
  { verdict: logged.verdict === 'refuted' ? 'inconclusive' : 'pass' },
];

/** The proof of both networks: in double precision, and the trained one, on its backend in single precision. */
export function proveNetworks(
  float64: TF,
  trained: { readonly tf: TF; readonly backend: Exact['trained']['backend'] },
  parameters: Parameters,
  options: Omit<ProofOptions, 'arithmetic'> = {},
): Exact {
  const { verdict, cause, bound, update } = proveNetwork(trained.tf, parameters, {
    ...options,
    arithmetic: float64,
  });
  return {
    ...proveNetwork(float64, parameters, options),
    trained: { backend: trained.backend, verdict, cause, bound, update },
  };
}

type Decided = ExactResult | IdentityResult;

/** From worst to best. */
const ORDER = ['refuted', 'cannot prove', 'not proved', 'proved'] as const;

const isProved = ({ verdict, branches }: Decided): boolean => verdict === 'proved' && branches !== 'point';
const verdictOf = (each: Decided): Decided['verdict'] =>
  each.verdict === 'proved' && !isProved(each) ? 'not proved' : each.verdict;

function worstOf<Result extends Decided>(results: readonly Result[]): Result {
  const rank = (each: Decided): number => ORDER.indexOf(verdictOf(each));
  return results.reduce((worst, each) => (rank(each) < rank(worst) ? each : worst));
}

/** Combines both labels: the worse verdict, the larger bound. */
function partOf(results: readonly Decided[]): ExactPart {
  const worst = worstOf(results);
  const verdict = verdictOf(worst);
  const onOnePattern = verdict !== worst.verdict;
  const bounds = results.map(({ bound }) => bound);
  return {
    verdict,
    cause: onOnePattern ? 'it holds on the ReLU pattern of one point, and not on all of them' : worst.cause,
    bound: verdict !== 'proved' || bounds.includes(null) ? null : Math.max(...(bounds as number[])),
  };
}

function patternsOf(result: Decided): Exact['patterns'] {
  if (isProved(result)) return 'all';
  return result.branches === 'point'
    ? { seen: 1, proved: result.verdict === 'proved' ? 1 : 0 }
    : { seen: 0, proved: 0 };
}

const float = (name: string, shape: number[], values: ArrayLike<number>): ExactInput => ({
  name,
  shape,
  values,
  dtype: 'float32',
});

/**
 * The parameters at their values, and an image of noise: on a digit's black background many ReLUs are exactly at their
 * kink, on noise none is.
 */
function networkInputs({ kernel, weight, bias }: Parameters, seed: number): ExactInput[] {
  const side = sideOf(kernel);
  const random = uniformNumbers(seed);
  const pixels = Float64Array.from({ length: IMAGE_PIXELS }, random);
  return [
    { ...float('image', [1, IMAGE_SIDE, IMAGE_SIDE, 1], pixels), differentiated: false },
    float('kernel', [side, side, 1, 1], kernel),
    float('weight', [weight.length, 1], weight),
    float('bias', [1, 1], [bias]),
  ];
}

const labelOf = (tf: TF, label: number): Tensor2D => tf.tensor2d([label], [1, 1]);
const imageOf = ({ image }: Tensors): Tensor4D => image as Tensor4D;
const parametersOf = (inputs: Tensors): ParameterTensors => inputs as unknown as ParameterTensors;

/** The exact loss on the logit, and its hand-written gradients. */
const gradientSubject = (inputs: ExactInput[], label: number, layers: LayerBackwards) => ({
  inputs,
  forward: (tf: TF, given: Tensors) =>
    logitsLoss(tf, forward(tf, parametersOf(given), imageOf(given)).logit, labelOf(tf, label)),
  backward: (tf: TF, given: Tensors, dy: Tensor) => {
    const gradients = manualGradients(
      tf,
      parametersOf(given),
      imageOf(given),
      labelOf(tf, label),
      layers,
      dy,
    );
    return { kernel: gradients.dKernel, weight: gradients.dWeight, bias: gradients.dBias };
  },
});

/** The parameters after a step of the manual engine, and the parameters minus the rate times autodiff's gradient. */
const updateSubject = (inputs: ExactInput[], label: number, layers: LayerBackwards) => ({
  inputs: [...inputs, float('rate', [1, 1], [0.1])],
  left: (tf: TF, given: Tensors) => {
    const parameters = parametersOf(given);
    const y = labelOf(tf, label);
    const step = manualGradients(tf, parameters, imageOf(given), y, layers, given.rate);
    return joined(tf, descend(tf, parameters, step));
  },
  right: (tf: TF, given: Tensors) => {
    const parameters = parametersOf(given);
    const y = labelOf(tf, label);
    const sample = { image: imageOf(given), ...labelTensors(tf, y) };
    const { logit, dKernel, dWeight, dBias } = autodiffGradients('logits')(tf, parameters, sample);
    logit.dispose();
    const moved = <T extends Tensor>(parameter: T, gradient: Tensor): T =>
      tf.sub(parameter, tf.mul(given.rate!, gradient));
    return joined(tf, {
      kernel: moved(parameters.kernel, dKernel),
      weight: moved(parameters.weight, dWeight),
      bias: moved(parameters.bias, dBias),
    });
  },
});

const joined = (tf: TF, { kernel, weight, bias }: ParameterTensors): Tensor =>
  tf.concat([kernel, weight, bias].map((tensor) => tf.reshape(tensor as Tensor, [-1])));

/**
 * Autodiff of the logged loss with respect to the logit, and q / (q + 1e-7) times the notebook's dLogit, where q is the
 * probability of the label.
 */
const loggedSubject = (label: number) => ({
  inputs: [float('logit', [1, 1], [0.75])],
  left: (tf: TF, { logit }: Tensors) => {
    const loss = (z: Tensor) =>
      loggedLosses(tf, sigmoid(tf, z as Tensor2D), labelTensors(tf, labelOf(tf, label)));
    return tf.grad(loss)(logit!);
  },
  right: (tf: TF, { logit }: Tensors) => {
    const prediction = sigmoid(tf, logit as Tensor2D);
    const q = label === 1 ? prediction : tf.sub(1, prediction);
    const dLogit = logitsLossBackward(tf, prediction, labelOf(tf, label));
    return tf.mul(dLogit, tf.div(q, tf.add(q, LOGGED_LOSS_EPSILON)));
  },
});
