import { call, input } from '../expression.ts';
import type { Choices } from '../generate/choices.ts';
import type { Signature } from './signature.ts';

const x = input('x');
const a = input('a');
const b = input('b');
const filter = input('filter');
const bias = input('bias');

const matMul: Signature = {
  kernel: 'BatchMatMul',
  op: 'matMul',
  draw: (choices) => {
    const [rows, inner, columns] = [choices.between(1, 4), choices.between(1, 4), choices.between(1, 4)];
    const transposeA = choices.flag();
    const transposeB = choices.flag();
    const batch = choices.shape(0, 2, 2);
    const other = choices.pick([batch, batch.slice(1), batch.map((length) => (choices.flag() ? 1 : length))]);
    const [batchOfA, batchOfB] = choices.flag() ? [other, batch] : [batch, other];
    const turned = (flag: boolean, one: number, two: number): number[] => (flag ? [two, one] : [one, two]);
    return {
      attributes: { transposeA, transposeB },
      inputs: {
        a: choices.values([...batchOfA, ...turned(transposeA, rows, inner)]),
        b: choices.values([...batchOfB, ...turned(transposeB, inner, columns)]),
      },
      expression: call('matMul', a, b, transposeA, transposeB),
    };
  },
};

const dot: Signature = {
  kernel: 'BatchMatMul',
  op: 'dot',
  draw: (choices) => {
    const inner = choices.between(1, 4);
    return {
      inputs: {
        a: choices.values([...choices.shape(0, 1), inner]),
        b: choices.values([inner, ...choices.shape(0, 1)]),
      },
      expression: call('dot', a, b),
    };
  },
};

const outerProduct: Signature = {
  kernel: 'BatchMatMul',
  op: 'outerProduct',
  draw: (choices) => ({
    inputs: { a: choices.values(choices.shape(1, 1)), b: choices.values(choices.shape(1, 1)) },
    expression: call('outerProduct', a, b),
  }),
};

const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'elu', 'relu6'] as const;

const fusedMatMul: Signature = {
  kernel: '_FusedMatMul',
  op: 'fused.matMul',
  draw: (choices) => {
    const [rows, inner, columns] = [choices.between(1, 4), choices.between(1, 4), choices.between(1, 4)];
    const activation = choices.pick(ACTIVATIONS);
    const transposeA = choices.flag();
    const transposeB = choices.flag();
    return {
      attributes: { activation, transposeA, transposeB },
      inputs: {
        a: choices.values(transposeA ? [inner, rows] : [rows, inner]),
        b: choices.values(transposeB ? [columns, inner] : [inner, columns]),
        bias: choices.values([columns]),
      },
      expression: call('fused.matMul', { named: { a, b, bias, activation, transposeA, transposeB } }),
    };
  },
};

const EQUATIONS: readonly (readonly [equation: string, operands: readonly string[]])[] = [
  ['ij,jk->ik', ['ij', 'jk']],
  ['ij,kj->ik', ['ij', 'kj']],
  ['bij,bjk->bik', ['bij', 'bjk']],
  ['i,j->ij', ['i', 'j']],
  ['ij,ij->', ['ij', 'ij']],
  ['ij,j->i', ['ij', 'j']],
  ['ij->ji', ['ij']],
  ['ij->i', ['ij']],
  ['ij->', ['ij']],
  ['ij,k->k', ['ij', 'k']],
  ['i,jk->', ['i', 'jk']],
  ['ij,jk->k', ['ij', 'jk']],
];

const einsum: Signature = {
  kernel: 'Einsum',
  op: 'einsum',
  draw: (choices) => {
    const [equation, operands] = choices.pick(EQUATIONS);
    const lengths = new Map([...'bijkl'].map((letter) => [letter, choices.between(1, 3)]));
    const names = ['a', 'b', 'c'].slice(0, operands.length);
    return {
      attributes: { equation },
      inputs: Object.fromEntries(
        names.map((name, at) => [
          name,
          choices.values([...operands[at]!].map((letter) => lengths.get(letter)!)),
        ]),
      ),
      expression: call('einsum', equation, ...names.map(input)),
    };
  },
};

