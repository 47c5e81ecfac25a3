import { expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { nodesToOutput, reachedFrom, type Tape, withTape } from '../../../src/gradcheck/spec/tape.ts';
import type { Tensor } from '../../../src/gradcheck/types.ts';

/** The tape of sin(x) + exp(y), beside which cos(x) and its square lead nowhere. */
function taped(see: (tape: Tape, x: Tensor, y: Tensor, z: Tensor) => void): void {
  tf.tidy(() => {
    const [x, y, z] = [tf.tensor([1]), tf.tensor([2]), tf.tensor([3])];
    const forward = () => {
      tf.square(tf.cos(x));
      return { sum: tf.add(tf.sin(x), tf.exp(y)), other: tf.neg(z) };
    };
    withTape(tf, [x, y, z], forward, (tape) => see(tape, x, y, z));
  });
}
const names = (nodes: Iterable<{ readonly kernelName: string }>) => [...nodes].map((node) => node.kernelName);

it('a tape has the ops of a run in order, and its outputs', () => {
  let seen = 0;
  taped((tape) => {
    seen++;
    expect(names(tape.nodes)).toEqual(['Cos', 'Square', 'Sin', 'Exp', 'Add', 'Neg']);
    expect(tape.ends).toHaveLength(2);
    expect([...names(nodesToOutput(tape))].toSorted()).toEqual(['Add', 'Exp', 'Neg', 'Sin']);
  });
  expect(seen).toBe(1);
  tf.tidy(() => {
    const x = tf.tensor([1]);
    const single = () => tf.sin(x);
    withTape(tf, [x], single, (tape) => expect([names(tape.nodes), tape.ends.length]).toEqual([['Sin'], 1]));
  });
});

it('tensors lead to those that ops compute from them, over any number of ops', () => {
  taped((tape, x, y, z) => {
    const [cos, square, sin, exp, sum, neg] = tape.nodes.map(({ outputs }) => outputs[0]!.id);
    expect(reachedFrom(tape, [x])).toEqual(new Set([x.id, cos, square, sin, sum]));
    expect(reachedFrom(tape, [y, z])).toEqual(new Set([y.id, z.id, exp, sum, neg]));
    expect(reachedFrom(tape, [])).toEqual(new Set());
  });
});

it('only ops on the way to an output count, where optional operands are missing too', () => {
  const node = (kernelName: string, inputs: object, id: number) => ({
    kernelName,
    inputs,
    outputs: [{ id }],
  });
  const a = { ...node('A', { x: { id: 1 } }, 2), outputs: [{ id: 2 }, { id: 9 }] };
  const b = node('B', { x: { id: 2 }, missing: null }, 3);
  const tape = { nodes: [a, b, node('C', { x: { id: 2 } }, 4)], ends: [{ id: 3 }] } as unknown as Tape;
  expect(names(nodesToOutput(tape)).toSorted()).toEqual(['A', 'B']);
  expect(reachedFrom(tape, [{ id: 2 } as Tensor])).toEqual(new Set([2, 3, 4]));
});
