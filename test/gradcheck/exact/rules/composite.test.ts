import { describe, expect, it } from '@jest/globals';
import { carry, type F, type Given, kernel, mod, over, P, Q, rootOf } from '../carried.ts';

const a: Given = { real: [1, 2], shape: [1, 2], p: [3, 40], t: [5, 6], q: [4, 20] };
const b: Given = { real: [3, 4, -1, -2], shape: [2, 2], p: [10, 46, 2, 5], t: [7, 1, 3, 4], q: [9, 5, 6, 7] };
// Real sums 3 - 2 + bias and 4 - 4 + bias: 1 and 0 before it
const bias: Given = { real: [1, -1], p: [4, 9], t: [2, 3], q: [1, 2] };
const product = [3 * 10 + 40 * 2, 3 * 46 + 40 * 5];
const slope = [5 * 10 + 3 * 7 + 6 * 2 + 40 * 3, 5 * 46 + 3 * 1 + 6 * 5 + 40 * 4];

describe('a fused product', () => {
  const fused =
    (activation: string, more: object = {}): F =>
    (tf, { a, b, bias, alpha }) =>
      tf.fused.matMul({
        ...{ a: a as never, b: b as never, bias: bias as never, activation: activation as never },
        ...(alpha === undefined ? {} : { preluActivationWeights: alpha as never }),
        ...more,
      });
  // With the bias: 2 above 0 and -1 below
  const sum = [mod(product[0]! + 4), mod(product[1]! + 9)];
  const dSum = [mod(slope[0]! + 2), mod(slope[1]! + 3)];

  it.each<[string, number, number]>([
    ['linear', 1, 1],
    ['relu', 1, 0],
    ['relu6', 1, 0],
    ['leakyrelu', 1, over(1, 4)],
  ])('%s: the bias is added, and then comes the activation', (activation, above, below) => {
    const { out } = carry({ a, b, bias }, fused(activation, { leakyreluAlpha: 0.25 }));
    expect(out).toMatchObject({
      p: [mod(above * sum[0]!), mod(below * sum[1]!)],
      t: [dSum[0], mod(below * dSum[1]!)],
    });
  });

  it('prelu scales by its weights, elu and sigmoid go through e^x', () => {
    const alpha: Given = { real: [0.5, 0.25], p: [7, 11], t: [1, 2], q: [3, 4] };
    const { out } = carry({ a, b, bias, alpha }, fused('prelu'));
    expect(out).toMatchObject({
      p: [sum[0], mod(11 * sum[1]!)],
      t: [dSum[0], mod(11 * dSum[1]! + 2 * sum[1]!)],
    });
    const own: F = (tf, { a, b, bias }) => tf.add(tf.matMul(a!, b!), bias!);
    const elu = carry({ a, b, bias }, (tf, inputs) => tf.elu(own(tf, inputs))).out;
    expect(carry({ a, b, bias }, fused('elu')).out).toMatchObject({ p: elu.p, t: elu.t });
    const sigmoid = carry({ a, b, bias }, (tf, inputs) => tf.sigmoid(own(tf, inputs))).out;
    expect(carry({ a, b, bias }, fused('sigmoid')).out).toMatchObject({ p: sigmoid.p, t: sigmoid.t });
  });

  it('may have no bias', () => {
    const { out } = carry({ a, b }, (tf, { a, b }) => tf.fused.matMul({ a: a as never, b: b as never }));
    expect(out).toMatchObject({ p: product.map((each) => mod(each)), t: slope.map((each) => mod(each)) });
  });
});

