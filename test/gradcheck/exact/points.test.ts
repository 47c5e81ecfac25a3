import { describe, expect, it } from '@jest/globals';
import { exactCheck } from '../../../src/gradcheck/exact/index.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { tf as float32 } from '../../../src/tfjs/tfjs.ts';
import { exact, planted, subjectOf, tf } from './support.ts';

type F = (tf: TF, x: Tensor) => Tensor;

describe('exactly at a kink or a tie', () => {
  const kinks: Record<string, [number[], F]> = {
    relu: [[0, 1.5], (tf, x) => tf.relu(x)],
    abs: [[0, -1.5], (tf, x) => tf.abs(x)],
    leakyRelu: [[0, -1.5], (tf, x) => tf.leakyRelu(x, 0.25)],
    prelu: [[0, -1.5], (tf, x) => tf.prelu(x, tf.scalar(0.25))],
    elu: [[0, 1.5], (tf, x) => tf.elu(x)],
    selu: [[0, 1.5], (tf, x) => tf.selu(x)],
    'relu6 at 0': [[0, 1.5], (tf, x) => tf.relu6(x)],
    'relu6 at 6': [[6, 1.5], (tf, x) => tf.relu6(x)],
    'clip at its lower end': [[-0.5, 0.25], (tf, x) => tf.clipByValue(x, -0.5, 1)],
    'clip at its upper end': [[1, 0.25], (tf, x) => tf.clipByValue(x, -0.5, 1)],
    'maximum of equals': [[2, 0.25], (tf, x) => tf.maximum(x, tf.tensor([2, 0]))],
    'minimum of equals': [[2, 0.25], (tf, x) => tf.minimum(x, tf.tensor([2, 1]))],
    'max of equals': [[2, 2, 1], (tf, x) => tf.max(x)],
    'min of equals': [[2, 2, 3], (tf, x) => tf.min(x)],
    'max pooling of equals': [
      [2, 2, 1, 0.5],
      (tf, x) => tf.maxPool(tf.reshape(x, [1, 2, 2, 1]) as never, 2, 2, 'valid'),
    ],
  };
  for (const [name, [x, f]] of Object.entries(kinks))
    it(`${name}: TensorFlow.js's convention is proved, another is not, and the kink is told`, () => {
      const spec: GradcheckSpec = { inputs: { x }, forward: (tf, { x }) => f(tf, x!) };
      expect(exact(spec)).toMatchObject({ verdict: 'proved', branches: 'point' });
      expect(exact(spec).kinks).toBeGreaterThan(0);
      const moved = planted(spec, 'x', 0, (tf, dy, mask) => tf.sub(dy, tf.mul(mask, 9)));
      expect(exact(moved).verdict).toBe('refuted');
    });

  it('has another convention left open, and refutes what is wrong beside the kink as well', () => {
    const spec: GradcheckSpec = {
      inputs: { x: [0, 1, -2] },
      forward: (tf, { x }) => tf.relu(x!),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.cast(tf.greaterEqual(x!, 0), 'float32')) }),
    };
    const { verdict, cause } = exact(spec);
    expect(verdict).toBe('not proved');
    expect(cause).toMatch(/^exactly at a kink/);
    const twice: GradcheckSpec = {
      ...spec,
      backward: (tf, { x }, dy) => ({ x: tf.mul(tf.mul(dy, tf.step(x!)), [1, 2, 1]) }),
    };
    expect(exact(twice)).toMatchObject({ verdict: 'refuted', wrong: { x: 1 } });
    expect(exact({ ...spec, inputs: { x: [0.5, 1, -2] } }).verdict).toBe('proved');
  });
});

