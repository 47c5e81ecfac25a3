import { describe, expect, it } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import { GradcheckInputError } from '../../../src/gradcheck/errors.ts';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/types.ts';

tfjs.enableProdMode();

const square: GradcheckSpec = {
  name: 'square',
  inputs: { x: [1, 2] },
  forward: (tf, { x }) => tf.square(x!),
};
const inputs = (x: unknown) => ({ ...square, inputs: { x } as never });
const forward = (f: unknown) => ({ ...square, forward: f as GradcheckSpec['forward'] });

const cyclic: unknown[] = [];
cyclic.push(cyclic);

const nested = (depth: number): unknown =>
  Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);

const SPECS: [string, RegExp, unknown][] = [
  ['NaN', /^square: input x: expected finite numbers, got NaN at \[1,0\]$/, inputs([[1], [Number.NaN]])],
  [
    'Infinity',
    /input x: expected finite numbers, got Infinity at \[1\]/,
    inputs([1, Number.POSITIVE_INFINITY]),
  ],
  ['strings', /input x: expected numbers, got the string "a" at \[0\]/, inputs(['a', 'b'])],
  ['symbols', /input x: expected numbers, got symbol Symbol\(x\) at \[0\]$/, inputs([Symbol('x')])],
  [
    'an unknown dtype',
    /expected dtype float32, int32 or bool, got the string "complex64"/,
    inputs({ values: [1], shape: [1], dtype: 'complex64' }),
  ],
  ['zero size', /input x: expected at least one element, got shape \[0\]/, inputs([])],
  ['zero size, typed', /got shape \[2,0\]/, inputs({ values: [], shape: [2, 0] })],
  ['undefined', /input x: expected numbers, a typed array.*got undefined/, inputs(undefined)],
  [
    'a list of inputs',
    /^square: inputs: expected an object of tensors by name, got a list$/,
    { ...square, inputs: [[1], [2]] },
  ],
  ['null inputs', /inputs: expected an object of tensors by name, got null$/, { ...square, inputs: null }],
  ['a name that is no text', /^spec: name: expected a string, got number 3$/, { ...square, name: 3 }],
  ['no inputs', /^square: inputs: expected at least one, got none$/, { ...square, inputs: {} }],
  [
    'whole numbers only',
    /expected at least one of float type .*, got x \(int32\)/,
    inputs(new Int32Array([1])),
  ],
  ['no forward', /^square: forward: expected a function.*got undefined/, forward(undefined)],
  ['backward', /backward: expected a function.*got number 3/, { ...square, backward: 3 }],
  ['an unknown key', /expected the keys .*, got backwards/, { ...square, backwards: () => ({}) }],
  ['null', /^spec: expected \{ inputs, forward, backward\? \}, got null/, null],
  [
    'a number out',
    /^square: forward returned number 3: expected a tensor, or a list or record of tensors$/,
    forward(() => 3),
  ],
  ['undefined out', /forward returned undefined: expected a tensor/, forward(() => undefined)],
  [
    'a promise out',
    /^square: forward returned a promise: forward must be synchronous/,
    forward(async () => 3),
  ],
  [
    'a thenable out',
    /forward returned a promise: forward must/,
    forward(() => Promise.reject(new Error('late'))),
  ],
  [
    'an async backward',
    /backward returned a promise: backward must/,
    { ...square, backward: async () => ({}) },
  ],
  [
    'a promise of gradients',
    /backward returned a promise/,
    { ...square, backward: () => Promise.reject(new Error('late')) },
  ],
  [
    'int32 out of range',
    /input x: expected whole numbers within ±2\^31 for int32, got 3000000000 at \[0\]/,
    inputs({ values: [3e9], shape: [1], dtype: 'int32' }),
  ],
  [
    'a fraction for int32',
    /expected whole numbers .* got 1.5 at \[1\]/,
    inputs({ values: [1, 1.5], shape: [2], dtype: 'int32' }),
  ],
  [
    'lists within each other, 20,000 deep',
    /input x: expected at most 32 dimensions, got more$/,
    inputs(nested(20_000)),
  ],
  [
    'lists of variables within each other, 20,000 deep',
    /expected lists and records within each other 100 deep, got more/,
    { ...square, variables: nested(20_000) },
  ],
  [
    'a list that contains itself',
    /input x: expected nested numbers, got a list that contains itself/,
    inputs(cyclic),
  ],
  [
    'constant inputs only',
    /float type .*, got x \(constant\)/,
    inputs({ values: [1], shape: [1], constant: true }),
  ],
  [
    'int32 out',
    /forward returned an int32 tensor: expected a float one/,
    forward((tf: typeof tfjs) => tf.tensor1d([1], 'int32')),
  ],
  [
    'nothing out',
    /forward returned an empty tensor, shape \[0\]/,
    forward((tf: typeof tfjs) => tf.tensor1d([])),
  ],
  [
    'a forward that throws',
    /^square: forward threw: deliberate$/,
    forward(() => {
      throw new Error('deliberate');
    }),
  ],
];