describe('a fused convolution', () => {
  const x: Given = { real: [1, -2], shape: [1, 1, 1, 2], p: [3, 4], t: [1, 2], q: [1, 2] };
  const filter: Given = { real: [5, 6], shape: [1, 1, 1, 2], p: [5, 6], q: [5, 6] };
  const each: Given = { real: [7, 8], p: [7, 8], q: [7, 8] };
  const convolved =
    (dataFormat: 'NHWC' | 'NCHW', activation?: string): F =>
    (tf, { x, filter, bias, alpha }) =>
      tf.fused.conv2d({
        ...{ x: x as never, filter: filter as never, strides: 1, pad: 'valid', dataFormat },
        ...{ bias: bias as never, preluActivationWeights: alpha as never, activation: activation as never },
      });

  it('with channels first may have neither a bias nor weights of its activation', () => {
    // Two channels of two pixels each
    expect(carry({ x, filter }, convolved('NCHW')).out).toMatchObject({
      ...{ p: [15, 20, 18, 24], t: [5, 10, 6, 12] },
    });
    expect(() => carry({ x, filter, bias: each }, convolved('NCHW'))).toThrow('no rule for channels first');
    expect(() => carry({ x, filter, alpha: each }, convolved('NCHW', 'prelu'))).toThrow(
      'no rule for channels first',
    );
  });

  it('needs no slope of leakyrelu for another activation', () => {
    const narrow = { ...filter, shape: [1, 1, 2, 1] };
    // 5 - 12 is below 0.
    expect(carry({ x, filter: narrow }, convolved('NHWC', 'relu')).out).toMatchObject({ p: [0], t: [0] });
  });
});

describe('products of elements', () => {
  const x: Given = {
    real: [2, 3, 4, 5, 6, 7],
    shape: [2, 3],
    p: [2, 3, 4, 5, 6, 7],
    t: [1, 10, 20, 3, 4, 5],
    q: [2, 3, 4, 5, 6, 7],
  };
  it('along an axis', () => {
    const { out } = carry({ x }, (tf, { x }) => tf.prod(x!, 1));
    expect(out).toMatchObject({
      ...{ p: [24, 210 % P], q: [1, 210 % Q] },
      t: [mod(1 * 12 + 10 * 8 + 20 * 6), mod(3 * 42 + 4 * 35 + 5 * 30)],
    });
  });

  it('cumulated: with or without the element itself, from either end', () => {
    const cumulated = (axis: number, exclusive: boolean, reverse: boolean) =>
      carry({ x }, (tf, { x }) => tf.cumprod(x!, axis, exclusive, reverse)).out.p;
    expect(cumulated(1, false, false)).toEqual([2, 6, 24, 5, 30, 210 % P]);
    expect(cumulated(1, true, false)).toEqual([1, 2, 6, 1, 5, 30]);
    expect(cumulated(1, false, true)).toEqual([24, 12, 4, 210 % P, 42, 7]);
    expect(cumulated(1, true, true)).toEqual([12, 4, 1, 42, 7, 1]);
    expect(cumulated(0, false, false)).toEqual([2, 3, 4, 10, 18, 28]);
    expect(cumulated(0, true, true)).toEqual([5, 6, 7, 1, 1, 1]);
    // Of nothing: 1, which is no constant of the code
    const single = carry({ x: { real: [5], p: [7], t: [1], q: [2] } }, (tf, { x }) =>
      tf.cumprod(x!, 0, true),
    ).out;
    expect(single).toMatchObject({ p: [1], t: null, constant: false });
  });

  it('named by letters, of one tensor or of two', () => {
    expect(carry({ x }, (tf, { x }) => tf.einsum('ij->j', x!)).out).toMatchObject({
      p: [7, 9, 11],
      t: [4, 14, 25],
    });
    expect(carry({ x, a }, (tf, { x, a }) => tf.einsum('ij,ki->kj', x!, a!)).out.p).toEqual([
      ...[mod(6 + 200), mod(9 + 240), mod(12 + 280)],
    ]);
    expect(() => carry({ x, a, b }, (tf, { x, a, b }) => tf.einsum('ij,ki,il->kjl', x!, a!, b!))).toThrow();
  });
});

