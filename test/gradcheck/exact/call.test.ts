import { describe, expect, it } from '@jest/globals';
import '@tensorflow/tfjs-backend-cpu';
import { derive, rational } from '../../../src/gradcheck/exact/call.ts';
import { exactCheck } from '../../../src/gradcheck/exact/index.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import type { ExactSubject } from '../../../src/gradcheck/exact/subject.ts';
import { World } from '../../../src/gradcheck/exact/world.ts';
import type { TF } from '../../../src/gradcheck/types.ts';
import { tf as float32 } from '../../../src/tfjs/tfjs.ts';
import { type Carried, carriedBy, carry, entryOf, type Given, mod, P, Q } from './carried.ts';
import { input, tf } from './support.ts';

const x: Given = {
  ...{ real: [1, 2], p: [3, 40], t: [5, 6], q: [4, 20], degree: [2, 1], tDegree: [3, 1] },
  about: { taint: new Set(['A']), tangentTaint: new Set(['dA']), faithful: true, pure: true },
};
const y: Given = {
  real: [3, 4],
  p: [10, 2],
  t: [7, 1],
  q: [9, 5],
  degree: [1, 0],
  about: { taint: new Set(['B']) },
};

/** 2x + 3y of the given operands, in a world with exponents. */
function derived(
  operands: readonly Given[],
  more: Parameters<typeof rational>[2] = {},
  { tangents = true, exponents = true } = {},
): Carried {
  const world = new World(tf, [new Lane(P, 1)], { exponents, free: false });
  world.tangents = tangents;
  const formulas = rational(
    (f, a, b) => f.add(f.scale(a!, 2), f.scale(b!, 3)),
    ({ field: f }, _xs, [da, db]) => f.add(f.scale(da!, 2), f.scale(db!, 3)),
    more,
  );
  return carriedBy(
    derive(
      world,
      operands.map((given) => entryOf(world, given)),
      2,
      [11, 16],
      formulas,
    ),
  );
}

describe('a function of entries', () => {
  it('has its value, derivative, exponent and degree by the same formula', () => {
    expect(derived([x, y])).toEqual({
      ...{ p: [36, mod(86)], im: null, t: [31, 15], tIm: null, q: [35 - Q, mod(55, Q)], sign: null },
      // (2,1) + (1,0): max(2 + 0, 1 + 1) over 1; (3,1) + (0,0)
      ...{
        lost: false,
        random: false,
        degree: [2, 1],
        tDegree: [3, 1],
        constant: false,
        faithful: false,
        pure: false,
      },
      ...{ taint: ['A', 'B'], tangentTaint: ['dA', 'A', 'B'] },
    });
    expect(derived([x, y], { linear: true }).tangentTaint).toEqual(['dA']);
    expect(derived([x, y], { about: { faithful: true, pure: true } })).toMatchObject({
      faithful: true,
      pure: true,
    });
    expect(derived([x, y], { taint: ['C'], tangentTaint: ['D'] })).toMatchObject({
      ...{ taint: ['A', 'B', 'C'], tangentTaint: ['dA', 'A', 'B', 'D'] },
    });
  });

  it('has no derivative backward, nor of what stands still, and takes 0 for one that does', () => {
    expect(derived([x, y], {}, { tangents: false })).toMatchObject({ t: null, tDegree: null });
    const { t: _x, ...still } = x;
    const { t: _y, ...alsoStill } = y;
    expect(derived([still, alsoStill])).toMatchObject({ t: null, tDegree: null });
    expect(derived([x, alsoStill]).t).toEqual([10, 12]);
    expect(derived([still, y]).t).toEqual([21, 3]);
  });

  it('has exponents where they are asked for, with signs that are added or lost', () => {
    expect(derived([x, y], {}, { exponents: false }).q).toBeNull();
    const [odd, one] = [
      { ...x, sign: [1, 0] },
      { ...y, sign: [1, 1] },
    ];
    expect(derived([odd, y])).toMatchObject({ sign: null, lost: true });
    expect(derived([odd, y], { signs: 'add' })).toMatchObject({ sign: [1, 0], lost: false });
    expect(derived([odd, one], { signs: 'add' })).toMatchObject({ sign: [0, 1], lost: false });
    const single: Given = { real: [1], p: [1], t: [1], q: [1], sign: [1] };
    expect(derived([odd, single], { signs: 'add' }).sign).toEqual([0, 1]);
    expect(derived([single, odd], { signs: 'add' }).sign).toEqual([0, 1]);
    expect(derived([x, y], { signs: 'add' })).toMatchObject({ sign: null, lost: false });
    expect(derived([{ ...x, lost: true }, y], { signs: 'add' }).lost).toBe(true);
    expect(derived([x, { ...y, random: true }]).random).toBe(true);
  });

  it('in double precision takes its value from the kernel, and only the derivative from the formula', () => {
    const world = new World(tf, [], { exponents: false, free: false });
    const [a, b] = [world.constant([1, 2]), world.constant([3, 4])];
    const { numbers } = derive(
      world,
      [a, b],
      2,
      [70, 80],
      rational(
        (f, u, v) => f.add(u!, v!),
        () => a.numbers[0]!.value,
      ),
    );
    expect([...numbers[0]!.value.re]).toEqual([70, 80]);
    expect(numbers).toHaveLength(1);
  });
});

describe('a call', () => {
  it('runs its kernel on other numbers, in lists of inputs too', () => {
    expect(carry({ x, y }, (tf, { x, y }) => tf.concat([x!, y!, x!])).out.p).toEqual([3, 40, 10, 2, 3, 40]);
    expect(carry({ x, y }, (tf, { x, y }) => tf.stack([y!, x!], 1)).out.t).toEqual([7, 5, 1, 6]);
    const part = carry({ x, y }, (tf, { x, y }) => tf.split(tf.concat([x!, y!]), 2)[1]!);
    expect(part.out).toMatchObject({ p: [10, 2], t: [7, 1], q: [9, 5] });
  });

  it('runs on another TensorFlow.js, which does not know the tensors of the code', async () => {
    await float32.setBackend('cpu');
    const subject: ExactSubject = {
      inputs: [input('x', [0.5, 2, -1])],
      forward: (tf, { x }) =>
        tf.mul(
          tf.mean(tf.gather(x!, tf.tensor([2, 0], [2], 'int32'))),
          tf.sum(tf.prelu(x!, tf.scalar(0.25))),
        ),
      arithmetic: tf,
    };
    expect(exactCheck(float32 as unknown as TF, subject)).toMatchObject({ verdict: 'proved', cause: null });
  });

  it('leaves no data behind', () => {
    const held = () => [tf.memory().numTensors, tf.backend().numDataIds()];
    const before = held();
    carry({ x, y }, (tf, { x, y }) => tf.sum(tf.matMul(tf.reshape(x!, [1, 2]), tf.reshape(y!, [2, 1]))));
    expect(held()).toEqual(before);
  });
});
