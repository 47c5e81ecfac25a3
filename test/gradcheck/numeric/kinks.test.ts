import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { inputsFrom } from '../specs.ts';

/** relu with a mask chosen by the test. */
const relu = (x: number[], mask: (tf: TF, x: Tensor) => Tensor): GradcheckSpec => ({
  name: 'relu',
  inputs: { x },
  forward: (tf, inputs) => tf.relu(inputs.x!),
  backward: (tf, inputs, dy) => ({ x: tf.mul(dy, tf.cast(mask(tf, inputs.x!), 'float32')) }),
});
const above = (tf: TF, x: Tensor) => tf.greater(x, 0);
const notBelow = (tf: TF, x: Tensor) => tf.greaterEqual(x, 0);

const near = [1e-9, -1e-9, 0.5, -2];
const at = [0, 0.5, -2, 1];

describe('kinks', () => {
  it('freeze: checks points 1e-9 from a kink, and counts the flips', async () => {
    const result = await gradcheck(relu(near, above));
    expect(result).toMatchObject({
      status: 'pass',
      kinks: { policy: 'freeze', elements: 2, flips: 2, skipped: 0, kernels: { Relu: 2 } },
      inputs: { x: { checked: 4 } },
    });
  });

  it('freeze: a wrong mask 1e-9 from a kink is caught', async () => {
    const result = await gradcheck(relu(near, (tf, x) => tf.greater(x, -1e-3)));
    expect(result).toMatchObject({ status: 'fail', oddOneOut: 'yours', inputs: { x: { wrong: 1 } } });
    expect(result.inputs.x!.worst!.index).toEqual([1]);
  });

  it('freeze: at an exact kink every subgradient is right, and nothing else', async () => {
    for (const mask of [above, notBelow]) {
      const result = await gradcheck(relu(at, mask));
      expect(result).toMatchObject({ status: 'pass', kinks: { ties: { elements: 1, of: 4 } } });
      expect(result.message).toContain('Ties: 1 of 4 elements ties');
    }
    const outside = (tf: TF, x: Tensor) =>
      tf.add(tf.step(x), tf.mul(1.001, tf.cast(tf.equal(x, 0), 'float32')));
    const result = await gradcheck(relu(at, outside));
    expect(result).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
      inputs: { x: { wrong: 1, worst: { index: [0] } } },
    });
    expect(result.message).toContain('exactly at a tie: a gradient is right if it is in the convex hull');
    expect(result.message).not.toContain('Ruled out: kinks');
  });

  it('freeze: far from kinks a message says nothing of ties', async () => {
    expect((await gradcheck(relu([0.5, -2], above))).message).not.toContain('Ties');
  });

  it('subgradient: accepts every value between the pieces, and nothing else', async () => {
    const half = (tf: TF, x: Tensor) =>
      tf.mul(0.5, tf.add(tf.step(x), tf.cast(tf.greaterEqual(x, 0), 'float32')));
    for (const mask of [above, notBelow, half])
      expect(await gradcheck(relu(at, mask), { kinks: 'subgradient' })).toMatchObject({ status: 'pass' });
    const twice = (tf: TF, x: Tensor) => tf.mul(2, tf.cast(tf.greaterEqual(x, 0), 'float32'));
    const result = await gradcheck(relu([0, 0], twice), { kinks: 'subgradient' });
    expect(result).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    expect(result.message).toContain('exactly at a tie');
  });

  it('skip: leaves elements at kinks out, and counts them', async () => {
    const result = await gradcheck(relu(at, notBelow), { kinks: 'skip' });
    expect(result).toMatchObject({
      status: 'pass',
      kinks: { skipped: 1 },
      inputs: { x: { checked: 3, skipped: 1 } },
    });
    expect(result.message).toContain('Skipped at kinks: 1 element');
  });

  it('skip: a check that skipped everything is inconclusive', async () => {
    const result = await gradcheck(relu([0, 0], above), { kinks: 'skip' });
    expect(result).toMatchObject({ status: 'inconclusive', inputs: { x: { checked: 0, skipped: 2 } } });
    expect(result.message).toContain('2 elements skipped at kinks of 2');
    expect(result.oddOneOut).toBeNull();
  });

  it('error: ends inconclusive where a branch flips', async () => {
    expect(await gradcheck(relu(at, above), { kinks: 'error' })).toMatchObject({ status: 'inconclusive' });
    expect(await gradcheck(relu([0.5, -2], above), { kinks: 'error' })).toMatchObject({ status: 'pass' });
  });

  it('a kink in code that no kernel shows is inconclusive, not a failure', async () => {
    const result = await gradcheck({
      inputs: { x: [0.5, 0.25] },
      forward: (tf, { x }) => {
        const [first] = x!.dataSync();
        return first! > 0.5 ? tf.mul(x!, 2) : tf.sub(tf.mul(x!, 3), [0.5, 0.25]);
      },
    });
    expect(result.status).toBe('inconclusive');
    expect(result.message).toContain('a kink that is not in a known kernel');
  });

  it('other kernels on the other side: the step shrinks until they are the same', async () => {
    const branching = (x: number[]): GradcheckSpec => ({
      inputs: { x },
      forward: (tf, inputs) =>
        inputs.x!.dataSync()[0]! > 0.5 ? tf.abs(inputs.x!) : tf.neg(tf.relu(tf.neg(inputs.x!))),
    });
    expect(await gradcheck(branching([0.5001, 0.5]))).toMatchObject({ status: 'pass' });
    const tooNear = await gradcheck(branching([0.5, 0.5]));
    expect(tooNear.status).toBe('inconclusive');
    expect(tooNear.message).toContain('other kernels run within x ± h');
  });
});

