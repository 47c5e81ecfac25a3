import { describe, expect, it } from '@jest/globals';
import * as foreign from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import { GradcheckInputError } from '../../../src/gradcheck/errors.ts';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import {
  attempt,
  explained,
  limitOf,
  throwingGradient,
  throwsInOwnGradient,
  UnsupportedError,
} from '../../../src/gradcheck/spec/limits.ts';
import type { Tensor, TF } from '../../../src/gradcheck/types.ts';

foreign.enableProdMode();
await tf.ready();
const inputs = { x: [[0.5, -1.5]] };
type Inputs = Record<'x', Tensor>;
type Forward = (tf: TF, inputs: Inputs) => Tensor;
const custom = (gradient: (dy: Tensor, x: Tensor) => Tensor) =>
  tf.customGrad(((x: Tensor) => ({
    value: tf.square(x),
    gradFunc: (dy: Tensor) => gradient(dy, x),
  })) as never) as (x: Tensor) => Tensor;

describe('lists of one tensor', () => {
  const lists: [string, (x: Tensor) => Tensor][] = [
    ['bandPart', () => tf.linalg.bandPart(tf.ones([1, 2]), -1, 0)],
    ['unstack', () => tf.unstack(tf.tensor2d([[2, 3]]))[0]!],
    ['split', () => tf.split(tf.tensor2d([[2, 3]]), 1)[0]!],
  ];
  for (const [name, constant] of lists) {
    it(`${name} of a constant: right passes, wrong is caught`, async () => {
      const forward: Forward = (_, { x }) => tf.mul(x, constant(x));
      const backward =
        (factor: number) =>
        (_: TF, { x }: Inputs, dy: Tensor) => ({
          x: tf.mul(factor, tf.mul(dy, tf.add(tf.zerosLike(x), constant(x)))),
        });
      expect(await gradcheck({ inputs, forward, backward: backward(1) })).toMatchObject({ status: 'pass' });
      expect(await gradcheck({ inputs, forward, backward: backward(3) })).toMatchObject({ status: 'fail' });
    });
  }

  it('of an input: TensorFlow.js has no gradient, yours is held against differences', async () => {
    for (const [kernel, forward] of [
      ['Unpack', (_: TF, { x }: Inputs) => tf.square(tf.unstack(x)[0]!)],
      ['SplitV', (_: TF, { x }: Inputs) => tf.square(tf.reshape(tf.split(x, 1)[0]!, [2]))],
    ] as const) {
      const none = await gradcheck({ inputs, forward });
      expect(none).toMatchObject({ status: 'unsupported', stage: null });
      expect(none.message).toContain(`its gradient of ${kernel} throws`);
      const backward =
        (factor: number) =>
        (_: TF, { x }: Inputs, dy: Tensor) => ({
          x: tf.mul(factor, tf.mul(tf.reshape(dy, [1, 2]), x)),
        });
      expect(await gradcheck({ inputs, forward, backward: backward(2) })).toMatchObject({ status: 'pass' });
      expect(await gradcheck({ inputs, forward, backward: backward(1) })).toMatchObject({ status: 'fail' });
    }
  });

  it('logSigmoid of an intermediate captures what is disposed: a limit of TensorFlow.js, not of the user', async () => {
    const none = await gradcheck({ inputs, forward: (_, { x }) => tf.logSigmoid(tf.mul(x, 2)) });
    expect(none).toMatchObject({ status: 'unsupported', stage: null });
    expect(none.message).toContain('a gradient function of its own throws');
    const own = tf.customGrad(((x: Tensor) => ({
      value: tf.square(x),
      gradFunc: (dy: Tensor) => tf.mul(dy, tf.mul(2, x)),
    })) as never) as (x: Tensor) => Tensor;
    const captured = await gradcheck({ inputs, forward: (_, { x }) => own(tf.mul(x, 2)) });
    expect(captured).toMatchObject({ status: 'fail', stage: 'names', suspects: [{ kernel: null }] });
  });

  it('a customGrad that throws is no limit of TensorFlow.js', async () => {
    const throwing = custom(() => {
      throw new Error('deliberate');
    });
    const result = await gradcheck({ inputs, forward: (_, { x }) => throwing(x) });
    expect(result).toMatchObject({ status: 'fail', stage: 'names', suspects: [{ kernel: null }] });
    expect(result.message).toContain('tf autodiff: deliberate');
  });
});

