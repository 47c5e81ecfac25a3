import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import {
  type GradcheckModelOptions,
  type GradcheckResult,
  gradcheck,
  gradcheckModel,
  type ShapedValues,
  type TF,
} from '../../src/gradcheck/index.ts';
import { inputsFrom } from './specs.ts';

tf.enableProdMode();

const { layers } = tf;
const { signed } = inputsFrom(5);
const oneHot = [
  [1, 0],
  [0, 1],
];

/** A dense model with seeded weights, so that every run checks at the same point. */
function dense(...between: tf.layers.Layer[]): tf.Sequential {
  const kernelInitializer = () => tf.initializers.glorotNormal({ seed: 3 });
  return tf.sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [3], activation: 'tanh', kernelInitializer: kernelInitializer() }),
      ...between,
      layers.dense({ units: 2, activation: 'softmax', kernelInitializer: kernelInitializer() }),
    ],
  });
}
const batch = { x: signed(2, 3), y: oneHot, loss: 'categoricalCrossentropy' } as const;

/** x * sigmoid(beta * x), with a gradient by hand; `planted` leaves out a factor for negative x. */
function swishOn(tf: TF, planted = false) {
  return class Swish extends tf.layers.Layer {
    static readonly className = 'Swish';
    beta!: ReturnType<tf.layers.Layer['addWeight']>;
    override build(): void {
      this.beta = this.addWeight('beta', [1], 'float32', tf.initializers.ones());
      this.built = true;
    }
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const swish = tf.customGrad((x, beta, save) => {
        const [input, scale] = [x as tf.Tensor, beta as tf.Tensor];
        const gate = tf.sigmoid(tf.mul(input, scale));
        (save as tf.GradSaveFunc)([input, scale, gate]);
        return {
          value: tf.mul(input, gate),
          gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
            const [x, beta, gate] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
            // sigmoid'(z) = sigmoid(z) (1 - sigmoid(z))
            const slope = tf.mul(gate, tf.sub(1, gate));
            const used = planted ? tf.where(tf.less(x, 0), gate, slope) : slope;
            const dx = tf.mul(dy, tf.add(gate, tf.mul(tf.mul(x, beta), used)));
            const dBeta = tf.sum(tf.mul(dy, tf.mul(tf.square(x), slope)));
            return [dx, tf.reshape(dBeta, [1])];
          },
        };
      });
      return swish(Array.isArray(inputs) ? inputs[0]! : inputs, this.beta.read());
    }
  };
}
const register = (on: TF): void => {
  on.serialization.registerClass(swishOn(on));
};