describe('all branches at once', () => {
  const net = (mask: (tf: TF, z: Tensor, dy: Tensor) => Tensor): GradcheckSpec => {
    const z = (tf: TF, { x, w }: Record<string, Tensor>) => tf.matMul(x!, w!);
    return {
      inputs: {
        x: [
          [0.5, -1],
          [2, 0.75],
        ],
        w: [
          [1.5, -0.5],
          [0.25, 1],
        ],
      },
      forward: (tf, inputs) => tf.relu(z(tf, inputs)),
      backward: (tf, inputs, dy) => {
        const dz = tf.mul(dy, mask(tf, z(tf, inputs), dy));
        return {
          x: tf.matMul(dz, inputs.w!, false, true),
          w: tf.matMul(inputs.x!, dz, true, false),
        };
      },
    };
  };

  it('are proved with masks by step or by comparison with 0', () => {
    for (const mask of [
      (tf: TF, z: Tensor) => tf.step(z),
      (tf: TF, z: Tensor) => tf.cast(tf.greater(z, 0), 'float32'),
      (tf: TF, z: Tensor) => tf.cast(tf.less(0, z), 'float32'),
      (tf: TF, z: Tensor) => tf.sub(1, tf.step(tf.neg(z))),
    ])
      expect(exact(net(mask))).toMatchObject({ verdict: 'proved', branches: 'all' });
  });

  it('are proved for clip, leaky ReLU, maximum and where', () => {
    const specs: F[] = [
      (tf, x) => tf.clipByValue(x, -1, 1),
      (tf, x) => tf.leakyRelu(x, 0.1),
      (tf, x) => tf.maximum(x, tf.square(x)),
      (tf, x) => tf.where(tf.cast(tf.step(x), 'bool'), tf.square(x), tf.neg(x)),
    ];
    for (const f of specs) {
      const spec: GradcheckSpec = {
        inputs: { x: [0.5, -1.5, 2.5] },
        forward: (tf, { x }) => f(tf, x!),
      };
      const { verdict, branches } = exact(spec);
      expect([verdict, branches === 'none']).toEqual(['proved', false]);
    }
  });

  it('leave a mask of the output, which needs its order, to the branches of the point', () => {
    const spec = net((tf, z) => tf.step(tf.relu(z)));
    expect(exact(spec)).toMatchObject({ verdict: 'proved', branches: 'point' });
    expect(exact(spec, { free: false }).bound).not.toBeNull();
  });

  it('refute a missing mask and a mask of another tensor', () => {
    for (const mask of [
      (tf: TF, z: Tensor) => tf.onesLike(z),
      (tf: TF, _z: Tensor, dy: Tensor) => tf.step(dy),
    ])
      expect(exact(net(mask)).verdict).toBe('refuted');
  });

  it('hold a maximum that rows are pooled by on the branch of the point', () => {
    const spec: GradcheckSpec = {
      inputs: {
        x: [
          [1, 2],
          [4, 3],
        ],
      },
      forward: (tf, { x }) => tf.max(x!, 1),
    };
    expect(exact(spec)).toMatchObject({ verdict: 'proved', branches: 'point', kinks: 0 });
  });
});

describe('what cannot be proved says why', () => {
  const of = (forward: GradcheckSpec['forward'], more: Partial<GradcheckSpec> = {}) =>
    exact({ inputs: { x: [0.5, 0, 2] }, forward, ...more });

  it('a value that is not finite', () => {
    expect(of((tf, { x }) => tf.log(x!))).toMatchObject({
      verdict: 'cannot prove',
      cause: 'Log gives -Infinity',
    });
    expect(of((tf, { x }) => tf.pow(x!, -1)).cause).toBe('Pow gives Infinity');
  });

  it('a value read back, though not a comparison that decides', () => {
    const read = of((tf, { x }) => tf.mul(x!, tf.sum(x!).dataSync()[0]!));
    expect(read).toMatchObject({
      verdict: 'cannot prove',
      cause: 'a value that depends on the inputs is read back',
    });
    const decided = of((tf, { x }) =>
      tf.greater(tf.sum(x!), 1).dataSync()[0] === 1 ? tf.square(x!) : tf.neg(x!),
    );
    expect(decided).toMatchObject({ verdict: 'proved', branches: 'point' });
  });

  it('a kernel without a rule', () => {
    const { verdict, cause } = of((tf, { x }) => tf.unique(x!).values, {
      backward: (tf, _inputs, dy) => ({ x: tf.clone(dy) }),
    });
    expect([verdict, cause]).toEqual(['cannot prove', 'no rule for Unique: it asks which numbers are equal']);
  });

  it('an output without inputs, gradients of other shapes, or none', () => {
    expect(of((tf) => tf.scalar(2)).cause).toBe('the output depends on no input');
    const square: GradcheckSpec['forward'] = (tf, { x }) => tf.square(x!);
    const short = of(square, { backward: (tf, _inputs, dy) => ({ x: tf.slice(dy, 0, 2) }) });
    expect(short.cause).toBe('gradient of x: expected shape [3], got [2]');
    expect(of(square, { backward: () => ({}) }).cause).toBe('no gradient for x');
    expect(short.sides['tf autodiff']?.verdict).toBe('proved');
  });

  it('a backward that throws', () => {
    const thrown = () => {
      throw new Error('no such layer');
    };
    expect(of((tf, { x }) => tf.square(x!), { backward: thrown }).cause).toBe('it throws: no such layer');
  });
});

