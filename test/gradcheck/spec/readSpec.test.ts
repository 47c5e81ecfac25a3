import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { restore, watchAssignments } from '../../../src/gradcheck/spec/assignments.ts';
import { describe as described, multiIndex, readInput } from '../../../src/gradcheck/spec/readInput.ts';
import { readOptions, readSpec, withVariables } from '../../../src/gradcheck/spec/readSpec.ts';
import type { GradcheckOptions, TensorLike } from '../../../src/gradcheck/types.ts';

describe('options', () => {
  it('have defaults, also for what is undefined', () => {
    const defaults = {
      ...{
        mode: 'full',
        samples: 64,
        directions: 4,
        seed: 1,
        kinks: 'freeze',
        order: 1,
        exact: 'on',
        points: 0,
      },
      precision: 'float64',
    };
    expect(readOptions({})).toEqual(defaults);
    expect(readOptions({ seed: undefined, rtol: undefined } as unknown as GradcheckOptions)).toEqual(
      defaults,
    );
    expect(readOptions({ seed: 7, rtol: 0.25 })).toEqual({ ...defaults, seed: 7, rtol: 0.25 });
  });

  it.each<[keyof GradcheckOptions, unknown[], unknown[], string]>([
    ['rtol', [0, 1e-3, 0.4999], [-1e-9, 0.5, Number.NaN, '0.1'], 'a number from 0 and below 0.5'],
    ['atol', [0, 1e300], [-1, Number.POSITIVE_INFINITY, null], 'a finite number from 0'],
    ['samples', [1, 2 ** 40], [0, 1.5, -1, Number.POSITIVE_INFINITY], 'a whole number from 1'],
    ['directions', [1], [0, '1'], 'a whole number from 1'],
    ['seed', [0, 2 ** 40], [-1, 0.5, 2 ** 53], 'a whole number from 0'],
    ['points', [0, 3], [-1, 0.5], 'a whole number from 0'],
    ['mode', ['full', 'sampled', 'directional'], ['all'], 'full, sampled, directional'],
    ['kinks', ['freeze', 'skip', 'subgradient', 'error'], ['hold'], 'freeze, skip, subgradient, error'],
    ['order', [1, 2], [0, 3, '1'], '1, 2'],
    ['exact', ['on', 'off', 'only'], [true], 'on, off, only'],
    ['precision', ['float64', 'float32'], ['double'], 'float64, float32'],
  ])('%s', (option, good, bad, expected) => {
    for (const value of good) expect(readOptions({ [option]: value })[option]).toBe(value);
    for (const value of bad)
      expect(() => readOptions({ [option]: value })).toThrow(
        `option ${option}: expected ${expected}, got ${described(value)}`,
      );
  });

  it('have no other names, and no points without the exact check', () => {
    expect(() => readOptions({ sed: 1 } as GradcheckOptions)).toThrow(
      'option sed: expected one of mode, samples, directions, seed, kinks, order, exact, points, precision, rtol, atol, tf, float64, reproduce, onProgress, got the string "sed"',
    );
    for (const more of [{ exact: 'off' }, { precision: 'float32' }] as const)
      expect(() => readOptions({ points: 1, ...more })).toThrow(
        'option points: expected 0 without the exact check',
      );
    expect(readOptions({ points: 1, exact: 'only' }).points).toBe(1);
  });
});