const OPTIONS: [RegExp, Record<string, unknown>][] = [
  [/option mode: expected full, sampled, directional, got the string "quick"/, { mode: 'quick' }],
  [/option kinks: expected freeze, skip, subgradient, error, got the string "ignore"/, { kinks: 'ignore' }],
  [/option samples: expected a whole number from 1, got number 0/, { samples: 0 }],
  [/option seed: expected a whole number from 0, got number 1.5/, { seed: 1.5 }],
  [/option rtol: expected a number from 0 and below 0.5, got number NaN/, { rtol: Number.NaN }],
  [/option rtol: expected a number from 0 and below 0.5, got number 0.5/, { rtol: 0.5 }],
  [/option rtol: expected a number from 0 and below 0.5, got number -1/, { rtol: -1 }],
  [/option atol: expected a finite number from 0, got number Infinity/, { atol: Number.POSITIVE_INFINITY }],
  [/option order: expected 1, 2, got number 3/, { order: 3 }],
  [/option eps: expected one of/, { eps: 1e-6 }],
  [
    /option tf: expected your TensorFlow.js with precision 'float32', got undefined/,
    { precision: 'float32' },
  ],
  [/option tf: expected TensorFlow.js in double precision, got float32/, { tf: tfjs }],
];

describe('bad input: one line, naming the spec and the input', () => {
  for (const [name, message, spec] of SPECS) {
    it(name, async () => {
      const error = await gradcheck(spec as GradcheckSpec).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(GradcheckInputError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('\n');
    });
  }

  for (const [message, options] of OPTIONS) {
    it(`options ${Object.keys(options)}: ${message.source}`, async () => {
      const error = await gradcheck(square, options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(GradcheckInputError);
      expect((error as Error).message).toMatch(message);
    });
  }
});

describe('inputs of every kind', () => {
  const kinds: Record<string, unknown> = {
    number: 2,
    nested: [
      [1, 2],
      [3, 4],
    ],
    'typed array': new Float32Array([1, 2]),
    'double array': new Float64Array([1, 2]),
    shaped: { values: new Float64Array([1, 2, 3, 4]), shape: [2, 2] },
    tensor: tfjs.tensor2d([[1, 2]]),
  };
  for (const [name, x] of Object.entries(kinds)) {
    it(name, async () => {
      expect(await gradcheck(inputs(x) as GradcheckSpec)).toMatchObject({ status: 'pass' });
    });
  }

  it('whole numbers and truth values are passed on, without gradients', async () => {
    const spec: GradcheckSpec = {
      inputs: {
        x: [
          [1, 2],
          [3, 4],
        ],
        rows: new Int32Array([1, 0, 1]),
        keep: [true, false, true] as never,
      },
      forward: (tf, { x, rows, keep }) =>
        tf.mul(tf.gather(x!, rows as never), tf.reshape(tf.cast(keep!, 'float32'), [3, 1])),
    };
    const result = await gradcheck(spec);
    expect(result.status).toBe('pass');
    expect(Object.keys(result.inputs)).toEqual(['x']);
    const extra = await gradcheck({
      ...spec,
      backward: (tf, { x, rows }) => ({ x: tf.zerosLike(x!), rows: rows! }),
    });
    expect(extra).toMatchObject({ status: 'fail', stage: 'names' });
    expect(extra.message).toContain('(inputs of whole numbers have none)');
  });
});
