import { describe, expect, it } from '@jest/globals';
import { Call } from '../../../../src/gradcheck/exact/call.ts';
import { Lane } from '../../../../src/gradcheck/exact/lane.ts';
import { RULES } from '../../../../src/gradcheck/exact/rules/index.ts';
import { World } from '../../../../src/gradcheck/exact/world.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';
import { carry, entryOf, type Given, P } from '../carried.ts';
import { tf } from '../support.ts';

const x: Given = {
  ...{ real: [1, 2, 3, 4, 5, 6], shape: [2, 3], p: [1, 20, 30, 40, 45, 46], t: [7, 8, 9, 10, 11, 12] },
  ...{ q: [1, 2, 3, 4, 15, 22], degree: [2, 1], tDegree: [3, 1] },
  about: { taint: new Set(['A']), tangentTaint: new Set(['dA']), faithful: true, pure: true },
};
const one = (f: (tf: TF, x: Tensor) => Tensor, given: Given = x) =>
  carry({ x: given }, (tf, { x }) => f(tf, x!));

describe('kernels that only move numbers', () => {
  it.each<[string, (tf: TF, x: Tensor) => Tensor, number[]]>([
    ['transpose', (tf, x) => tf.transpose(x), [0, 3, 1, 4, 2, 5]],
    ['reverse', (tf, x) => tf.reverse(x, 1), [2, 1, 0, 5, 4, 3]],
    ['slice', (tf, x) => tf.slice(x, [0, 1], [2, 2]), [1, 2, 4, 5]],
    ['gather', (tf, x) => tf.gather(x, tf.tensor1d([2, 0], 'int32'), 1), [2, 0, 5, 3]],
    ['reshape', (tf, x) => tf.reshape(x, [3, 2]), [0, 1, 2, 3, 4, 5]],
    ['concat', (tf, x) => tf.concat([tf.slice(x, 1), x]), [3, 4, 5, 0, 1, 2, 3, 4, 5]],
  ])('%s', (_name, f, at) => {
    const pick = (values: readonly number[]): number[] => at.map((k) => values[k]!);
    expect(one(f, { ...x, sign: [1, 0, 0, 1, 0, 0] }).out).toMatchObject({
      ...{ p: pick(x.p), t: pick(x.t!), q: pick(x.q!), sign: pick([1, 0, 0, 1, 0, 0]), degree: [2, 1] },
      ...{ tDegree: [3, 1], taint: ['A'], tangentTaint: ['dA'], faithful: true, pure: true, lost: false },
      ...{ im: null, tIm: null },
    });
  });

  it('pad by a constant, which does not move and is no input', () => {
    const complex = { ...x, im: [1, 2, 3, 4, 5, 6], tIm: [6, 5, 4, 3, 2, 1] };
    const { out } = one((tf, x) => tf.pad(tf.reshape(x, [6]), [[1, 0]], 5), complex);
    expect(out).toMatchObject({
      ...{
        p: [5, ...x.p],
        im: [0, ...complex.im],
        t: [0, ...x.t!],
        tIm: [0, ...complex.tIm],
        q: [5, ...x.q!],
      },
      ...{ faithful: false, pure: false },
    });
    const sign = [1, 0, 0, 1, 0, 1];
    const zeros = one((tf, x) => tf.pad(tf.reshape(x, [6]), [[1, 0]]), { ...x, sign }).out;
    expect(zeros).toMatchObject({
      ...{ p: [0, ...x.p], q: [0, ...x.q!], sign: [0, ...sign], faithful: true, pure: true },
    });
  });

  it('the parts of several tensors, of which one moves', () => {
    const still: Given = { real: [9], p: [33], q: [11], random: true, lost: true, degree: [4, 0] };
    const sign = [1, 0, 0, 1, 0, 1];
    const signed = { ...x, sign };
    const { out } = carry({ x: signed, still }, (tf, { x, still }) =>
      tf.concat([still!, tf.reshape(x!, [6])]),
    );
    expect(out).toMatchObject({
      p: [33, ...x.p],
      sign: [0, ...sign],
      t: [0, ...x.t!],
      ...{ random: true, lost: true, degree: [4, 1], tDegree: [3, 1] },
    });
    expect(
      carry({ x, still }, (tf, { x, still }) => tf.stack([tf.slice(tf.reshape(x!, [6]), 2, 1), still!])).out
        .p,
    ).toEqual([30, 33]);
    expect(carry({ still }, (tf, { still }) => tf.tile(still!, [2])).out).toMatchObject({
      p: [33, 33],
      t: null,
      tDegree: null,
    });
  });

  it('without exponents where none are asked for', () => {
    expect(carry({ x }, (tf, { x }) => tf.transpose(x!), { exponents: false }).out.q).toBeNull();
  });

  it('a copy of another shape has the numbers themselves', () => {
    const world = new World(tf, [new Lane(P, 1)], { exponents: false, free: false });
    const info = tf.scalar(1);
    world.set(info, entryOf(world, { real: [1], p: [5] }));
    const copied = new Call(world, 'Reshape', { x: info }, {}, [], () => []);
    expect(RULES.Reshape!(copied)).toBe(world.known(info));
    info.dispose();
  });

  it('a broadcast along an axis of length 1', () => {
    const column: Given = { real: [1, 2], shape: [2, 1], p: [3, 4], t: [5, 6], q: [7, 8] };
    const { out } = carry({ x, column }, (tf, { x, column }) => tf.add(x!, column!));
    expect(out).toMatchObject({
      p: [4, 23, 33, 44, 2, 3],
      t: [12, 13, 14, 16, 17, 18],
      q: [8, 9, 10, 12, 0, 7],
    });
    const row: Given = { real: [1, 2, 3], p: [3, 4, 5], t: [1, 2, 3], q: [1, 2, 3] };
    expect(carry({ x, row }, (tf, { x, row }) => tf.add(x!, row!)).out.p).toEqual([4, 24, 35, 43, 2, 4]);
  });
});
