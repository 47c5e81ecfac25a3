import { describe, expect, it } from '@jest/globals';
import * as foreign from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import { GradcheckInputError } from '../../../src/gradcheck/errors.ts';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { Tensor } from '../../../src/gradcheck/types.ts';

foreign.enableProdMode();
await tf.ready();

const data = [
  [0.4, -1.2],
  [0.7, 0.1],
];
const weights = () =>
  tf.variable(
    tf.tensor2d([
      [0.3, -0.2],
      [0.5, 0.9],
    ]),
  );
const product = (w: Tensor) => tf.tanh(tf.matMul(tf.tensor2d(data), w as never));
/** x w with half the gradient with respect to w. */
const halfProduct = tf.customGrad(((x: Tensor, w: Tensor, save: (tensors: Tensor[]) => void) => {
  save([x, w]);
  return {
    value: tf.matMul(x, w),
    gradFunc: (dy: Tensor, [x, w]: [Tensor, Tensor]) => [
      tf.matMul(dy, w, false, true),
      tf.mul(0.5, tf.matMul(x, dy, true)),
    ],
  };
}) as never) as (x: Tensor, w: Tensor) => Tensor;

const errorOf = async (run: Promise<unknown>): Promise<string> => {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GradcheckInputError);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
};

describe('variables are checked like inputs', () => {
  it('of a record, a list and a function, under their names; a wrong gradient is caught', async () => {
    const w = weights();
    const b = tf.variable(tf.tensor1d([0.1, -0.4]), true, 'offset');
    const forward = () => tf.add(product(w), b);
    for (const [variables, names] of [
      [{ w, b }, ['w', 'b']],
      [
        [w, b, w],
        ['variables[0]', 'offset'],
      ],
      [[[w], [w, b]].flatMap((list) => [list, list]), ['variables[0][0]', 'offset']],
      [() => ({ first: [w], second: { b } }), ['first/variables.first[0]', 'second/b']],
    ] as const) {
      const result = await gradcheck({ variables: variables as never, forward });
      expect(result.message).toContain('passed');
      expect(Object.keys(result.inputs)).toEqual(names);
    }
    const twice = await gradcheck({ variables: [{ w }, { w: b }], forward });
    expect(Object.keys(twice.inputs)).toEqual(['w', 'w_2']);
    const wrong = await gradcheck({
      variables: { w, b },
      forward: () => tf.add(halfProduct(tf.tensor2d(data), w), b),
    });
    expect(wrong).toMatchObject({
      status: 'fail',
      oddOneOut: 'tf autodiff',
      inputs: { w: { wrong: 4 }, b: { wrong: 0 } },
      suspects: [{ kernel: null, known: null }],
    });
    expect(wrong.message).toContain('At fault: your customGrad');
  });

  it('beside inputs, and a backward returns their gradients, too', async () => {
    const w = weights();
    const linear = {
      inputs: { x: data },
      variables: { w },
      forward: (_: unknown, { x }: { x: Tensor }) => tf.matMul(x, w),
    };
    const gradients = (x: Tensor, dy: Tensor) => ({
      x: tf.matMul(dy, w as Tensor, false, true),
      w: tf.matMul(x, dy, true),
    });
    const right = await gradcheck({ ...linear, backward: (_, { x }, dy) => gradients(x, dy) });
    expect(right).toMatchObject({ status: 'pass', inputs: { x: { checked: 4 }, w: { checked: 4 } } });
    const wrong = await gradcheck({
      ...linear,
      backward: (_, { x }, dy) => ({ ...gradients(x, dy), w: tf.mul(2.5, gradients(x, dy).w) }),
    });
    expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'yours', inputs: { w: { wrong: 4 } } });
    expect(wrong.looksLike).toBe('yours = 2.5 x numeric in all 4 elements');
    const none = await gradcheck({ ...linear, backward: (_, { x }, dy) => ({ x: gradients(x, dy).x }) });
    expect(none).toMatchObject({ status: 'fail', stage: 'names' });
    expect(none.message).toContain('returned no gradient of w');
  });

  it('of layers and models: the trainable weights', async () => {
    const frozen = tf.layers.dense({ units: 2, name: 'frozen', trainable: false });
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [2], units: 3, activation: 'tanh', name: 'hidden' }),
        frozen,
        tf.layers.dense({ units: 1, useBias: false, name: 'last' }),
      ],
    });
    const result = await gradcheck({
      variables: { model },
      forward: () => tf.mean(tf.square(model.apply(tf.tensor2d(data)) as Tensor)),
    });
    expect(result.status).toBe('pass');
    expect(Object.keys(result.inputs)).toEqual([
      'model/hidden/kernel',
      'model/hidden/bias',
      'model/last/kernel',
    ]);
  });

  it('hold their own values afterwards: after a pass, a failure and a throw, and where forward assigns them', async () => {
    const w = weights();
    const before = Array.from(w.dataSync());
    const other = tf.variable(tf.scalar(3), true, 'other');
    const count = tf.memory().numTensors;
    await gradcheck({ variables: { w }, forward: () => product(w) });
    await gradcheck({ variables: { w }, forward: () => halfProduct(tf.tensor2d(data), w) });
    await gradcheck({
      variables: { w },
      forward: () => {
        other.assign(tf.add(other, 1));
        w.assign(tf.mul(w, 2));
        return product(w);
      },
    });
    let runs = 0;
    await gradcheck({
      variables: { w },
      forward: () => {
        runs++;
        w.assign(tf.mul(w, 2));
        if (runs === 2) other.assign(tf.add(other, 1));
        return product(w);
      },
    });
    await gradcheck({
      variables: { w },
      forward: () => {
        w.assign(tf.mul(w, 2));
        throw new Error('deliberate');
      },
    }).catch(() => {});
    expect(Array.from(w.dataSync())).toEqual(before);
    expect(other.dataSync()[0]).toBe(3);
    expect(tf.memory().numTensors).toBe(count);
  });

  it('the second derivative, too', async () => {
    const w = weights();
    const result = await gradcheck({ variables: { w }, forward: () => tf.square(product(w)) }, { order: 2 });
    expect(result.status === 'unsupported' ? 'unsupported' : result.message).toBe('unsupported');
    const cube = await gradcheck({ variables: { w }, forward: () => tf.mul(w, tf.mul(w, w)) }, { order: 2 });
    expect(cube).toMatchObject({ status: 'pass', inputs: { w: { checked: 4 } } });
  });
});

