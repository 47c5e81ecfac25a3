import { describe, expect, it } from '@jest/globals';
import type { Tensor1D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import { ulpDistance } from '../../../src/numerics/ieee.ts';
import { erf } from '../../../src/tfjs/float64/erf.ts';
import type { Tensor } from '../../../src/tfjs/types.ts';
import { largestDisagreement, spread } from '../differences.ts';

/** Values of erf from the C library, on both sides of every change of formula. */
const ERF = [
  [1e-8, 1.1283791670955126e-8],
  [0.1, 0.1124629160182849],
  [0.46875, 0.49261347321793797],
  [0.47, 0.4937450508860821],
  [0.84375, 0.7672256612323416],
  [1, 0.8427007929497149],
  [1.5, 0.9661051464753108],
  [2, 0.9953222650189527],
  [3, 0.9999779095030014],
  [4, 0.9999999845827421],
  [4.25, 0.9999999981494259],
  [5.5, 0.9999999999999927],
] as const;

describe('Erf', () => {
  it.each(ERF)('erf(%d) is right within two units in the last place', (x, expected) => {
    expect(ulpDistance(erf(x), expected, 'float64')).toBeLessThanOrEqual(2);
    expect([...tf.erf([x, -x]).dataSync()]).toEqual([erf(x), -erf(x)]);
  });

  it('keeps what is not a number, the limits, the sign of zero and the shape', () => {
    expect([...tf.erf([Number.NaN, Infinity, -Infinity, -0, 40]).dataSync()]).toEqual([
      Number.NaN,
      1,
      -1,
      -0,
      1,
    ]);
    expect(tf.erf(tf.zeros([2, 3])).shape).toEqual([2, 3]);
    expect(tf.erf(tf.tensor([1], [1], 'int32')).dataSync()[0]).toBe(tf.erf([1]).dataSync()[0]);
  });
});

describe('Softplus', () => {
  it('is exact where single precision takes a short cut', () => {
    expect(tf.softplus([14]).dataSync()[0]).toBe(14 + Math.log1p(Math.exp(-14)));
    expect(tf.softplus([-30]).dataSync()[0]).toBe(Math.log1p(Math.exp(-30)));
    expect([...tf.softplus([800, -800]).dataSync()]).toEqual([800, 0]);
  });
});

describe('forward and gradient agree in double precision', () => {
  const wide = tf.linspace(-5, 5, 41);
  const cases: [string, (...inputs: Tensor[]) => Tensor, Tensor[]][] = [
    ['erf', (x) => tf.erf(x), [wide]],
    ['gelu', (x) => x.mul(tf.erf(x.div(Math.SQRT2)).add(1)), [wide]],
    [
      'softplus at the short cuts',
      (x) => tf.softplus(x),
      [tf.linspace(13.94, 13.945, 6).concat(tf.linspace(-13.945, -13.94, 6))],
    ],
    ['elu, selu', (x) => tf.elu(x).add(tf.selu(x)), [spread([9])]],
    ['sigmoid, logSigmoid, tanh', (x) => tf.sigmoid(x).add(tf.logSigmoid(x)).add(tf.tanh(x)), [wide]],
    ['softmax, logSoftmax', (x) => tf.softmax(x).add(tf.logSoftmax(x)), [spread([3, 4])]],
    [
      'log1p, expm1, rsqrt',
      (x) => tf.log1p(x).add(tf.expm1(x)).add(tf.rsqrt(x)),
      [spread([5]).square().add(0.5)],
    ],
    ['matMul', (a, b) => tf.matMul(a!, b!), [spread([2, 3]), spread([3, 4], 2)]],
    [
      'conv2d',
      (x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 2, 'same'),
      [spread([2, 6, 7, 2]), spread([3, 2, 2, 3], 2)],
    ],
    [
      'depthwiseConv2d',
      (x, w) => tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, 1, 'same'),
      [spread([2, 5, 4, 2]), spread([3, 2, 2, 2], 2)],
    ],
    [
      'conv3d',
      (x, w) => tf.conv3d(x as Tensor5D, w as Tensor5D, 1, 'valid'),
      [spread([1, 3, 4, 3, 2]), spread([2, 2, 2, 2, 1], 2)],
    ],
    ['avgPool', (x) => tf.avgPool(x as Tensor4D, 2, 2, 'valid'), [spread([1, 4, 6, 2])]],
    [
      'batchNorm',
      (x, mean, variance, offset, scale) =>
        tf.batchNorm(x!, mean as Tensor1D, variance as Tensor1D, offset as Tensor1D, scale as Tensor1D),
      [spread([4, 3]), spread([3], 2), spread([3], 3).square().add(0.5), spread([3], 4), spread([3], 5)],
    ],
    [
      'localResponseNormalization',
      (x) => tf.localResponseNormalization(x as Tensor4D, 2),
      [spread([1, 2, 3, 5])],
    ],
    ['sigmoidCrossEntropy', (x) => tf.losses.sigmoidCrossEntropy([0, 1, 1, 0], x!), [spread([4])]],
  ];
  it.each(cases)('%s', (_name, f, inputs) => {
    expect(largestDisagreement(tf, f, inputs)).toBeLessThan(1e-10);
  });
});

/**
 * Gradients of TensorFlow.js 4.22's cpu backend that are wrong in every precision. The build leaves them wrong, because
 * a check has to find them; if one of these becomes right, TensorFlow.js has fixed it.
 */
describe('wrong gradients of TensorFlow.js stay wrong', () => {
  const cases: [string, (...inputs: Tensor[]) => Tensor, Tensor][] = [
    ['mirrorPad: reflections are dropped', (x) => tf.mirrorPad(x, [[1, 1]], 'reflect'), spread([4])],
    [
      'resizeBilinear with halfPixelCenters: ignored',
      (x) => tf.image.resizeBilinear(x as Tensor4D, [5, 5], false, true),
      spread([1, 3, 3, 1]),
    ],
  ];
  it.each(cases)('%s', (_name, f, x) => {
    expect(largestDisagreement(tf, f, [x])).toBeGreaterThan(0.1);
  });
});