describe('gradcheckModel', () => {
  it('checks x and every trainable weight, by name, in double precision', async () => {
    const model = dense();
    const { status, inputs, message } = await gradcheckModel(model, batch);
    expect(message).toMatch(/^Gradient check passed: sequential/);
    expect(status).toBe('pass');
    const names = model.trainableWeights.map(({ originalName }) => originalName);
    expect(Object.keys(inputs).toSorted()).toEqual(['x', ...names].toSorted());
    for (const { checked, size } of Object.values(inputs)) expect(checked).toBe(size);
  });

  it('leaves the model as it is, and nothing behind', async () => {
    const model = dense(layers.batchNormalization());
    const before = model.getWeights().map((weight) => Array.from(weight.dataSync()));
    await gradcheckModel(model, { ...batch, training: true });
    const { numTensors } = float64.memory();
    await gradcheckModel(model, { ...batch, training: true });
    expect(float64.memory().numTensors).toBe(numTensors);
    expect(model.getWeights().map((weight) => Array.from(weight.dataSync()))).toEqual(before);
  });

  it('checks the loss that fit computes, regularization included', async () => {
    const slope = async (regularizer: 'l1l2' | null) => {
      const kernelRegularizer = regularizer === null ? {} : { kernelRegularizer: regularizer };
      const kernelInitializer = tf.initializers.randomUniform({ minval: 1, maxval: 2, seed: 1 });
      const model = tf.sequential({
        layers: [layers.dense({ units: 1, inputShape: [2], kernelInitializer, ...kernelRegularizer })],
      });
      const { status, inputs } = await gradcheckModel(model, { ...zero, loss: 'meanSquaredError' });
      expect(status).toBe('pass');
      return Math.abs(inputs[model.weights[0]!.originalName]!.worst!.numeric!);
    };
    // At 0 the error has no slope, so that only the penalty is left.
    const zero = { x: [[0, 0]], y: [[0]] };
    expect(await slope(null)).toBe(0);
    expect(await slope('l1l2')).toBeGreaterThan(1e-3);
  });

  it.each<[string, GradcheckModelOptions['loss']]>([
    ['meanSquaredError', 'meanSquaredError'],
    ['binaryCrossentropy', 'binaryCrossentropy'],
    ['a function', (tf, yTrue, yPred) => tf.losses.huberLoss(yTrue, yPred)],
  ])('takes the loss %s', async (_name, loss) => {
    expect(await gradcheckModel(dense(), { ...batch, loss })).toMatchObject({ status: 'pass' });
  });

  it('catches a gradient that is wrong in the loss', async () => {
    // The square's gradient without the factor 2.
    const loss: GradcheckModelOptions['loss'] = (tf, yTrue, yPred) =>
      tf.customGrad((d, save) => {
        (save as tf.GradSaveFunc)([d as tf.Tensor]);
        return {
          value: tf.square(d as tf.Tensor),
          gradFunc: (dy: tf.Tensor, [d]: tf.Tensor[]) => tf.mul(dy, d!),
        };
      })(tf.sub(yPred, yTrue));
    const result = await gradcheckModel(dense(), { ...batch, loss });
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'tf autodiff' });
    expect(result.message).toContain('Reproduce: gradcheckModel(model, { x, y, loss, seed: 1 })');
  });

  it('checks convolution, pooling and batch normalization', async () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1], activation: 'relu' }),
        layers.dropout({ rate: 0.5 }),
        layers.batchNormalization(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 2 }),
      ],
    });
    const options = { x: signed(2, 5, 5, 1), y: oneHot, loss: 'meanSquaredError' };
    expect(await gradcheckModel(model, options)).toMatchObject({ status: 'pass' });
    // In training mode dropout draws new numbers each time: 36, which are never the same by chance.
    const training = await gradcheckModel(model, { ...options, training: true });
    expect(training).toMatchObject({ status: 'fail', stage: 'repeatable' });
  });

  it('checks an embedding and recurrent layers', async () => {
    const model = tf.sequential({
      layers: [
        layers.embedding({ inputDim: 4, outputDim: 2, inputLength: 3 }),
        layers.bidirectional({ layer: layers.lstm({ units: 1, returnSequences: true }) as never }),
        layers.gru({ units: 1 }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
    });
    const x: ShapedValues = { values: [0, 1, 2, 3, 2, 1], shape: [2, 3], dtype: 'int32' };
    const { status, inputs } = await gradcheckModel(model, { x, y: [[1], [0]], loss: 'binaryCrossentropy' });
    expect(status).toBe('pass');
    expect(Object.keys(inputs)).toHaveLength(model.trainableWeights.length);
  });

  it('starts layers that remember from the same state each time', async () => {
    const layer = layers.simpleRNN({ units: 1, stateful: true, batchInputShape: [2, 3, 1] });
    const options = { x: signed(2, 3, 1), y: [[1], [0]], loss: 'meanSquaredError' };
    expect(await gradcheckModel(tf.sequential({ layers: [layer] }), options)).toMatchObject({
      status: 'pass',
    });
  });

  it('checks several inputs and outputs, shared layers, and leaves out what is frozen', async () => {
    const [a, b] = [tf.input({ shape: [2], name: 'a' }), tf.input({ shape: [2], name: 'b' })];
    const shared = layers.dense({ units: 2, name: 'shared', activation: 'tanh' });
    const sum = layers.add().apply([shared.apply(a), shared.apply(b)] as tf.SymbolicTensor[]);
    const head = (name: string, trainable: boolean) =>
      layers.dense({ units: 1, name, trainable }).apply(sum) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs: [head('p', true), head('q', false)] });
    const options = {
      x: { a: signed(3, 2), b: signed(3, 2) },
      y: { p: signed(3, 1), q: signed(3, 1) },
      loss: { p: 'meanSquaredError', q: 'meanAbsoluteError' },
    };
    const { status, inputs } = await gradcheckModel(model, options);
    expect(status).toBe('pass');
    const names = ['a', 'b', 'p/bias', 'p/kernel', 'shared/bias', 'shared/kernel'];
    expect(Object.keys(inputs).toSorted()).toEqual(names);
    const one = { ...options, x: signed(3, 2) };
    expect(await refusal(model, one)).toBe(
      `${model.name}: x: expected a record with a, b, got an object (Object)`,
    );
    const missing = { ...options, loss: { p: 'meanSquaredError' } };
    expect(await refusal(model, missing)).toMatch(/: loss: expected a name .*, got none for output q$/);
  });

  it.each<[string, unknown, object, RegExp]>([
    ['a model that is none', 5, {}, /^model: expected a tf\.LayersModel .*, got number 5$/],
    ['a model without layers', tf.sequential(), {}, /expected a model with layers, got none$/],
    ['an unknown loss', dense(), { loss: 'mse2' }, /: loss: expected a name .*, got Unknown loss mse2$/],
    [
      'a precision',
      dense(),
      { precision: 'float32' },
      /^option precision: expected none, a model is checked/,
    ],
    ['a bad y', dense(), { y: [[Number.NaN]] }, /input y: expected finite numbers, got NaN at \[0,0\]$/],
  ])('refuses %s', async (_what, model, options, line) => {
    expect(await refusal(model as tf.LayersModel, { ...batch, ...options })).toMatch(line);
  });
});