describe('constants', () => {
  const times = (factor: (tf: TF) => Tensor | number, other: (tf: TF) => Tensor | number): GradcheckSpec => ({
    inputs: { x: [0.5, 1.5] },
    forward: (tf, { x }) => tf.mul(x!, factor(tf)),
    backward: (tf, _inputs, dy) => ({ x: tf.mul(dy, other(tf)) }),
  });

  it('that are the same double are the same number, simple or not, or subnormal', () => {
    for (const constant of [0.1, 1 / Math.sqrt(3), Math.E, 1.0507009873554805, 2 ** -1040, 1e-310 / 3])
      expect(
        exact(
          times(
            () => constant,
            () => constant,
          ),
        ).verdict,
      ).toBe('proved');
  });

  it('written in two ways are left open where they are no simple numbers', () => {
    const third = exact(
      times(
        () => 1 / 3,
        (tf) => tf.div(1, 3),
      ),
    );
    expect(third.verdict).toBe('proved');
    const root = exact(
      times(
        () => 1 / Math.sqrt(3),
        () => Math.sqrt(3) / 3,
      ),
    );
    expect(root.verdict).toBe('not proved');
    expect(root.cause).toMatch(/the constant 0\.57735026918962/);
    expect(
      exact(
        times(
          (tf) => tf.sqrt(tf.scalar(16)),
          () => 4,
        ),
      ).verdict,
    ).toBe('proved');
    expect(
      exact(
        times(
          (tf) => tf.sqrt(tf.scalar(2)),
          () => Math.SQRT2,
        ),
      ).verdict,
    ).toBe('proved');
  });

  it('are wrong where double precision says so, simple or not', () => {
    const { verdict, elements } = exact(
      times(
        () => 1 / Math.sqrt(3),
        () => 1.001 / Math.sqrt(3),
      ),
    );
    expect(verdict).toBe('refuted');
    expect(elements).toHaveLength(2);
  });

  it('are never folded: 1 + 1e-20 is not 1', () => {
    expect(
      exact(
        times(
          () => 1,
          (tf) => tf.add(1, tf.mul(1e-10, 1e-10)),
        ),
      ).verdict,
    ).toBe('refuted');
    expect(
      exact(
        times(
          () => 1,
          (tf) => tf.exp(tf.mul(1e-10, 1e-10)),
        ),
      ).verdict,
    ).not.toBe('proved');
  });

  it('kept in a closure are drawn anew with every lane', () => {
    const kept = tf.tensor([0.3, 1 / Math.sqrt(7)]);
    const spec = {
      inputs: { x: [0.5, -1.5] },
      forward: (tf: TF, { x }: Record<string, Tensor>) => tf.exp(tf.mul(x!, kept)),
      backward: (tf: TF, { x }: Record<string, Tensor>, dy: Tensor) => ({
        x: tf.mul(tf.mul(dy, kept), tf.exp(tf.mul(kept, x!))),
      }),
    };
    for (const seed of [1, 2, 3]) expect(exact(spec, { seed }).verdict).toBe('proved');
    kept.dispose();
  });
});