describe('tensors that cannot be used: what happened, and what to do', () => {
  const disposed = tf.tensor2d([[1, 2]]);
  disposed.dispose();
  const theirs = foreign.tensor2d([[1, 2]]);
  const DISPOSED = /Multiply was handed a disposed tensor, shape \[1,2\]: keep what the function captures/;
  const FOREIGN = /another TensorFlow.js.*preset: 'backproof'/;

  const THROWS: [string, RegExp, Forward][] = [
    ['a disposed capture', DISPOSED, (_, { x }) => tf.mul(x, disposed)],
    ['a tensor of another TensorFlow.js', FOREIGN, (_, { x }) => tf.mul(x, theirs)],
    ['an op of another TensorFlow.js', FOREIGN, (_, { x }) => foreign.square(x)],
    [
      'an output of another TensorFlow.js',
      /forward returned a tensor of another TensorFlow.js/,
      () => theirs,
    ],
  ];
  for (const [name, message, forward] of THROWS) {
    it(name, async () => {
      const error = await gradcheck({ inputs, forward }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(GradcheckInputError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('\n');
    });
  }

  it('in a backward, and in a customGrad', async () => {
    const forward: Forward = (_, { x }) => tf.square(x);
    const yours = await gradcheck({
      inputs,
      forward,
      backward: (_, __, dy) => ({ x: tf.mul(dy, disposed) }),
    });
    expect(yours).toMatchObject({ status: 'fail', stage: 'names', oddOneOut: 'yours' });
    expect(yours.message).toMatch(DISPOSED);
    const inside = custom((dy) => tf.mul(dy, disposed));
    const autodiff = await gradcheck({ inputs, forward: (_, { x }) => inside(x) });
    expect(autodiff).toMatchObject({ status: 'fail', stage: 'names', oddOneOut: 'tf autodiff' });
    expect(autodiff.message).toMatch(DISPOSED);
  });

  it('tf.grad inside a customGrad, where TensorFlow.js cannot nest it; in a forward it can', async () => {
    const nested = custom((dy, x) => tf.mul(dy, tf.grad((v) => tf.square(v))(x)));
    const result = await gradcheck({ inputs, forward: (_, { x }) => nested(x) });
    expect(result).toMatchObject({ status: 'fail', stage: 'names' });
    expect(result.message).toContain('tf.grad inside the gradient function of a customGrad');
    const forward: Forward = (_, { x }) => tf.grad((v) => tf.mul(v, tf.mul(v, v)))(x);
    expect(await gradcheck({ inputs, forward })).toMatchObject({ status: 'pass' });
  });
});

describe('what TensorFlow.js lacks, by the text of its error', () => {
  it.each<[string, ReturnType<typeof limitOf>]>([
    ['gradient function not found for Acos', { kernel: 'Acos', missing: 'gradient', reason: '' }],
    [
      "Cannot find registered kernel 'Prod' for this backend",
      { kernel: 'Prod', missing: 'kernel', reason: '' },
    ],
    ["Kernel 'Prod' not registered for backend 'wasm'", { kernel: 'Prod', missing: 'kernel', reason: '' }],
    ['Cannot backprop through an op without a gradient', { kernel: null, missing: null, reason: '' }],
    ['this is not yet supported', { kernel: null, missing: null, reason: '' }],
    // A kernel with a gradient: its own fault; one without: the code's.
    ['Error in gradient for op Maximum: shape', { kernel: 'Maximum', missing: null, reason: '' }],
    ['Error in gradient for op Mine: shape', null],
    ['gradient function not found for Acos, in a customGrad', null],
    ['x is not a function', null],
  ])('%s', (reason, limit) => {
    expect(limitOf(tf as never, reason)).toEqual(limit === null ? null : { ...limit, reason });
  });

  it('a function that ends, or throws on its own account, throws in no gradient; the limit of traces stays', () => {
    const limit = Error.stackTraceLimit;
    const thrower = (error: unknown) => () => {
      throw error;
    };
    const traceless = Object.assign(new TypeError('mine'), { stack: undefined });
    const thrown = [new TypeError('mine'), traceless, new Error('mine'), 'mine'];
    for (const f of [() => {}, ...thrown.map(thrower)]) expect(throwsInOwnGradient(f)).toBe(false);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it.each<[string, readonly string[], boolean]>([
    ['a function that it calls', ['gradFunc (/tf.js:1:1)', 'backpropagateGradients (/tf.js:2:2)'], true],
    [
      'one further down',
      ['minus (/tf.js:1:1)', 'f (/tf.js:9:9)', 'backpropagateGradients (/tf.js:2:2)'],
      true,
    ],
    [
      'backpropagateGradients itself',
      ['backpropagateGradients (/tf.js:2:2)', 'gradFunc (/tf.js:1:1)'],
      false,
    ],
    ['code of another file', ['mine (/mine.js:1:1)', 'backpropagateGradients (/tf.js:2:2)'], false],
    ['a function called by another file', ['minus (/tf.js:1:1)', 'mine (/mine.js:1:1)'], false],
    ['no gradient', ['minus (/tf.js:1:1)', 'sub (/tf.js:2:2)'], false],
    ['nothing that is known', [], false],
  ])('a TypeError in %s', (_name, frames, own) => {
    const error = new TypeError('x is null');
    error.stack = ['TypeError: x is null', ...frames.map((frame) => `    at ${frame}`)].join('\n');
    const f = () => {
      throw error;
    };
    expect(throwsInOwnGradient(f)).toBe(own);
    error.name = 'Error';
    expect(throwsInOwnGradient(f)).toBe(false);
  });

  it('a gradient far down is found whatever the limit of traces is', () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    let seen = 0;
    throwsInOwnGradient(() => {
      seen = Error.stackTraceLimit;
    });
    expect([seen, Error.stackTraceLimit]).toEqual([64, 1]);
    Error.stackTraceLimit = limit;
  });

  it('the gradient function that throws is named, at once or when its gradient is due, and all are put back', () => {
    const config = tf.getGradient('Tanh')!;
    const { gradFunc } = config;
    const run = () => tf.tidy(() => void tf.grad((x) => tf.square(tf.tanh(x)))(tf.scalar(1)));
    const naming = (wrong: unknown): string | null => {
      config.gradFunc = wrong as typeof gradFunc;
      const name = throwingGradient(tf as never, run);
      expect(config.gradFunc).toBe(wrong);
      return name;
    };
    const failed = () => {
      throw new Error('deliberate');
    };
    expect([naming(failed), naming(() => ({ x: failed })), naming(gradFunc)]).toEqual([
      ...['Tanh', 'Tanh', null],
    ]);
    expect(throwingGradient(tf as never, failed)).toBeNull();
    expect(config.gradFunc).toBe(gradFunc);
  });

  it('a forward that is not supported is told apart from one that fails', () => {
    const unsupported = { kernel: 'Prod', missing: 'kernel', reason: 'no Prod' } as const;
    const failed = (error: Error) => () =>
      attempt(() => {
        throw error;
      });
    expect(attempt(() => 3)).toEqual({ result: 3 });
    expect(failed(new UnsupportedError(unsupported))()).toEqual({ unsupported });
    expect(failed(new Error('mine'))).toThrow('mine');
  });

  it('only errors about tensors that are not known are explained', () => {
    const never = () => {
      throw new Error('it ran again');
    };
    expect(explained(tf as never, new Error('mine'), never)).toBe('mine');
    const unread = new Error("Cannot read properties of undefined (reading 'backend')");
    expect(explained(tf as never, unread, never)).toContain('was handed a tensor of this one: add preset');
    const [good, gone] = [tf.tensor([1]), tf.tensor([[1, 2]])];
    const { kernelFunc } = tf.getKernel('Multiply', tf.getBackend())!;
    gone.dispose();
    // Kernels have optional operands.
    const again = () => {
      tf.engine().runKernel('Multiply', { a: good, b: null, c: gone } as never);
    };
    expect(explained(tf as never, unread, again)).toContain(
      'Multiply was handed a disposed tensor, shape [1,2]',
    );
    expect(tf.getKernel('Multiply', tf.getBackend())!.kernelFunc).toBe(kernelFunc);
    good.dispose();
  });
});