/** One number for all axes, or one for each. */
const perAxis = (choices: Choices, axes: number, high: number): number | number[] =>
  choices.flag() ? Array.from({ length: axes }, () => choices.between(1, high)) : choices.between(1, high);

const sidesOf = (choices: Choices): number[] => [choices.between(0, 2), choices.between(0, 2)];

/** Padding of an image: by name, as a number, or for each side. */
function padOf(choices: Choices): 'valid' | 'same' | number | number[][] {
  const how = choices.pick(['valid', 'same', 'number', 'sides'] as const);
  if (how === 'number') return choices.between(0, 2);
  if (how === 'sides') return [[0, 0], sidesOf(choices), sidesOf(choices), [0, 0]];
  return how;
}

/** An image [batch, height, width, channels] and a filter [height, width] that fits into it. */
function imageOf(choices: Choices): { image: number[]; window: number[] } {
  const height = choices.between(1, 5);
  const width = choices.between(1, 5);
  const image = [choices.between(1, 2), height, width, choices.between(1, 2)];
  return {
    image,
    window: [choices.between(1, Math.min(3, height)), choices.between(1, Math.min(3, width))],
  };
}

const convolution = (kernel: string, op: string): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const { image, window } = imageOf(choices);
    const strides = perAxis(choices, 2, 3);
    const pad = padOf(choices);
    // If the dilated filter is larger than the image, the op computes negative shapes, or refuses.
    const fits = window.every((length, axis) => 2 * length - 1 <= image[axis + 1]!);
    const dilations = fits ? choices.pick([1, 1, 1, 2]) : 1;
    const channels = image[3]!;
    const first = op === 'conv2d' && typeof pad === 'string' && choices.below(8) === 7;
    const dataFormat = first ? 'NCHW' : 'NHWC';
    return {
      attributes: { strides, pad, dilations, dataFormat },
      inputs: {
        x: choices.values(first ? [image[0]!, channels, image[1]!, image[2]!] : image),
        filter: choices.values([...window, channels, choices.between(1, 2)]),
      },
      expression: call(op, x, filter, strides, pad, dataFormat, dilations),
    };
  },
});

const fusedConvolution = (kernel: string, op: string): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const { image, window } = imageOf(choices);
    const strides = choices.between(1, 2);
    const pad = choices.pick(['valid', 'same'] as const);
    const activation = choices.pick(ACTIVATIONS);
    const channels = image[3]!;
    const more = choices.between(1, 2);
    const outputs = op === 'fused.conv2d' ? more : channels * more;
    return {
      attributes: { strides, pad, activation },
      inputs: {
        x: choices.values(image),
        filter: choices.values([...window, channels, more]),
        bias: choices.values([outputs]),
      },
      expression: call(op, { named: { x, filter, bias, strides, pad, activation } }),
    };
  },
});

const conv1d: Signature = {
  kernel: 'Conv2D',
  op: 'conv1d',
  draw: (choices) => {
    const width = choices.between(1, 6);
    const channels = choices.between(1, 2);
    const stride = choices.between(1, 3);
    const pad = choices.pick(['valid', 'same'] as const);
    const dilations = choices.pick([1, 1, 1, 2]);
    return {
      attributes: { strides: stride, pad, dilations },
      inputs: {
        x: choices.values([choices.between(1, 2), width, channels]),
        filter: choices.values([choices.between(1, Math.min(3, width)), channels, choices.between(1, 2)]),
      },
      expression: call('conv1d', x, filter, stride, pad, 'NWC', dilations),
    };
  },
};