describe('a check', () => {
  const spec: GradcheckSpec = {
    inputs: { x: [[0.5, -1.5]], w: [[1], [2]] },
    forward: (tf, { x, w }) => tf.sigmoid(tf.matMul(x!, w!)),
  };

  it('leaves no tensor, no data and no kernel behind', () => {
    const kernels = () => tf.getKernelsForBackend('cpu').map(({ kernelFunc }) => kernelFunc);
    const [before, memory] = [kernels(), tf.memory()];
    exact(spec);
    exact({ ...spec, forward: (tf, { x }) => tf.log(tf.sub(x!, x!)) });
    exact({
      ...spec,
      forward: () => {
        throw new Error('stopped');
      },
    });
    const after = tf.memory();
    expect(kernels()).toEqual(before);
    expect([after.numTensors, after.numDataBuffers]).toEqual([memory.numTensors, memory.numDataBuffers]);
    expect(Object.keys(tf.engine())).not.toContain('readSync');
  });

  it('is repeatable from its seed', () => {
    const of = (seed: number) => ({ ...exact(spec, { seed }), milliseconds: 0 });
    expect(of(5)).toEqual(of(5));
    expect(of(6).bound).not.toBe(of(5).bound);
  });

  it('needs double precision, and lanes', () => {
    expect(() => exactCheck(float32 as unknown as TF, subjectOf(spec))).toThrow(/double precision/);
    expect(() => exact(spec, { lanes: 0 })).toThrow('lanes: expected a whole number from 1 to 489, got 0');
  });

  it('holds a gradient against the function that it is meant for', () => {
    const through = (tf: TF, x: Tensor) =>
      tf.customGrad((value) => ({
        value: tf.round(value as Tensor),
        gradFunc: (dy: Tensor) => tf.clone(dy),
      }))(x);
    const straight = {
      inputs: { x: [0.3, -1.2, 2.6] },
      forward: (tf: TF, { x }: Record<string, Tensor>) => tf.mul(3, through(tf, x!)),
    };
    const meant = (factor: number) => ({
      ...subjectOf(straight),
      gradientOf: (tf: TF, { x }: Record<string, Tensor>) => tf.mul(factor, x!),
    });
    expect(exactCheck(tf, subjectOf(straight)).verdict).toBe('refuted');
    expect(exactCheck(tf, meant(3)).verdict).toBe('proved');
    expect(exactCheck(tf, meant(2)).verdict).toBe('refuted');
  });

  it('checks variables like inputs', () => {
    const w = tf.variable(tf.tensor([[1.5], [-0.5]]));
    const subject = (wrong: number) => ({
      ...subjectOf({ inputs: { x: [[0.5, 2]] }, forward: (tf, { x }) => tf.tanh(tf.matMul(x!, w)) }),
      variables: { w },
      backward: (tf: TF, { x }: Record<string, Tensor>, dy: Tensor) => {
        const dz = tf.mul(dy, tf.sub(1, tf.square(tf.tanh(tf.matMul(x!, w)))));
        return { x: tf.matMul(dz, w, false, true), w: tf.mul(wrong, tf.matMul(x!, dz, true, false)) };
      },
    });
    expect(exactCheck(tf, subject(1)).verdict).toBe('proved');
    expect(exactCheck(tf, subject(2))).toMatchObject({ verdict: 'refuted', wrong: { w: 2 } });
    w.dispose();
  });

  it('passes whole numbers on', () => {
    const gathered: GradcheckSpec = {
      inputs: { x: [0.5, 1.5, 2], at: { values: [2, 0, 0], shape: [3], dtype: 'int32' } },
      forward: (tf, { x, at }) => tf.square(tf.gather(x!, at as never)),
    };
    expect(exact(gathered).verdict).toBe('proved');
  });
});
