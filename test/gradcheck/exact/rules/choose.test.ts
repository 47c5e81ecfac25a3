import { describe, expect, it } from '@jest/globals';
import { carry, type Given, type Options } from '../carried.ts';

describe('the largest and smallest', () => {
  const y: Given = {
    ...{ real: [3, 1, 3, 2, 5, 2], shape: [2, 3], p: [1, 2, 3, 4, 5, 6], t: [7, 8, 9, 10, 11, 12] },
    q: [1, 2, 3, 4, 5, 6],
  };
  it('of a row, with the derivatives of all that tie', () => {
    const { out, world } = carry({ y }, (tf, { y }) => tf.max(y!, 1));
    expect(out).toMatchObject({ p: [1, 5], t: [16, 11], q: [1, 5] });
    expect([world.kinks, world.branches]).toEqual([1, 2]);
    const least = carry({ y }, (tf, { y }) => tf.min(y!, 1));
    expect(least.out).toMatchObject({ p: [2, 6], t: [8, 22] });
    expect(carry({ y }, (tf, { y }) => tf.max(y!, 0)).out).toMatchObject({ p: [1, 5, 3], t: [7, 11, 9] });
    expect(carry({ y }, (tf, { y }) => tf.max(y!), { backward: true }).out).toMatchObject({
      p: [5],
      t: null,
    });
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
    const top = carry({ y }, (tf, { y }) => tf.topk(y!, 2).values);
    expect(top.out).toMatchObject({ p: [1, 3, 5, 4] });
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
  });
});
