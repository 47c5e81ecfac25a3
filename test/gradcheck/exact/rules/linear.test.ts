import { describe, expect, it } from '@jest/globals';
import { Call } from '../../../../src/gradcheck/exact/call.ts';
import { Duals } from '../../../../src/gradcheck/exact/index.ts';
import { Lane } from '../../../../src/gradcheck/exact/lane.ts';
import { linear } from '../../../../src/gradcheck/exact/rules/linear.ts';
import { World } from '../../../../src/gradcheck/exact/world.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';
import { carry, entryOf, type F, type Given, mod, over, P, Q } from '../carried.ts';
import { subjectOf, tf } from '../support.ts';

const LARGE = 1048343;
const x: Given = {
  ...{ real: [1, 2, 3, 4, 5, 6], shape: [2, 3], p: [1, 20, 30, 40, 45, 46], t: [7, 8, 9, 10, 11, 12] },
  ...{ q: [1, 2, 3, 4, 15, 22], degree: [2, 1], tDegree: [3, 1] },
  about: { taint: new Set(['A']), tangentTaint: new Set(['dA']), faithful: true, pure: true },
};
const one = (f: (tf: TF, x: Tensor) => Tensor, given: Given = x) =>
  carry({ x: given }, (tf, { x }) => f(tf, x!));