describe('normalized numbers', () => {
  const x: Given = { real: [1, 2, 3, 4], shape: [2, 2], p: [5, 6, 7, 8], t: [1, 2, 3, 4], q: [1, 2, 3, 4] };
  const channel = (p: number[], real = p): Given => ({ real, p, t: p.map(() => 0), q: [1, 2] });

  it('(x - mean) scale / sqrt(variance + epsilon) + offset, channel by channel', () => {
    const [mean, variance, offset, scale] = [
      channel([2, 3]),
      channel([3, 8]),
      channel([7, 9]),
      channel([5, 4]),
    ];
    const inputs = { x, mean, variance, offset, scale };
    const { out } = carry(inputs, (tf, all) =>
      tf.batchNorm(
        all.x!,
        all.mean as never,
        all.variance as never,
        all.offset as never,
        all.scale as never,
        1,
      ),
    );
    const factor = [over(5, rootOf(4)), over(4, rootOf(9))];
    const centred = [3, 3, 5, 5];
    expect(out.p).toEqual(centred.map((each, k) => mod(each * factor[k % 2]! + [7, 9][k % 2]!)));
    expect(out.t).toEqual([1, 2, 3, 4].map((dx, k) => mod(dx * factor[k % 2]!)));
    const plain = carry({ x, mean, variance }, (tf, all) =>
      tf.batchNorm(all.x!, all.mean as never, all.variance as never, undefined, undefined, 1),
    );
    expect(plain.out.p).toEqual(centred.map((each, k) => over(each, rootOf(k % 2 === 0 ? 4 : 9))));
  });

  it('scaled by whole numbers keep the signs of logarithms: those of odd ones', () => {
    const { out } = carry({ x: { ...x, sign: [1, 1, 1, 0] } }, (tf, { x }) =>
      tf.batchNorm(x!, tf.tensor1d([0, 0]), tf.tensor1d([1, 1]), undefined, tf.tensor1d([3, 2]), 0),
    );
    expect(out).toMatchObject({ sign: [1, 0, 1, 0], lost: false });
  });

  it('add 0.001 to the variance by default', () => {
    const one = (p: number): Given => ({ real: [1], p: [p], q: [1] });
    const inputs = { x: one(5), mean: one(2), variance: one(mod(4 - over(1, 1000))) };
    expect(carry(inputs, kernel('FusedBatchNorm')).out.p).toEqual([over(3, rootOf(4))]);
  });

  it('x over a power of nearby squares', () => {
    const image: Given = {
      ...{ real: [1, 2, 3], shape: [1, 1, 1, 3], p: [1, 2, 3], t: [1, 0, 0], q: [1, 2, 3] },
      degree: [1, 1],
    };
    const respond = (radius: number) =>
      carry({ image }, (tf, { image }) => tf.localResponseNormalization(image as never, radius, 1, 2, 1)).out;
    const one = respond(1);
    // 1 + 2 (1 + 4), 1 + 2 (1 + 4 + 9), 1 + 2 (4 + 9)
    expect(one.p).toEqual([over(1, 11), over(2, 29), over(3, 27)]);
    // 1 / n - 4 x^2 / n^2, - 4 x y / n^2 ...
    expect(one.t).toEqual([over(11 - 4, 121), over(-8, 841), 0]);
    expect(respond(0).p).toEqual([over(1, 3), over(2, 9), over(3, 19)]);
    expect(respond(5).p).toEqual([over(1, 29), over(2, 29), over(3, 29)]);
    // Five shifts reach from channel to channel, squares of degree (2, 2) each: (10, 10), and so is 1 + 2 times that.
    expect(respond(5).degree).toEqual([11, 11]);
  });

  it('the gradient of a single one: dy / n - 2 alpha beta x dy y / n', () => {
    const one = (p: number): Given => ({ real: [1], shape: [1, 1, 1, 1], p: [p], q: [1] });
    const attrs = { depthRadius: 1, bias: 1, alpha: 2, beta: 1 };
    const { out } = carry({ x: one(2), y: one(5), dy: one(7) }, kernel('LRNGrad', attrs));
    // n = 1 + 2 (2 2)
    expect(out.p).toEqual([over(7 - 4 * 2 * 7 * 5, 9)]);
  });
});
