import { testedLayers } from '../../gradcheck/selftest/index.ts';
import {
  type Mistake,
  type TestedLayer,
  testedLayer,
  type WrongGradients,
} from '../../gradcheck/selftest/subject.ts';
import { backwardMistakes, type MistakeName, wrongOutput, wrongTap } from '../model/mistakes.ts';
import { type LayerBackwards, layerBackwards } from '../model/network.ts';
import { LAYER_MISTAKES, type LayerMistake, LOGGED } from './layerMistakes.ts';
import { type NetworkInput, networkSpec } from './networkSpec.ts';
import { ACTIVE_PLACE, type NetworkPoint, networkPoint, saturatedPoint } from './points.ts';

type Point = (seed: number) => NetworkPoint;

/** The notebook's network at a point, unchanged or with some of its layers' backward passes replaced. */
const specAt =
  (point: Point, planted: Partial<LayerBackwards> = {}, name?: string) =>
  (seed: number) => {
    const { sample, parameters } = point(seed);
    return networkSpec(sample, parameters, name, { ...layerBackwards, ...planted });
  };

type Wrong = WrongGradients<NetworkInput>;

/** The side of the kernel at every point. */
const SIDE = 5;

/** The name and description of a mistake. */
const told = (mistake: MistakeName): Pick<Mistake, 'name' | 'what'> => {
  const { name, what } = backwardMistakes[mistake];
  return { name, what: what(SIDE) };
};

/** The right gradient with one element multiplied by 1.0005; its position depends on the kernel's side. */
const oneElement = (
  mistake: MistakeName,
  input: NetworkInput,
  flat: (side: number) => number,
  element: string,
): Wrong => ({
  ...told(mistake),
  element,
  gradients: (tf, _inputs, _dy, right) => {
    const { shape, size } = right[input];
    const side = right.kernel.shape[0]!;
    const error = tf.reshape(tf.equal(tf.range(0, size), flat(side)).cast('float32'), shape);
    return { [input]: tf.mul(right[input], tf.add(1, tf.mul(error, 0.0005))) };
  },
});
const KERNEL_ELEMENT = oneElement('kernelElement', 'kernel', wrongTap, 'kernel[2,3,0,0]');

/** Mistakes in whole gradients. */
export const GRADIENT_MISTAKES: readonly Wrong[] = [
  {
    ...told('twice'),
    gradients: (tf, _inputs, _dy, { kernel }) => ({ kernel: tf.mul(2, kernel) }),
  },
  {
    ...told('negated'),
    gradients: (tf, _inputs, _dy, { weight }) => ({ weight: tf.neg(weight) }),
  },
  {
    ...told('averaged'),
    gradients: (tf, _inputs, _dy, { kernel, weight }) => ({ kernel: tf.div(kernel, weight.size) }),
  },
  {
    ...told('noBias'),
    gradients: (tf, _inputs, _dy, { bias }) => ({ bias: tf.zerosLike(bias) }),
  },
  {
    ...told('missingRow'),
    gradients: (tf, _inputs, _dy, { kernel }) => {
      const side = kernel.shape[0]!;
      const computed = tf
        .range(0, side)
        .less(side - 1)
        .cast('float32');
      return { kernel: tf.mul(kernel, tf.reshape(computed, [side, 1, 1, 1])) };
    },
  },
  {
    name: 'kernel gradient without its channel axes',
    what: 'dKernel of shape [5,5] in place of [5,5,1,1]',
    gradients: (tf, _inputs, _dy, { kernel }) => ({ kernel: tf.reshape(kernel, [5, 5]) }),
  },
  KERNEL_ELEMENT,
  oneElement('weightElement', 'weight', wrongOutput, `weight[${ACTIVE_PLACE},0]`),
];

const dyLeftOut: Mistake = {
  name: 'dy left out',
  what: 'the gradients for dy = 1, whatever dy is',
  spec: (seed) => {
    const twin = specAt(networkPoint, {}, 'network, dy left out')(seed);
    return { ...twin, backward: (tf, inputs, dy) => twin.backward(tf, inputs, tf.onesLike(dy)) };
  },
};

const layerMistake = (layer: string, point: Point, [mistake, planted]: LayerMistake): Mistake => ({
  ...told(mistake),
  spec: specAt(point, planted, `${layer}, ${told(mistake).name}`),
});

const ordinary = testedLayer('network', specAt(networkPoint), GRADIENT_MISTAKES);

/** One pre-activation is exactly 0, where relu' is 0. */
const atKink: Point = (seed) => networkPoint(seed, [0]);
const AT_KINK = 'network at a kink';
/**
 * Any slope between 0 and 1 is a valid subgradient of ReLU at 0, so `>=` for `>` in the mask is no mistake there; 2 is
 * one.
 */
const twiceAtKink: Mistake = {
  name: 'a ReLU at 0 counted twice',
  what: 'dRelu = 2 dFlat where convOut = 0',
  spec: specAt(
    atKink,
    {
      relu: (tf, convOut, dy) => {
        const at = tf.cast(tf.equal(convOut, 0), 'float32');
        return tf.mul(dy, tf.add(tf.step(convOut), tf.mul(2, at)));
      },
    },
    `${AT_KINK}, a ReLU at 0 counted twice`,
  ),
};
/** Pre-activations 1e-9 above and below 0. */
const nearKinks: Point = (seed) =>
  networkPoint(
    seed,
    Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? 1e-9 : -1e-9)),
  );
const SATURATED = 'network, saturated';

/** The notebook's network at ordinary points, saturated ones, and points at and near a kink of ReLU. */
const networkLayers: readonly TestedLayer[] = [
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
    ...testedLayer(SATURATED, specAt(saturatedPoint), []),
    mistakes: [layerMistake(SATURATED, saturatedPoint, LOGGED)],
  },
  {
    ...testedLayer(AT_KINK, specAt(atKink), []),
    mistakes: [twiceAtKink],
  },
  testedLayer('network, 1e-9 from kinks', specAt(nearKinks), [KERNEL_ELEMENT]),
];

/** All layers that the self-test plants mistakes in. */
export const selfTestSubjects: readonly TestedLayer[] = [...networkLayers, ...testedLayers];