describe('layers of somebody', () => {
  const Swish = swishOn(tf);
  tf.serialization.registerClass(Swish);

  it('need a class that is registered in double precision, and written on it', async () => {
    const model = dense(new Swish());
    expect(await refusal(model, batch)).toMatch(
      /: expected a class Swish in double precision, got none that is registered: pass register: \(tf\) => tf\.serialization\.registerClass\(\.\.\.\)/,
    );
    const foreign = (on: TF) => on.serialization.registerClass(Swish);
    expect(await refusal(model, { ...batch, register: foreign })).toMatch(
      /: expected a class Swish in double precision, got one on another TensorFlow\.js: pass register: [^\n]*preset: 'backproof'/,
    );
  });

  it('are checked with their weights', async () => {
    const model = dense(new Swish());
    const { status, inputs } = await gradcheckModel(model, { ...batch, register });
    expect(status).toBe('pass');
    const beta = Object.keys(inputs).filter((name) => name.endsWith('/beta'));
    expect(beta).toHaveLength(1);
  });

  it('are caught where their customGrad is wrong, and the gradients above them are not blamed', async () => {
    const model = dense(new Swish());
    const planted = (on: TF) => on.serialization.registerClass(swishOn(on, true));
    const result = await gradcheckModel(model, { ...batch, register: planted });
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'tf autodiff' });
    expect(statusOf(result, /^x$/)).toBe('fail');
    expect(statusOf(result, /beta$/)).toBe('pass');
    const above = model.layers.at(-1)!.weights.map(({ originalName }) => originalName);
    for (const name of above) expect(result.inputs[name]!.status).toBe('pass');
  });

  it('of a model in double precision need nothing', async () => {
    const Own = swishOn(float64 as TF);
    float64.serialization.registerClass(Own);
    const model = float64.sequential({
      layers: [float64.layers.dense({ units: 2, inputShape: [3] }), new Own()],
    });
    expect(await gradcheckModel(model, { ...batch, loss: 'meanSquaredError' })).toMatchObject({
      status: 'pass',
    });
    // Also as variables of an ordinary spec.
    const x = signed(2, 3);
    const forward = (_: TF, tensors: { x: tf.Tensor }) => model.apply(tensors.x) as tf.Tensor;
    expect(await gradcheck({ inputs: { x }, variables: model, forward })).toMatchObject({ status: 'pass' });
  });
});

const statusOf = ({ inputs }: GradcheckResult, name: RegExp) =>
  Object.entries(inputs).find(([each]) => name.test(each))?.[1].status;

/** The message of the error of gradcheckModel for a model that it rejects. */
const refusal = (model: tf.LayersModel, options: GradcheckModelOptions): Promise<string> =>
  gradcheckModel(model, options).then(
    ({ message }) => `it was checked: ${message}`,
    (error: Error) => {
      expect(error.name).toBe('GradcheckInputError');
      return error.message;
    },
  );
