import { describe, expect, it } from '@jest/globals';
import { groupsOf, reducedPlaces } from '../../../../src/gradcheck/exact/rules/choose.ts';
import { World } from '../../../../src/gradcheck/exact/world.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';
import { uniformNumbers } from '../../../../src/numerics/random.ts';
import { carry, type Given, type Options } from '../carried.ts';
import { tf } from '../support.ts';

type F = (library: TF, x: Record<string, Tensor>) => Tensor;

describe('the largest and smallest', () => {
  const y: Given = {
    ...{ real: [3, 1, 3, 2, 5, 2], shape: [2, 3], p: [1, 2, 3, 4, 5, 6], t: [7, 8, 9, 10, 11, 12] },
    ...{ q: [1, 2, 3, 4, 5, 6], tDegree: [2, 1] },
  };
  it('of a row, with the derivatives of all that tie', () => {
    const { out, world } = carry({ y }, (tf, { y }) => tf.max(y!, 1));
    expect(out).toMatchObject({ p: [1, 5], t: [16, 11], q: [1, 5], tDegree: [2, 1] });
    expect([world.kinks, world.branches]).toEqual([1, 2]);
    const least = carry({ y }, (tf, { y }) => tf.min(y!, 1));
    expect(least.out).toMatchObject({ p: [2, 6], t: [8, 22] });
    expect(carry({ y }, (tf, { y }) => tf.max(y!, 0)).out).toMatchObject({ p: [1, 5, 3], t: [7, 11, 9] });
    const whole = carry({ y }, (tf, { y }) => tf.max(y!));
    expect([whole.out.p, whole.world.kinks]).toEqual([[5], 0]);
    const backward = carry({ y }, (tf, { y }) => tf.max(y!, 1), { backward: true });
    expect(backward.out).toMatchObject({ p: [1, 5], t: null });
    for (const [turned, p, t] of [
      ['first', [1, 5], [7, 11]],
      ['last', [3, 5], [9, 11]],
    ] as const)
      expect(carry({ y }, (tf, { y }) => tf.max(y!, 1), { turned }).out).toMatchObject({ p, t });
  });

  it('in a window: one of those that tie', () => {
    const pool = (given: Given, options: Options = {}) =>
      carry({ y: given }, (tf, { y }) => tf.maxPool(y as never, [1, 3], 1, 'valid'), options);
    const image = { ...y, shape: [1, 2, 3, 1] };
    const { out, world } = pool(image);
    expect(out).toMatchObject({ p: [1, 5], t: [7, 11] });
    expect(world.kinks).toBe(1);
    expect(Array.from(world.patterns[0]!.sides)).toEqual([1, 5]);
    expect(pool(image, { turned: 'last' }).out.p).toEqual([3, 5]);
    const constant = pool({ ...image, about: { constant: true } });
    expect([constant.world.branches, constant.world.patterns]).toEqual([0, []]);
    const cube = carry({ y: { ...y, shape: [1, 1, 2, 3, 1] } }, (tf, { y }) =>
      tf.maxPool3d(y as never, [1, 1, 3], 1, 'valid'),
    );
    expect(cube.out.p).toEqual([3, 5]);
    const indexed = carry(
      { y: image },
      (tf, { y }) => tf.maxPoolWithArgmax(y as never, [1, 3], 1, 'valid').result!,
    );
    expect([indexed.out.p, indexed.world.kinks]).toEqual([[1, 5], 1]);
    const first = carry({ y }, (tf, { y }) => tf.topk(y!, 1).values);
    expect([first.out.p, first.world.kinks]).toEqual([[1, 5], 1]);
    const top = carry({ y }, (tf, { y }) => tf.topk(y!, 2).values);
    expect(top.out).toMatchObject({ p: [1, 3, 5, 4] });
  });

  it('of an axis between others', () => {
    const { out } = carry(
      {
        y: {
          real: [1, 9, 3, 2, 5, 4, 8, 7, 6, 0, 10, 12],
          shape: [2, 3, 2],
          p: Array.from({ length: 12 }, (_, k) => k + 1),
        },
      },
      (tf, { y }) => tf.max(y!, 1),
    );
    expect(out.p).toEqual([5, 2, 11, 12]);
    const world = new World(tf, [], { exponents: false, free: false });
    const at = (shape: number[], axis: unknown) => [...reducedPlaces(world, { shape } as never, axis)];
    expect(at([2, 3, 2], [1])).toEqual([0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]);
    expect(at([2, 2, 3], 0)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    expect(at([2, 2], [0, 1])).toEqual([0, 0, 0, 0]);
    expect(groupsOf(Int32Array.of(0, 1, 0, 1)).map((group) => [...group])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(groupsOf(Int32Array.of(0, 0, 1)).map((group) => [...group])).toEqual([
      [0, 2],
      [1, -1],
    ]);
    expect(groupsOf(Int32Array.of(0, 0)).map((group) => [...group])).toEqual([[0], [1]]);
    expect(groupsOf(Int32Array.of())).toEqual([]);
  });

  it('of a window with a filter, as the kernel has it: two images, two channels, strides and dilations', () => {
    const random = uniformNumbers(4);
    const draw = (size: number) => Array.from({ length: size }, () => random());
    const [values, taps] = [draw(2 * 5 * 4 * 2), draw(2 * 3 * 2)];
    // The residues tell which element and which tap were added.
    const image = { real: values, shape: [2, 5, 4, 2], p: values.map((_, k) => 100 * k) };
    const filter = { real: taps, shape: [2, 3, 2], p: taps.map((_, k) => k) };
    for (const [strides, dilations, pad] of [
      [[1, 2], [2, 1], 'same'],
      [[2, 1], [1, 1], 'valid'],
      [[2, 2], [1, 2], 'same'],
    ] as const) {
      const dilated: F = (library, { image, filter }) =>
        library.dilation2d(image as never, filter as never, [...strides], pad, [...dilations]);
      const { out } = carry({ image, filter }, dilated, { prime: 1048343 });
      const real = tf.tidy(() => {
        const tensors = { image: tf.tensor(values, [2, 5, 4, 2]), filter: tf.tensor(taps, [2, 3, 2]) };
        return Array.from(dilated(tf, tensors).dataSync());
      });
      expect(out.p.map((code) => values[Math.floor(code / 100)]! + taps[code % 100]!)).toEqual(real);
    }
  });

  it('of sums with a filter, that lie inside', () => {
    const image: Given = {
      real: [1, 5, 2, 4],
      shape: [1, 2, 2, 1],
      p: [1, 2, 3, 4],
      t: [5, 6, 7, 8],
      q: [1, 2, 3, 4],
    };
    const filter: Given = { real: [0, 2], shape: [1, 2, 1], p: [20, 30], t: [9, 10], q: [5, 6] };
    const { out, world } = carry({ image, filter }, (tf, { image, filter }) =>
      tf.dilation2d(image as never, filter as never, 1, 'same'),
    );
    // Rows [1, 5] and [2, 4]: max(1 + 0, 5 + 2), 5 + 0; max(2 + 0, 4 + 2), 4 + 0
    expect(out).toMatchObject({ p: [32, 22, 34, 24], t: [16, 15, 18, 17], q: [8, 7, 10, 9] });
    expect(world.branches).toBe(4);
    // max(1 + 4, 5 + 0): of equal sums the first counts, as in the kernel's gradient.
    const tied = carry({ image, filter: { ...filter, real: [4, 0] } }, (tf, { image, filter }) =>
      tf.dilation2d(image as never, filter as never, 1, 'same'),
    );
    expect(tied.out.p).toEqual([21, 22, 23, 24]);
  });
});
