import { call, input } from '../expression.ts';
import type { Choices, Domain } from '../generate/choices.ts';
import type { Signature } from './signature.ts';

const x = input('x');
const filter = input('filter');

const oneOrEach = (choices: Choices, axes: number, high: number): number | number[] =>
  choices.flag() ? Array.from({ length: axes }, () => choices.between(1, high)) : choices.between(1, high);

/** Images with sides of 1 to 5 pixels, some with several channels, some in batches. */
const imageOf = (choices: Choices, longest = 5): [number, number, number, number] => [
  choices.between(1, 2),
  choices.between(1, longest),
  choices.between(1, longest),
  choices.between(1, 2),
];

/** A window, as one number or one for each axis, that is no longer than any axis. */
function windowOf(choices: Choices, sides: readonly number[], high: number): number | number[] {
  const window = oneOrEach(choices, sides.length, high);
  return typeof window === 'number'
    ? Math.min(window, ...sides)
    : window.map((length, axis) => Math.min(length, sides[axis]!));
}

const pool = (kernel: string, op: string, domains: readonly Domain[]): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const deep = op.endsWith('3d');
    const flat = imageOf(choices);
    const image = deep ? [flat[0], choices.between(1, 4), ...flat.slice(1)] : flat;
    const window = windowOf(choices, image.slice(1, -1), 3);
    const strides = oneOrEach(choices, deep ? 3 : 2, 3);
    const pad = choices.pick(['valid', 'same', 1, 0] as const);
    return {
      attributes: { window, strides, pad },
      inputs: { x: choices.values(image, choices.pick(domains)) },
      expression: call(op, x, window, strides, pad),
    };
  },
});

const BOTH_SIGNS: Domain = [-2, 2];

const resize = (kernel: string, op: string): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const image = imageOf(choices);
    const to = [choices.between(1, 6), choices.between(1, 6)];
    const [alignCorners, halfPixelCenters] = choices.pick([
      [false, false],
      [true, false],
      [false, true],
    ]);
    return {
      attributes: { to, alignCorners, halfPixelCenters },
      inputs: { x: choices.values(image) },
      expression: call(op, x, to, alignCorners, halfPixelCenters),
    };
  },
});

const dilation2d: Signature = {
  kernel: 'Dilation2D',
  op: 'dilation2d',
  draw: (choices) => {
    const image = imageOf(choices);
    const window = [choices.between(1, Math.min(3, image[1])), choices.between(1, Math.min(3, image[2]))];
    const strides = choices.between(1, 2);
    const pad = choices.pick(['valid', 'same'] as const);
    const dilations = choices.pick([1, 1, 2]);
    return {
      attributes: { strides, pad, dilations },
      inputs: {
        x: choices.values(image, choices.pick([BOTH_SIGNS, [-4, -1] as const])),
        filter: choices.values([...window, image[3]]),
      },
      expression: call('dilation2d', x, filter, strides, pad, dilations),
    };
  },
};

const cropAndResize: Signature = {
  kernel: 'CropAndResize',
  op: 'image.cropAndResize',
  draw: (choices) => {
    const image = imageOf(choices);
    // Sixteenths are exact in single precision, so that halves are halves in both precisions.
    const edge = (from: number): number => (from + choices.below(7)) / 16;
    const boxes = Array.from({ length: choices.between(1, 2) }, () => [edge(1), edge(1), edge(8), edge(8)]);
    const of = boxes.map(() => choices.below(image[0]));
    const size = [choices.between(1, 4), choices.between(1, 4)];
    const method = choices.pick(['bilinear', 'nearest'] as const);
    return {
      attributes: { boxes, size, method },
      inputs: { x: choices.values(image) },
      expression: call('image.cropAndResize', x, boxes, of, size, method),
    };
  },
};

const transform: Signature = {
  kernel: 'Transform',
  op: 'image.transform',
  draw: (choices) => {
    const image = imageOf(choices);
    const part = (): number => (choices.below(9) - 4) / 10 + 0.03;
    const transforms = [[1 + part(), part(), part(), part(), 1 + part(), part(), 0, 0]];
    const interpolation = choices.pick(['nearest', 'bilinear'] as const);
    return {
      attributes: { transforms, interpolation },
      inputs: { x: choices.values(image) },
      expression: call('image.transform', x, transforms, interpolation),
    };
  },
};

const depthToSpace: Signature = {
  kernel: 'DepthToSpace',
  op: 'depthToSpace',
  draw: (choices) => {
    const block = choices.between(2, 3);
    const [batch, height, width, channels] = imageOf(choices, 2);
    return {
      attributes: { block },
      inputs: { x: choices.values([batch, height, width, channels * block * block]) },
      expression: call('depthToSpace', x, block),
    };
  },
};

/** Windows over images and volumes, and images enlarged, reduced and rotated. */
export const images: readonly Signature[] = [
  pool('MaxPool', 'maxPool', [BOTH_SIGNS, [-4, -1]]),
  pool('AvgPool', 'avgPool', [BOTH_SIGNS]),
  pool('MaxPool3D', 'maxPool3d', [BOTH_SIGNS, [-4, -1]]),
  pool('AvgPool3D', 'avgPool3d', [BOTH_SIGNS]),
  resize('ResizeBilinear', 'image.resizeBilinear'),
  resize('ResizeNearestNeighbor', 'image.resizeNearestNeighbor'),
  dilation2d,
  cropAndResize,
  transform,
  depthToSpace,
];