const separable: Signature = {
  kernel: 'DepthwiseConv2dNative',
  op: 'separableConv2d',
  draw: (choices) => {
    const { image, window } = imageOf(choices);
    const strides = choices.between(1, 2);
    const pad = choices.pick(['valid', 'same'] as const);
    const channels = image[3]!;
    const more = choices.between(1, 2);
    return {
      attributes: { strides, pad },
      inputs: {
        x: choices.values(image),
        depthwise: choices.values([...window, channels, more]),
        pointwise: choices.values([1, 1, channels * more, choices.between(1, 2)]),
      },
      expression: call('separableConv2d', x, input('depthwise'), input('pointwise'), strides, pad),
    };
  },
};

/** The output length of a convolution with these strides and padding. */
function convolved(length: number, window: number, stride: number, pad: 'valid' | 'same'): number {
  return pad === 'same' ? Math.ceil(length / stride) : Math.ceil((length - window + 1) / stride);
}

const transposed: Signature = {
  kernel: 'Conv2DBackpropInput',
  op: 'conv2dTranspose',
  draw: (choices) => {
    const { image: to, window } = imageOf(choices);
    const strides = choices.between(1, 2);
    const pad = choices.pick(['valid', 'same'] as const);
    const [batch, height, width, channels] = to as [number, number, number, number];
    const channelsIn = choices.between(1, 2);
    const from = [
      batch,
      convolved(height, window[0]!, strides, pad),
      convolved(width, window[1]!, strides, pad),
      channelsIn,
    ];
    return {
      attributes: { to, strides, pad },
      inputs: { x: choices.values(from), filter: choices.values([...window, channels, channelsIn]) },
      expression: call('conv2dTranspose', x, filter, to, strides, pad),
    };
  },
};

/** A volume [batch, depth, height, width, channels] and a window that fits into it. */
function volumeOf(choices: Choices): { volume: number[]; window: number[] } {
  const sides = [choices.between(1, 4), choices.between(1, 4), choices.between(1, 3)];
  return {
    volume: [choices.between(1, 2), ...sides, choices.between(1, 2)],
    window: sides.map((side) => choices.between(1, Math.min(2, side))),
  };
}

const conv3d: Signature = {
  kernel: 'Conv3D',
  op: 'conv3d',
  draw: (choices) => {
    const { volume, window } = volumeOf(choices);
    const strides = perAxis(choices, 3, 2);
    const pad = choices.pick(['valid', 'same'] as const);
    const dilations = choices.pick([1, 1, 1, 2]);
    return {
      attributes: { strides, pad, dilations },
      inputs: {
        x: choices.values(volume),
        filter: choices.values([...window, volume[4]!, choices.between(1, 2)]),
      },
      expression: call('conv3d', x, filter, strides, pad, 'NDHWC', dilations),
    };
  },
};

const conv3dTranspose: Signature = {
  kernel: 'Conv3DBackpropInputV2',
  op: 'conv3dTranspose',
  draw: (choices) => {
    const { volume: to, window } = volumeOf(choices);
    const strides = choices.between(1, 2);
    const pad = choices.pick(['valid', 'same'] as const);
    const channelsIn = choices.between(1, 2);
    const from = to.map((length, axis) =>
      axis === 0 ? length : axis === 4 ? channelsIn : convolved(length, window[axis - 1]!, strides, pad),
    );
    return {
      attributes: { to, strides, pad },
      inputs: { x: choices.values(from), filter: choices.values([...window, to[4]!, channelsIn]) },
      expression: call('conv3dTranspose', x, filter, to, strides, pad),
    };
  },
};

/** Products of matrices, and convolutions over one, two and three axes. */
export const linear: readonly Signature[] = [
  matMul,
  dot,
  outerProduct,
  fusedMatMul,
  einsum,
  convolution('Conv2D', 'conv2d'),
  convolution('DepthwiseConv2dNative', 'depthwiseConv2d'),
  fusedConvolution('FusedConv2D', 'fused.conv2d'),
  fusedConvolution('FusedDepthwiseConv2D', 'fused.depthwiseConv2d'),
  conv1d,
  separable,
  transposed,
  conv3d,
  conv3dTranspose,
];
