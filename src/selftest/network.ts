import { type NetworkInput, networkSpec } from '../compare/networkSpec.ts';
import { loggedLoss } from '../model/loss.ts';
import { type LayerBackwards, layerBackwards } from '../model/network.ts';
import type { Tensor2D, Tensor4D, TF } from '../model/tf.ts';
import { type NetworkPoint, networkPoint, saturatedPoint } from './points.ts';
import { type Mistake, type Subject, subject, type WrongGradients } from './subject.ts';

type Point = (seed: number) => NetworkPoint;

/** The notebook's network at a point, right or with some of its layers' backwards replaced. */
const specAt =
  (point: Point, planted: Partial<LayerBackwards> = {}, name?: string) =>
  (seed: number) => {
    const { sample, parameters } = point(seed);
    return networkSpec(sample, parameters, name, { ...layerBackwards, ...planted });
  };

const right = layerBackwards;
const RATE = 0.1;

type LayerMistake = [name: string, what: string, planted: Partial<LayerBackwards>];

const LAYER_MISTAKES: readonly LayerMistake[] = [
  [
    'p - y with y flipped',
    'dLogit = p - (1 - y)',
    { loss: (tf, prediction, label) => tf.sub(prediction, tf.sub(1, label)) },
  ],
  ['y - p', 'dLogit = y - p', { loss: (tf, prediction, label) => tf.sub(label, prediction) }],
  [
    "sigmoid' once too often",
    'dLogit = (p - y) p (1 - p), which belongs to the squared error',
    {
      loss: (tf, prediction, label) =>
        tf.mul(tf.sub(prediction, label), tf.mul(prediction, tf.sub(1, prediction))),
    },
  ],
  ['missing ReLU mask', 'dRelu = dFlat', { relu: (_tf, _convOut, dy) => dy }],
  [
    'mask on the wrong tensor',
    'dRelu = dFlat where dFlat > 0, in place of convOut > 0',
    { relu: (tf, _convOut, dy) => tf.relu(dy) },
  ],
  [
    'mask inverted',
    'dRelu = dFlat where convOut <= 0',
    { relu: (tf, convOut, dy) => tf.mul(dy, tf.sub(1, tf.step(convOut))) },
  ],
  [
    'updated weight',
    'dFlat from the weight after its update',
    {
      dense: (tf, flatOut, weight, dLogit) => {
        const gradients = right.dense(tf, flatOut, weight, dLogit);
        const updated = tf.sub(weight, tf.mul(RATE, gradients.dWeight));
        return { ...gradients, dFlat: tf.matMul(dLogit, updated, false, true) };
      },
    },
  ],
  [
    'stale weight',
    'dFlat from the weight of the step before, which had moved it by the gradient of another sample',
    {
      dense: (tf, flatOut, weight, dLogit) => {
        const stale = tf.add(weight, tf.mul(RATE, tf.reverse(flatOut, 1).transpose()));
        return {
          ...right.dense(tf, flatOut, weight, dLogit),
          dFlat: tf.matMul(dLogit, stale, false, true),
        };
      },
    },
  ],
  [
    'window off by one',
    'dKernel[a,b] from image[i+a+1, j+b]',
    { convolution: (tf, image, dy) => right.convolution(tf, shiftedUp(tf, image), dy) },
  ],
  [
    'kernel gradient transposed',
    'dKernel[b,a] in place of dKernel[a,b]',
    { convolution: (tf, image, dy) => tf.transpose(right.convolution(tf, image, dy), [1, 0, 2, 3]) },
  ],
  [
    'kernel gradient flipped',
    'dKernel[4-a,4-b]: convolution in place of correlation',
    { convolution: (tf, image, dy) => tf.reverse4d(right.convolution(tf, image, dy), [0, 1]) },
  ],
];

/** The image with every row one place up, zeros below. */
const shiftedUp = (tf: TF, image: Tensor4D): Tensor4D => {
  const [count, height, width] = image.shape;
  const rows = tf.slice4d(image, [0, 1, 0, 0], [count, height - 1, width, 1]);
  return tf.pad4d(rows, [
    [0, 0],
    [0, 1],
    [0, 0],
    [0, 0],
  ]);
};

type Wrong = WrongGradients<NetworkInput>;

/** The right gradient with one element 1.0005 times what it should be. */
const oneElement = (input: NetworkInput, flat: number, element: string): Wrong => ({
  name: `one ${input} element wrong by 0.05 %`,
  what: `${element} is 1.0005 times what it should be`,
  element,
  gradients: (tf, _inputs, _dy, right) => {
    const { shape, size } = right[input];
    const error = tf.reshape(tf.oneHot([flat], size), shape);
    return { [input]: tf.mul(right[input], tf.add(1, tf.mul(error, 0.0005))) };
  },
});
const KERNEL_ELEMENT = oneElement('kernel', 13, 'kernel[2,3,0,0]');