type Backward = (tf: TF, x: Tensor, y: Tensor, dy: Tensor) => { x: Tensor; y: Tensor };

interface Piece {
  readonly kernel: string;
  readonly f: (tf: TF, x: Tensor, y: Tensor) => Tensor;
  /** For ops without a gradient in TensorFlow.js. */
  readonly backward?: Backward;
}
const positive = (tf: TF, x: Tensor) => tf.cast(tf.greater(x, 0), 'float32');
const chosen: Backward = (tf, x, y, dy) => ({
  x: tf.mul(dy, tf.where(tf.greater(x, 0), tf.fill(x.shape, 3), y)),
  y: tf.mul(dy, tf.mul(x, tf.sub(1, positive(tf, x)))),
});
/** Piecewise ops; at the point below each is 1e-9 from a boundary. */
const PIECES: Record<string, Piece> = {
  relu: { kernel: 'Relu', f: (tf, x) => tf.relu(x) },
  relu6: { kernel: 'Relu6', f: (tf, x) => tf.relu6(tf.add(x, 6)) },
  leakyRelu: { kernel: 'LeakyRelu', f: (tf, x) => tf.leakyRelu(x, 0.3) },
  prelu: { kernel: 'Prelu', f: (tf, x, y) => tf.prelu(x, y) },
  elu: { kernel: 'Elu', f: (tf, x) => tf.elu(x) },
  selu: { kernel: 'Selu', f: (tf, x) => tf.selu(x) },
  abs: { kernel: 'Abs', f: (tf, x) => tf.abs(x) },
  clip: { kernel: 'ClipByValue', f: (tf, x) => tf.clipByValue(x, -1, 0) },
  maximum: { kernel: 'Maximum', f: (tf, x, y) => tf.maximum(x, tf.mul(y, 1e-12)) },
  minimum: { kernel: 'Minimum', f: (tf, x, y) => tf.minimum(x, tf.mul(y, 1e-12)) },
  max: { kernel: 'Max', f: (tf, x) => tf.max(x, 1) },
  min: { kernel: 'Min', f: (tf, x) => tf.min(x, 0, true) },
  'max of all': { kernel: 'Max', f: (tf, x) => tf.max(tf.neg(tf.square(x))) },
  topk: {
    kernel: 'TopK',
    f: (tf, x) => tf.topk(tf.transpose(x), 1).values,
    backward: (tf, x, y, dy) => ({
      x: tf.mul(tf.reshape(dy, [1, 3]), tf.cast(tf.equal(x, tf.max(x, 0, true)), 'float32')),
      y: tf.zerosLike(y),
    }),
  },
  maxPool: {
    kernel: 'MaxPool',
    f: (tf, x) => tf.maxPool(tf.reshape(x, [1, 2, 3, 1]) as never, 2, 1, 'same'),
  },
  maxPool3d: {
    kernel: 'MaxPool3D',
    f: (tf, x) => tf.maxPool3d(tf.reshape(x, [1, 1, 2, 3, 1]) as never, [1, 2, 2], 1, 'same'),
  },
  where: {
    kernel: 'Greater',
    f: (tf, x, y) => tf.where(tf.greater(x, 0), tf.mul(x, 3), tf.mul(x, y)),
    backward: chosen,
  },
  step: { kernel: 'Step', f: (tf, x, y) => tf.mul(tf.step(x), y) },
  sign: { kernel: 'Sign', f: (tf, x, y) => tf.mul(tf.sign(x), y) },
  floor: { kernel: 'Floor', f: (tf, x, y) => tf.mul(tf.sub(x, tf.floor(x)), y) },
  ceil: { kernel: 'Ceil', f: (tf, x, y) => tf.mul(tf.sub(x, tf.ceil(x)), y) },
  round: { kernel: 'Round', f: (tf, x, y) => tf.mul(tf.round(tf.add(x, 0.5)), y) },
  mod: { kernel: 'Mod', f: (tf, x) => tf.mod(x, 0.5) },
  fused: {
    kernel: '_FusedMatMul',
    f: (tf, x) => tf.fused.matMul({ a: x as never, b: tf.eye(3), activation: 'relu', bias: tf.zeros([3]) }),
  },
};

describe('every op with pieces, 1e-9 beside a boundary', () => {
  const { signed } = inputsFrom(4);
  const x = [
    [1e-9, -1e-9, -0.5],
    [-1e-9, 1e-9, 0.5],
  ];
  for (const [name, { kernel, f, backward }] of Object.entries(PIECES)) {
    it(name, async () => {
      const spec: GradcheckSpec = {
        name,
        inputs: { x, y: signed(2, 3) },
        forward: (tf, inputs) => f(tf, inputs.x!, inputs.y!),
        ...(backward === undefined
          ? {}
          : { backward: (tf, inputs, dy) => backward(tf, inputs.x!, inputs.y!, dy) }),
      };
      const { status, message, kinks } = await gradcheck(spec);
      expect(status === 'pass' ? status : message).toBe('pass');
      expect(kinks.kernels[kernel]).toBeGreaterThan(0);
    });
  }
});
