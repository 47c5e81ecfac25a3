import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { GradcheckInputError } from '../../../src/gradcheck/errors.ts';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import { dependenceOf } from '../../../src/gradcheck/spec/dependence.ts';
import { readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import { Subject } from '../../../src/gradcheck/spec/subject.ts';
import type { GradcheckSpec, Tensor } from '../../../src/gradcheck/types.ts';

tf.enableProdMode();

const inputs = { x: [0.5, -1.5] };
type Forward = GradcheckSpec<'x'>['forward'];
type Backward = NonNullable<GradcheckSpec<'x'>['backward']>;

const JEST = "add preset: 'backproof' to the Jest config";

/** Code that imports a TensorFlow.js in single precision, here `tf`. */
const FORWARDS: Record<string, Forward> = {
  'an op of it': (_, { x }) => tf.tanh(x),
  'a constant of it': (own, { x }) => own.mul(x, tf.scalar(2)),
  'a constant of it, by a method': (_, { x }) => x.mul(tf.scalar(2)),
  'a variable of it': (_, { x }) => tf.variable(x).square(),
  'a layer of it': (_, { x }) => tf.layers.dense({ units: 1 }).apply(tf.reshape(x, [1, 2])) as Tensor,
  'a gradient by it': (_, { x }) => tf.grad((y) => y.square())(x),
  // Ops called as methods are those of x, so the wrong gradient would go unnoticed.
  'a customGrad of it': (_, { x }) =>
    tf.customGrad((y) => ({ value: (y as Tensor).sin(), gradFunc: (dy: Tensor) => dy }))(x),
  'an op of it, the error swallowed': (own, { x }) => {
    try {
      return tf.tanh(x);
    } catch {
      return own.tanh(x);
    }
  },
  'an op of it on tensors of both, the error swallowed': (own, { x }) => {
    try {
      return tf.mul(x, tf.scalar(2));
    } catch {
      return own.mul(x, 2);
    }
  },
};

describe('code that imports another TensorFlow.js', () => {
  it.each(Object.entries(FORWARDS))('is recognised by %s', async (_what, forward) => {
    const line = await refusal({ name: 'activation', inputs, forward });
    expect(line).toMatch(
      /^activation: expected ops of the tf that is handed in, got those of another TensorFlow\.js, which the code imports: [^\n]*$/,
    );
    expect(line).toContain(JEST);
  });

  it('is recognised by what forward returns', async () => {
    const forward: Forward = (_, { x }) => tf.tensor1d(x.arraySync() as number[]);
    const line = await refusal({ name: 'copy', inputs, forward });
    expect(line).toMatch(
      /^copy: forward returned a tensor of another TensorFlow\.js, which the code imports: /,
    );
    expect(line).toContain(JEST);
  });

  it.each<[string, Backward, RegExp]>([
    ['an op', (_, { x }, dy) => ({ x: tf.mul(dy, tf.cos(x)) }), /^sine: expected ops of the tf/],
    [
      'what it returns',
      (_, { x }) => ({ x: tf.cos(x.arraySync() as number[]) }),
      /^sine: backward returned a gradient of x of another TensorFlow\.js/,
    ],
  ])('is recognised in backward by %s, and nobody is blamed', async (_what, backward, head) => {
    const line = await refusal({ name: 'sine', inputs, forward: (own, { x }) => own.sin(x), backward });
    expect(line).toMatch(head);
    expect(line).toContain(JEST);
  });

  it('is recognised where only the ops are written down', () => {
    let isLater = false;
    const forward: Forward = (own, { x }) => (isLater ? tf.tanh(x) : own.tanh(x));
    const subject = new Subject(float64, readSpec({ name: 'activation', inputs, forward }));
    expect(subject.layout.shape).toEqual([2]);
    isLater = true;
    expect(() => dependenceOf(subject)).toThrow(GradcheckInputError);
  });

  it('is recognised by a variable', async () => {
    const scale = tf.variable(tf.scalar(2));
    const line = await refusal({ name: 'scaled', variables: { scale }, forward: (own) => own.square(scale) });
    expect(line).toMatch(/^scaled: /);
    expect(line).toContain(JEST);
    scale.dispose();
  });

  it('leaves the engine of that TensorFlow.js as it was', async () => {
    const engine = tf.engine();
    const { runKernelFunc, gradients } = engine as unknown as Record<string, unknown>;
    const { tensorInfo } = engine.state;
    await refusal({ inputs, forward: FORWARDS['an op of it']! });
    expect(engine).toMatchObject({ runKernelFunc, gradients });
    expect(engine.state.tensorInfo).toBe(tensorInfo);
    const doubled = tf.tidy(
      () =>
        tf
          .grad((y) => tf.square(y))(tf.scalar(3))
          .dataSync()[0],
    );
    expect(doubled).toBe(6);
  });

  it('is not suspected where its tensors are inputs, or only their values are used', async () => {
    const x = tf.tensor1d([0.5, -1.5]);
    const forward: Forward = (own, tensors) => own.mul(tensors.x, x.arraySync() as number[]);
    expect(await gradcheck({ inputs: { x }, forward })).toMatchObject({ status: 'pass' });
    expect(x.isDisposed).toBe(false);
    x.dispose();
    // It may compute what it likes by itself, also with operands left out.
    const constant: Forward = (own, tensors) => {
      const product = tf.tidy(() => tf.fused.matMul({ a: tf.ones([1, 2]), b: tf.ones([2, 1]) }).arraySync());
      return own.mul(tensors.x, product as number[][]);
    };
    expect(await gradcheck({ inputs, forward: constant })).toMatchObject({ status: 'pass' });
  });

  it('is not suspected where a tensor was disposed, and forward throws', async () => {
    const forward: Forward = (own, { x }) => {
      const y = own.sin(x);
      y.dispose();
      return own.mul(x, y);
    };
    expect(await refusal({ inputs, forward })).not.toContain('another TensorFlow.js');
  });
});

describe('the line to add', () => {
  const { JEST_WORKER_ID, VITEST } = process.env;
  afterEach(() => {
    process.env.JEST_WORKER_ID = JEST_WORKER_ID;
    if (VITEST === undefined) delete process.env.VITEST;
  });

  it('is that of Vitest in Vitest, and none of a runner where there is none', async () => {
    delete process.env.JEST_WORKER_ID;
    const spec = { inputs, forward: FORWARDS['an op of it']! };
    expect(await refusal(spec)).toContain('run `backproof check FILE`');
    process.env.VITEST = 'true';
    expect(await refusal(spec)).toContain(
      "add plugins: [gradcheck()] with gradcheck from 'backproof/vitest'",
    );
  });
});

/** The message of the error of gradcheck for a spec that it rejects. */
const refusal = (spec: GradcheckSpec<'x'>): Promise<string> =>
  gradcheck(spec).then(
    ({ message }) => `it was checked: ${message}`,
    (error: Error) => {
      expect(error.name).toBe('GradcheckInputError');
      return error.message;
    },
  );