const GRADIENT_MISTAKES: readonly Wrong[] = [
  {
    name: 'factor 2',
    what: 'dKernel is twice what it should be',
    gradients: (tf, _inputs, _dy, { kernel }) => ({ kernel: tf.mul(2, kernel) }),
  },
  {
    name: 'factor -1',
    what: 'dWeight has the wrong sign',
    gradients: (tf, _inputs, _dy, { weight }) => ({ weight: tf.neg(weight) }),
  },
  {
    name: 'factor 1/N',
    what: 'dKernel is averaged over the 144 places of the window, not summed',
    gradients: (tf, _inputs, _dy, { kernel }) => ({ kernel: tf.div(kernel, 144) }),
  },
  {
    name: 'no bias gradient',
    what: 'dBias = 0',
    gradients: (tf, _inputs, _dy, { bias }) => ({ bias: tf.zerosLike(bias) }),
  },
  {
    name: 'one row never computed',
    what: 'the loop over the kernel ends one row early: dKernel[4,b] = 0',
    gradients: (tf, _inputs, _dy, { kernel }) => ({
      kernel: tf.mul(kernel, tf.tensor4d([1, 1, 1, 1, 0], [5, 1, 1, 1])),
    }),
  },
  {
    name: 'kernel gradient without its channel axes',
    what: 'dKernel of shape [5,5] in place of [5,5,1,1]',
    gradients: (tf, _inputs, _dy, { kernel }) => ({ kernel: tf.reshape(kernel, [5, 5]) }),
  },
  KERNEL_ELEMENT,
  oneElement('weight', 100, 'weight[100,0]'),
];

const dyLeftOut: Mistake = {
  name: 'dy left out',
  what: 'the gradients for dy = 1, whatever dy is',
  spec: (seed) => {
    const twin = specAt(networkPoint, {}, 'network, dy left out')(seed);
    return { ...twin, backward: (tf, inputs, dy) => twin.backward(tf, inputs, tf.onesLike(dy)) };
  },
};

const layerMistake = (layer: string, point: Point, [name, what, planted]: LayerMistake): Mistake => ({
  name,
  what,
  spec: specAt(point, planted, `${layer}, ${name}`),
});

const ordinary = subject('network', specAt(networkPoint), GRADIENT_MISTAKES);

/** dLogit of the loss that the notebook logs: autodiff of it. */
const loggedGradient = (tf: TF, prediction: Tensor2D, label: Tensor2D): Tensor2D => {
  // dz = dp p (1 - p)
  const dPrediction = tf.grad((p) => loggedLoss(tf, p as Tensor2D, label))(prediction);
  return tf.mul(dPrediction, tf.mul(prediction, tf.sub(1, prediction)));
};
const LOGGED: LayerMistake = [
  'gradient of the logged loss',
  'dLogit of the loss with 1e-7 in its logarithms, in place of p - y',
  { loss: loggedGradient },
];

/** One pre-activation exactly 0: there relu' is 0. */
const atKink: Point = (seed) => networkPoint(seed, [0]);
const AT_KINK = 'network at a kink';
/** Pre-activations 1e-9 above and below 0. */
const nearKinks: Point = (seed) =>
  networkPoint(
    seed,
    Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? 1e-9 : -1e-9)),
  );
const SATURATED = 'network, saturated';

/** The notebook's network: ordinary points, saturated ones, and those at and near a kink of ReLU. */
export const networkSubjects: readonly Subject[] = [
  {
    ...ordinary,
    mistakes: [
      ...LAYER_MISTAKES.map((mistake) => layerMistake('network', networkPoint, mistake)),
      ...ordinary.mistakes,
      layerMistake('network', networkPoint, LOGGED),
      dyLeftOut,
    ],
  },
  {
    ...subject(SATURATED, specAt(saturatedPoint), []),
    mistakes: [layerMistake(SATURATED, saturatedPoint, LOGGED)],
  },
  {
    ...subject(AT_KINK, specAt(atKink), []),
    mistakes: [
      layerMistake(AT_KINK, atKink, [
        '>= for > in the mask',
        'dRelu = dFlat where convOut >= 0',
        { relu: (tf, convOut, dy) => tf.mul(dy, tf.cast(tf.greaterEqual(convOut, 0), 'float32')) },
      ]),
    ],
  },
  subject('network, 1e-9 from kinks', specAt(nearKinks), [KERNEL_ELEMENT]),
];