describe('an input', () => {
  const read = (value: TensorLike) => {
    const { shape, size, dtype, values, constant } = readInput('spec', 'x', value);
    return { shape, size, dtype, values: [...Array.from(values)], kind: values.constructor.name, constant };
  };
  const float = { dtype: 'float32', kind: 'Float64Array', constant: false };
  it.each<[string, unknown, object]>([
    ['a number', 3, { ...float, shape: [], size: 1, values: [3] }],
    [
      'nested numbers',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { ...float, shape: [2, 3], size: 6, values: [1, 2, 3, 4, 5, 6] },
    ],
    [
      'booleans',
      [true, false],
      { ...float, dtype: 'bool', kind: 'Uint8Array', shape: [2], size: 2, values: [1, 0] },
    ],
    ['a boolean', [true], { ...float, dtype: 'bool', kind: 'Uint8Array', shape: [1], size: 1, values: [1] }],
    ['a Float32Array', Float32Array.of(0.5), { ...float, shape: [1], size: 1, values: [0.5] }],
    ['a Float64Array', Float64Array.of(0.1), { ...float, shape: [1], size: 1, values: [0.1] }],
    [
      'an Int32Array',
      Int32Array.of(-4, 5),
      { ...float, dtype: 'int32', kind: 'Int32Array', shape: [2], size: 2, values: [-4, 5] },
    ],
    [
      'a Uint8Array',
      Uint8Array.of(200),
      { ...float, dtype: 'int32', kind: 'Int32Array', shape: [1], size: 1, values: [200] },
    ],
    [
      'a Uint8ClampedArray',
      Uint8ClampedArray.of(7),
      { ...float, dtype: 'int32', kind: 'Int32Array', shape: [1], size: 1, values: [7] },
    ],
    [
      'values with a shape',
      { values: [1, 2], shape: [2, 1] },
      { ...float, shape: [2, 1], size: 2, values: [1, 2] },
    ],
    [
      'a constant',
      { values: [1, 2], shape: [2], constant: true },
      { ...float, constant: true, shape: [2], size: 2, values: [1, 2] },
    ],
    [
      'truth values with a type',
      { values: [0, 5], shape: [2], dtype: 'bool' },
      { ...float, dtype: 'bool', kind: 'Uint8Array', shape: [2], size: 2, values: [0, 1] },
    ],
  ])('is read: %s', (_name, value, wanted) => {
    expect(read(value as TensorLike)).toEqual(wanted);
  });

  it('is read from tensors, and copied', () => {
    const tensor = tf.tensor([[1, 2]]);
    const values = Float64Array.of(1, 2);
    expect(read(tensor as never)).toEqual({ ...float, shape: [1, 2], size: 2, values: [1, 2] });
    const copy = readInput('spec', 'x', values).values;
    copy[0] = 9;
    expect(values[0]).toBe(1);
    const text = tf.tensor(['a']);
    expect(() => read(text as never)).toThrow(
      'spec: input x: expected a float32, int32 or bool tensor, got string',
    );
    tensor.dispose();
    expect(() => read(tensor as never)).toThrow(/input x: the tensor cannot be read: .*disposed/);
    text.dispose();
  });

  it.each<[unknown, string]>([
    [{ values: [1], shape: [-1] }, 'expected a shape of whole numbers, got [-1]'],
    [{ values: [1], shape: [0.5] }, 'expected a shape of whole numbers, got [0.5]'],
    [{ values: [1], shape: [0] }, 'expected at least one element, got shape [0]'],
    [{ values: [1], shape: [1], constant: 'yes' }, 'constant: expected true or false, got the string "yes"'],
    [{ values: 3, shape: [1] }, 'values: expected a flat array of numbers, got number 3'],
    [
      { values: [1] },
      'expected numbers, a typed array, { values, shape } or a tensor, got an object (Object)',
    ],
    [
      { shape: [1] },
      'expected numbers, a typed array, { values, shape } or a tensor, got an object (Object)',
    ],
    [[[1, 2], [3]], 'ragged nesting: expected 2 entries at [1], got 1'],
    [[1, [2]], 'ragged nesting: expected a number at [1], got a list'],
    [[[1], 2], 'ragged nesting: expected a list at [1], got number 2'],
    [['a', 'b'], 'expected numbers, got the string "a" at [0]'],
    [{ values: [1, 2, 3, 4, 5], shape: [2, 3] }, 'expected 6 values for shape [2,3], got 5'],
    [{ values: [1, Number.NaN], shape: [2], dtype: 'int32' }, 'expected finite numbers, got NaN at [1]'],
    [
      { values: [2 ** 31], shape: [1], dtype: 'int32' },
      'expected whole numbers within ±2^31 for int32, got 2147483648 at [0]',
    ],
  ])('is refused: %j', (value, problem) => {
    expect(() => read(value as TensorLike)).toThrow(
      new RegExp(`^spec: input x: ${problem.replace(/[[\]{}().^|]/g, '\\$&')}`),
    );
  });

  it('may have 32 dimensions', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(read(nested(32) as TensorLike).shape).toHaveLength(32);
    expect(() => read(nested(33) as TensorLike)).toThrow('expected at most 32 dimensions, got more');
    expect(read({ values: [2 ** 31 - 1, -(2 ** 31)], shape: [2], dtype: 'int32' }).values).toEqual([
      2147483647, -2147483648,
    ]);
  });
});