describe('variables that cannot be checked: one line', () => {
  const square = (variable: Tensor) => () => tf.square(variable);

  it('of another TensorFlow.js: the line that fixes it', async () => {
    const theirs = foreign.variable(foreign.scalar(2), true, 'theirs');
    const message = await errorOf(gradcheck({ variables: { theirs }, forward: () => tf.scalar(1) }));
    expect(message).toContain('spec: variables: theirs belongs to another TensorFlow.js');
    expect(message).toContain("preset: 'backproof'");
  });

  const whole = tf.variable(tf.scalar(2, 'int32'));
  const disposed = tf.variable(tf.scalar(2));
  disposed.dispose();
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const lists = (depth: number): unknown => (depth === 1 ? [] : [lists(depth - 1)]);
  for (const [name, message, variables] of [
    ['whole numbers', /variables: whole is of type int32: expected a float one/, { whole }],
    ['disposed', /variables: disposed is disposed/, { disposed }],
    ['NaN', /variables: n: expected finite numbers, got NaN/, { n: tf.variable(tf.scalar(Number.NaN)) }],
    [
      'no elements',
      /variables: e: expected at least one element, got shape \[0\]/,
      { e: tf.variable(tf.zeros([0])) },
    ],
    ['a number', /variables: expected a tf.Variable.* got number 3 at variables.t/, { t: 3 }],
    ['null', /variables: expected a tf.Variable.* got null at variables.t/, { t: null }],
    ['weights that are no list', /got number 3 at variables.trainableWeights/, { trainableWeights: 3 }],
    ['101 lists within each other, all empty', /variables: expected at least one, got none/, lists(101)],
    ['102 lists within each other', /expected lists and records within each other 100 deep/, lists(102)],
    ['none', /variables: expected at least one, got none/, []],
    ['a layer without weights', /expected at least one, got none \(is the layer built/, tf.layers.flatten()],
    ['a list that contains itself', /got one that contains itself/, cyclic],
    [
      'a function that throws',
      /variables: the function threw: late/,
      (): never => {
        throw new Error('late');
      },
    ],
    ['a promise', /returned a promise/, async () => []],
  ] as const) {
    it(name, async () => {
      const given = variables as never;
      expect(await errorOf(gradcheck({ variables: given, forward: square(tf.scalar(1)) }))).toMatch(message);
    });
  }

  it('with precision float32', async () => {
    const w = weights();
    const run = gradcheck(
      { variables: { w }, forward: () => product(w) },
      { precision: 'float32', tf: foreign },
    );
    expect(await errorOf(run)).toContain("variables: expected none with precision 'float32'");
  });
});