describe('kernels that are linear in an input', () => {
  it('sum: of every plane, and the parity of signs', () => {
    const { out } = one((tf, x) => tf.sum(x, 1), { ...x, sign: [1, 1, 1, 1, 0, 1], random: true });
    expect(out).toMatchObject({
      ...{ p: [4, mod(131)], t: [24, 33], q: [6, mod(41, Q)], sign: [1, 0], lost: false, random: true },
      // Three terms of (2,1): over a common denominator (4,3); of (3,1): (5,3)
      ...{
        degree: [4, 3],
        tDegree: [5, 3],
        taint: ['A'],
        tangentTaint: ['dA'],
        faithful: false,
        pure: false,
      },
    });
    const complex = one((tf, x) => tf.sum(x), {
      ...x,
      im: [1, 2, 3, 4, 5, 40],
      tIm: [1, 1, 1, 1, 1, 46],
    }).out;
    expect([complex.im, complex.tIm]).toEqual([[55 % P], [51 % P]]);
  });

  it('mean: a quotient, which a sign does not survive', () => {
    const { out } = one((tf, x) => tf.mean(x, 1), { ...x, sign: [1, 1, 1, 1, 0, 1] });
    expect(out).toMatchObject({
      p: [over(51, 3), over(131, 3)],
      t: [8, 11],
      q: [2, over(41, 3, Q)],
      lost: true,
    });
    expect(out.sign).toBeNull();
    expect(one((tf, x) => tf.mean(x, 1)).out.lost).toBe(false);
  });

  it('a mean over an odd number of terms, in which no product has zeros at its end', () => {
    const p = Array.from({ length: 300_001 }, (_, k) => LARGE - 1 - ((k * k) % 1000));
    const { out } = carry({ given: { real: p, p, q: p.map(() => 3) } }, (tf, { given }) => tf.mean(given!), {
      prime: LARGE,
    });
    const sum = p.reduce((total, each) => total + BigInt(each), 0n);
    expect((BigInt(out.p[0]!) * 300_001n) % BigInt(LARGE)).toBe(sum % BigInt(LARGE));
    expect(out.q).toEqual([3]);
  });

  it.each<[string, F, number[]]>([
    ['cumsum, three', (tf, { x }) => tf.cumsum(x!, 1), [4, 3]],
    ['segments, two rows', (tf, { x }) => tf.unsortedSegmentSum(tf.transpose(x!), [1, 0, 1], 3), [3, 2]],
    [
      'scattering, all six',
      (tf, { x }) => tf.scatterND([[0], [0], [0], [0], [0], [0]], tf.reshape(x!, [6]), [9]),
      [7, 6],
    ],
    [
      'resizing, four',
      (tf, { x }) => tf.image.resizeBilinear(tf.reshape(x!, [2, 3, 1]) as never, [4, 5]),
      [5, 4],
    ],
    [
      'a cube, eight',
      (tf, { x }) => tf.avgPool3d(tf.reshape(x!, [1, 1, 2, 3, 1]) as never, 2, 1, 'same'),
      [9, 8],
    ],
    ['letters, two', (tf, { x }) => tf.einsum('ij->j', x!), [3, 2]],
  ])('the degree is that of the terms of which an element is the sum at most: %s', (_name, f, degree) => {
    expect(carry({ x }, f).out.degree).toEqual(degree);
  });

  it('sums and means of nothing', () => {
    const none: Given = { real: [], shape: [2, 0], p: [], q: [], degree: [2, 1] };
    for (const f of [(tf: TF, x: Tensor) => tf.sum(x, 0), (tf: TF, x: Tensor) => tf.mean(x, 0)])
      expect(one(f, none).out).toMatchObject({ p: [], degree: [2, 1] });
    const empty = { ...none, shape: [0] };
    expect(one((tf, x) => tf.unsortedSegmentSum(x, tf.tensor1d([], 'int32'), 2), empty).out).toMatchObject({
      ...{ p: [0, 0], degree: [2, 1] },
    });
  });

  it('in double precision', () => {
    const sum = subjectOf({ inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.sum(x) });
    expect([...new Duals(tf, sum, []).derivative({ x: Float64Array.of(3, 4) })]).toEqual([7]);
  });

  it.each<[number, number[] | null]>([
    [5 + 2 ** -6, [5]],
    [5 + 2 ** -5, null],
    [-(2 ** 52), [mod(-(2 ** 52))]],
    [-(2 ** 52) - 1, null],
  ])('a result of %d is a whole number, or none that can be told from a fraction', (given, whole) => {
    const world = new World(tf, [new Lane(P, 1)], { exponents: false, free: false });
    tf.tidy(() => {
      const x = tf.scalar(1);
      const output = tf.scalar(given);
      world.set(x, entryOf(world, { real: [1], p: [1] }));
      const call = new Call(world, 'Sum', { x }, {}, [output], () => tf.clone(output));
      const found = () => Array.from(linear(call, 'x', 1, 1).numbers[0]!.value.re);
      if (whole === null) expect(found).toThrow('no common denominator below 2^53');
      else expect(found()).toEqual(whole);
    });
  });

  it('none where the windows have no common denominator below 2^53', () => {
    const image = { ...x, shape: [1, 2, 3, 1] };
    // The least common multiple of 1 to 29, squared, is about 2^82.
    expect(() => one((tf, x) => tf.avgPool(x as never, 29, 1, 'same'), image)).toThrow(
      'AvgPool: no common denominator below 2^53',
    );
    expect(() => one((tf, x) => tf.avgPool(x as never, 7, 1, 'same'), image)).not.toThrow();
    // Without padding all have 29 numbers, and 0 + 1 + ... + 28 is 29 times 14.
    const row: Given = {
      real: Array(29).fill(1),
      shape: [1, 1, 29, 1],
      p: Array.from({ length: 29 }, (_, k) => k),
    };
    const inside: F = (tf, { row }) => tf.avgPool(row as never, [1, 29], 1, 'valid');
    expect(carry({ row }, inside, { prime: LARGE, exponents: false }).out.p).toEqual([14]);
  });

  it('padding, gradients of pooling and of resizing, by the lengths of their windows', () => {
    const dy: Given = { real: [1, 2], shape: [1, 1, 2, 1], p: [8, 30], q: [1, 2] };
    const pooled = (name: string, input: number[], dyShape: number[], attrs: object) =>
      carry(
        { dy: { ...dy, shape: dyShape } },
        (tf, { dy }) =>
          tf.engine().runKernel(name, { dy: dy!, input: tf.zeros(input) }, attrs as never) as Tensor,
      ).out.p;
    // Windows of 2 x 2: a quarter of dy to each
    expect(
      pooled('AvgPoolGrad', [1, 2, 3, 1], [1, 1, 2, 1], { filterSize: 2, strides: 1, pad: 'valid' }),
    ).toEqual([...[2, over(38, 4), over(30, 4), 2, over(38, 4), over(30, 4)]]);
    expect(
      pooled('AvgPool3DGrad', [1, 2, 2, 3, 1], [1, 1, 1, 2, 1], {
        filterSize: 2,
        strides: 1,
        pad: 'valid',
      }).slice(0, 3),
    ).toEqual([1, over(38, 8), over(30, 8)]);
    const resized = carry(
      { dy },
      (tf, { dy }) =>
        tf.engine().runKernel('ResizeBilinearGrad', { dy: dy!, images: tf.zeros([1, 1, 3, 1]) }, {
          alignCorners: false,
          halfPixelCenters: false,
        } as never) as Tensor,
    ).out.p;
    // Columns at 0 and 3/2
    expect(resized).toEqual([8, 15, 15]);
  });

  it.each([2 ** 10, 2 ** 17, 2 ** 18])('a mean over %d numbers near the prime', (count) => {
    const p = Array.from({ length: count }, (_, k) => LARGE - 1 - (k % 2));
    const given = { real: p, p, q: p.map(() => 3) };
    const { out } = carry({ given }, (tf, { given }) => tf.mean(given!), { prime: LARGE });
    // The mean of -1 and -2
    expect(out).toMatchObject({ p: [over2(-3)], q: [3] });
  });
  const over2 = (top: number): number => (top + LARGE) / 2;

  it('average pooling: by all of a window, or by those inside of the image', () => {
    const image = { ...x, shape: [1, 2, 3, 1] };
    const pool = (pad: 'same' | 'valid') => one((tf, x) => tf.avgPool(x as never, 2, 1, pad), image).out;
    const windows = [1 + 20 + 40 + 45, 20 + 30 + 45 + 46].map((sum) => over(sum, 4));
    expect(pool('valid')).toMatchObject({ p: windows, degree: [5, 4] });
    expect(pool('same').p).toEqual([...windows, over(76, 2), over(85, 2), over(91, 2), 46]);
    const cube = { ...x, shape: [1, 1, 2, 3, 1] };
    const pooled = one((tf, x) => tf.avgPool3d(x as never, [1, 2, 3], 1, 'same'), cube).out;
    const rows = [1 + 20 + 40 + 45, 1 + 20 + 30 + 40 + 45 + 46, 20 + 30 + 45 + 46, 85, 131, 91];
    expect(pooled.p).toEqual(rows.map((sum, k) => over(sum, [4, 6, 4, 2, 3, 2][k]!)));
  });

  it('average pooling by windows larger than the image: over the least common multiple of 1 to 15', () => {
    const p = [1, 20, 30, 40, 45, 46].map((k) => LARGE - k);
    const image: Given = { real: x.real, shape: [1, 2, 3, 1], p };
    const pool: F = (tf, { image }) => tf.avgPool(image as never, 15, 1, 'same');
    const { out } = carry({ image }, pool, { prime: LARGE, exponents: false });
    expect(out.p).toEqual(Array.from({ length: 6 }, () => over(-182, 6, LARGE)));
  });

  it('resizing: weights by the lengths of both sides', () => {
    const image = { ...x, shape: [1, 2, 3, 1] };
    const resize = (corners: boolean, centers: boolean) =>
      one((tf, x) => tf.image.resizeBilinear(x as never, [2, 2], corners, centers), image).out.p;
    const row = (width: number) =>
      one((tf, x) => tf.image.resizeBilinear(x as never, [1, width], true), { ...x, shape: [1, 1, 6, 1] }).out
        .p;
    // One row, and one column of it, or columns at 0 and 5/2 and 5
    expect([row(1), row(3)]).toEqual([[x.p[0]], [x.p[0], over(x.p[2]! + x.p[3]!, 2), x.p[5]]]);
    // At 0, 5/3, 10/3 and 5
    expect(row(4)).toEqual([x.p[0], over(20 + 2 * 30, 3), over(2 * 40 + 45, 3), x.p[5]]);
    // Columns at 0 and 3/2; at 0 and 2; at 1/4 and 7/4
    expect(resize(false, false)).toEqual([1, 25, 40, over(91, 2)]);
    expect(resize(true, false)).toEqual([1, 30, 40, 46]);
    expect(resize(false, true)).toEqual([
      over(3 + 20, 4),
      over(20 + 90, 4),
      over(120 + 45, 4),
      over(45 + 138, 4),
    ]);
    // Rows at 0, 1/2 and 1; columns at 0, 5/8, 11/8 and 2
    const larger = one((tf, x) => tf.image.resizeBilinear(x as never, [3, 4], false, true), image).out.p;
    expect(larger).toEqual([
      ...[1, over(103, 8), over(190, 8), 30],
      ...[over(41, 2), over(103 + 345, 16), over(190 + 363, 16), over(76, 2)],
      ...[40, over(345, 8), over(363, 8), 46],
    ]);
  });

  it('segments', () => {
    const mean = one((tf, x) => tf.sparse.sparseSegmentMean(x as never, [0, 1, 1], [0, 0, 1]) as Tensor).out;
    expect(mean.p).toEqual([over(41, 2), over(65, 2), over(76, 2), 40, 45, 46]);
    const sum = one((tf, x) =>
      tf.unsortedSegmentSum(tf.transpose(x), tf.tensor1d([1, 0, 1], 'int32'), 2),
    ).out;
    expect(sum.p).toEqual([20, 45, 31, mod(86)]);
  });

  it('the gradient of max pooling holds the places', () => {
    const image: Given = { real: [1, 4, 2, 3], shape: [1, 2, 2, 1], p: [1, 2, 3, 4], q: [1, 2, 3, 4] };
    const dy: Given = { real: [1], shape: [1, 1, 1, 1], p: [9], t: [5], q: [7] };
    const gradient: F = (tf, { dy, image }) =>
      tf
        .engine()
        .runKernel(
          'MaxPoolGrad',
          { dy: dy!, input: image!, output: tf.maxPool(image as never, 2, 2, 'valid') },
          { filterSize: 2, strides: 2, pad: 'valid' },
        ) as Tensor;
    const { out, world } = carry({ dy, image }, gradient);
    expect(out).toMatchObject({ p: [0, 9, 0, 0], t: [0, 5, 0, 0], q: [0, 7, 0, 0] });
    // One by the pooling itself, and four here.
    expect(world.branches).toBe(5);
  });
});