describe('words for wrong values', () => {
  it.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    ['a text of more than twenty letters', 'the string "a text of more than "'],
    [[1], 'a list'],
    // biome-ignore lint/suspicious/noThenProperty: a promise is told by it
    [{ then: 1 }, 'a promise'],
    [new Map(), 'an object (Map)'],
    [true, 'boolean true'],
    [3, 'number 3'],
  ])('%p', (value, words) => {
    expect(described(value)).toBe(words);
  });

  it('places are counted row by row', () => {
    expect([multiIndex([2, 3, 4], 23), multiIndex([2, 3, 4], 4), multiIndex([], 0)]).toEqual([
      [1, 2, 3],
      [0, 1, 0],
      [],
    ]);
  });
});

describe('a spec', () => {
  it('has what needs gradients among its inputs and variables', () => {
    const forward = () => tf.scalar(0);
    const { name, inputs, differentiable } = readSpec({
      inputs: { x: 1, at: Int32Array.of(1), fixed: { values: [1], shape: [1], constant: true } },
      forward,
    });
    expect([name, inputs.map((each) => each.name), differentiable.map((each) => each.name)]).toEqual([
      ...['spec', ['x', 'at', 'fixed'], ['x']],
    ]);
    const only = readSpec({ name: 'held', variables: [], forward });
    expect([only.name, only.inputs]).toEqual(['held', []]);
    const w = readInput('spec', 'w', [1, 2]);
    const both = withVariables(readSpec({ inputs: { x: 1 }, forward }), [
      w,
      { ...w, name: 'k', dtype: 'int32' },
    ]);
    expect(both.inputs.map((each) => each.name)).toEqual(['x', 'w', 'k']);
    expect(both.differentiable.map((each) => each.name)).toEqual(['x', 'w']);
  });
});

describe('assignments', () => {
  it('are seen with the values before, once, and undone; variables made in between are left out', () => {
    const [w, gone] = [tf.variable(tf.tensor([1, 2])), tf.variable(tf.tensor([3]))];
    const before = new Map();
    const { assign } = tf.Variable.prototype;
    const result = watchAssignments(tf, before, () => {
      w.assign(tf.tensor([5, 6]));
      w.assign(tf.tensor([7, 8]));
      gone.assign(tf.tensor([4]));
      const made = tf.variable(tf.tensor([0]));
      made.assign(tf.tensor([1]));
      made.dispose();
      return 'done';
    });
    expect([result, tf.Variable.prototype.assign === assign]).toEqual(['done', true]);
    expect([...before].map(([variable, values]) => [variable === w, [...values]])).toEqual([
      [true, [1, 2]],
      [false, [3]],
    ]);
    gone.dispose();
    restore(tf, before);
    expect([...w.dataSync()]).toEqual([1, 2]);
    expect(() =>
      watchAssignments(tf, before, () => {
        throw new Error('stopped');
      }),
    ).toThrow('stopped');
    expect(tf.Variable.prototype.assign).toBe(assign);
    w.dispose();
  });
});
