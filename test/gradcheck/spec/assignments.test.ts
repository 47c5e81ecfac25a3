import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { type Before, restore, watchAssignments } from '../../../src/gradcheck/spec/assignments.ts';

await tf.ready();

describe('variables that a function assigns', () => {
  const variable = (...values: number[]) => tf.variable(tf.tensor(values));

  it('are known with the values that they held first, except those that it makes, and get them back', () => {
    const before: Before = new Map();
    const { assign } = tf.Variable.prototype;
    const assigned = variable(1, 2);
    const result = watchAssignments(tf, before, () => {
      const own = variable(4);
      own.assign(tf.tensor([5]));
      assigned.assign(tf.tensor([6, 7]));
      assigned.assign(tf.tensor([8, 9]));
      own.dispose();
      return 'done';
    });
    expect(result).toBe('done');
    expect([...before]).toEqual([[assigned, Float64Array.of(1, 2)]]);
    expect(tf.Variable.prototype.assign).toBe(assign);
    restore(tf, before);
    expect([...assigned.dataSync()]).toEqual([1, 2]);
    // One that is disposed stays so.
    assigned.dispose();
    const buffers = tf.backend().numDataIds();
    restore(tf, before);
    expect(tf.backend().numDataIds()).toBe(buffers);
  });

  it('are no longer watched where it throws', () => {
    const { assign } = tf.Variable.prototype;
    const failing = () =>
      watchAssignments(tf, new Map(), () => {
        throw new Error('stopped');
      });
    expect(failing).toThrow('stopped');
    expect(tf.Variable.prototype.assign).toBe(assign);
  });
});
