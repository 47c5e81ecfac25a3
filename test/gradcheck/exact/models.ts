import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { inputsFrom } from '../specs.ts';

type Inputs = Record<string, Tensor>;
type Model = (seed: number) => GradcheckSpec;

const model = (
  inputs: (draw: ReturnType<typeof inputsFrom>) => GradcheckSpec['inputs'],
  forward: (tf: TF, inputs: Inputs) => Tensor,
  backward?: GradcheckSpec['backward'],
): Model => {
  return (seed) => ({
    inputs: inputs(inputsFrom(seed)),
    forward,
    ...(backward === undefined ? {} : { backward }),
  });
};

const layerNorm = (tf: TF, x: Tensor): Tensor => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
};
const attend = (tf: TF, q: Tensor, k: Tensor, v: Tensor): Tensor =>
  tf.matMul(tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(3))), v);
const labels = (tf: TF, classes: number): Tensor => tf.oneHot([1, 0, 2], classes, 1, 0, 'float32');

/** Layers and losses as people write them, with right gradients by autodiff or by hand. */
export const models: Readonly<Record<string, Model>> = {
  'LSTM, two steps': model(
    ({ signed }) => ({ x: signed(2, 3), h: signed(1, 2), c: signed(1, 2), w: signed(5, 8), b: signed(8) }),
    (tf, { x, h, c, w, b }) => {
      let [hidden, cell] = [h!, c!];
      for (let step = 0; step < 2; step++) {
        const all = tf.concat([tf.slice(x!, [step, 0], [1, 3]), hidden], 1);
        const [i, f, o, g] = tf.split(tf.add(tf.matMul(all, w!), b!), 4, 1) as [
          Tensor,
          Tensor,
          Tensor,
          Tensor,
        ];
        cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell));
      }
      return hidden;
    },
  ),
  GRU: model(
    ({ signed }) => ({ x: signed(1, 3), h: signed(1, 2), w: signed(5, 4), u: signed(5, 2) }),
    (tf, { x, h, w, u }) => {
      const gates = tf.sigmoid(tf.matMul(tf.concat([x!, h!], 1), w!));
      const [z, r] = tf.split(gates, 2, 1) as [Tensor, Tensor];
      const candidate = tf.tanh(tf.matMul(tf.concat([x!, tf.mul(r, h!)], 1), u!));
      return tf.add(tf.mul(tf.sub(1, z), h!), tf.mul(z, candidate));
    },
  ),
  'convolution, batch norm, ReLU, max pooling, dense': model(
    ({ signed, positive }) => ({
      x: signed(2, 6, 6, 1),
      kernel: signed(3, 3, 1, 2),
      gamma: positive(2),
      beta: signed(2),
      w: signed(8, 3),
    }),
    (tf, { x, kernel, gamma, beta, w }) => {
      const convOut = tf.conv2d(x as never, kernel as never, 1, 'valid');
      const { mean, variance } = tf.moments(convOut, [0, 1, 2]);
      const normed = tf.batchNorm(
        convOut,
        mean as never,
        variance as never,
        beta as never,
        gamma as never,
        1e-3,
      );
      const pooled = tf.maxPool(tf.relu(normed) as never, 2, 2, 'valid');
      return tf.logSoftmax(tf.matMul(tf.reshape(pooled, [2, 8]), w!));
    },
  ),
  'transformer block': model(
    ({ signed }) => ({
      x: signed(3, 4),
      wq: signed(4, 3),
      wk: signed(4, 3),
      wv: signed(4, 4),
      w1: signed(4, 5),
      w2: signed(5, 4),
    }),
    (tf, { x, wq, wk, wv, w1, w2 }) => {
      const normed = layerNorm(tf, x!);
      const [q, k, v] = [wq, wk, wv].map((w) => tf.matMul(normed, w!)) as [Tensor, Tensor, Tensor];
      const attended = tf.add(x!, attend(tf, q, k, v));
      const hidden = tf.matMul(layerNorm(tf, attended), w1!);
      const gate = tf.tanh(
        tf.mul(Math.sqrt(2 / Math.PI), tf.add(hidden, tf.mul(0.044715, tf.pow(hidden, 3)))),
      );
      return tf.add(attended, tf.matMul(tf.mul(tf.mul(0.5, hidden), tf.add(1, gate)), w2!));
    },
  ),
  mish: model(
    ({ signed }) => ({ x: signed(5) }),
    (tf, { x }) => tf.mul(x!, tf.tanh(tf.softplus(x!))),
    (tf, { x }, dy) => {
      // d = tanh(softplus) + x (1 - tanh^2) sigmoid
      const t = tf.tanh(tf.softplus(x!));
      const slope = tf.mul(tf.mul(x!, tf.sub(1, tf.square(t))), tf.sigmoid(x!));
      return { x: tf.mul(dy, tf.add(t, slope)) };
    },
  ),
  swish: model(
    ({ signed }) => ({ x: signed(5) }),
    (tf, { x }) => tf.mul(x!, tf.sigmoid(x!)),
    (tf, { x }, dy) => {
      const e = tf.exp(tf.neg(x!));
      const s = tf.div(1, tf.add(1, e));
      return { x: tf.mul(dy, tf.add(s, tf.mul(x!, tf.mul(s, tf.mul(s, e))))) };
    },
  ),
  'focal loss': model(
    ({ signed }) => ({ logits: signed(3, 4) }),
    (tf, { logits }) => {
      const p = tf.softmax(logits!);
      return tf.neg(tf.sum(tf.mul(labels(tf, 4), tf.mul(tf.square(tf.sub(1, p)), tf.log(p)))));
    },
  ),
  'Kullback-Leibler divergence of two softmaxes': model(
    ({ signed }) => ({ a: signed(3, 4), b: signed(3, 4) }),
    (tf, { a, b }) => {
      const p = tf.softmax(a!);
      return tf.sum(tf.mul(p, tf.sub(tf.logSoftmax(a!), tf.logSoftmax(b!))));
    },
  ),
  'cross-entropy by log-softmax, by hand': model(
    ({ signed }) => ({ logits: signed(3, 4) }),
    (tf, { logits }) => tf.neg(tf.sum(tf.mul(labels(tf, 4), tf.logSoftmax(logits!)))),
    (tf, { logits }, dy) => {
      const e = tf.exp(tf.sub(logits!, tf.max(logits!, 1, true)));
      return { logits: tf.mul(dy, tf.sub(tf.div(e, tf.sum(e, 1, true)), labels(tf, 4))) };
    },
  ),
  'Gaussian negative log likelihood': model(
    ({ signed, positive }) => ({ mean: signed(4), deviation: positive(4), y: signed(4) }),
    (tf, { mean, deviation, y }) =>
      tf.add(tf.log(deviation!), tf.mul(0.5, tf.square(tf.div(tf.sub(y!, mean!), deviation!)))),
  ),
  'variational bound': model(
    ({ signed }) => ({ mean: signed(4), logVariance: signed(4) }),
    (tf, { mean, logVariance }) =>
      tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(1, logVariance!), tf.square(mean!)), tf.exp(logVariance!)))),
  ),
  'cosine similarity': model(
    ({ signed }) => ({ a: signed(2, 4), b: signed(2, 4) }),
    (tf, { a, b }) => tf.div(tf.sum(tf.mul(a!, b!), 1), tf.mul(tf.norm(a!, 2, 1), tf.norm(b!, 2, 1))),
  ),
  'cosine similarity, one root, by hand': model(
    ({ signed }) => ({ a: signed(4), b: signed(4) }),
    (tf, { a, b }) => {
      const product = tf.mul(tf.sum(tf.square(a!)), tf.sum(tf.square(b!)));
      return tf.div(tf.sum(tf.mul(a!, b!)), tf.sqrt(product));
    },
    (tf, { a, b }, dy) => {
      const [aa, bb, ab] = [tf.sum(tf.square(a!)), tf.sum(tf.square(b!)), tf.sum(tf.mul(a!, b!))];
      const length = tf.mul(tf.sqrt(aa), tf.sqrt(bb));
      return {
        a: tf.mul(dy, tf.div(tf.sub(b!, tf.mul(a!, tf.div(ab, aa))), length)),
        b: tf.mul(dy, tf.div(tf.sub(a!, tf.mul(b!, tf.div(ab, bb))), length)),
      };
    },
  ),
  'RMS norm': model(
    ({ signed }) => ({ x: signed(3, 4), gamma: signed(4) }),
    (tf, { x, gamma }) => tf.mul(gamma!, tf.mul(x!, tf.rsqrt(tf.add(tf.mean(tf.square(x!), 1, true), 1e-6)))),
  ),
  'layer norm by hand': model(
    ({ signed }) => ({ x: signed(3, 4) }),
    (tf, { x }) => layerNorm(tf, x!),
    (tf, { x }, dy) => {
      const { mean, variance } = tf.moments(x!, -1, true);
      const r = tf.rsqrt(tf.add(variance, 1e-3));
      const normed = tf.mul(tf.sub(x!, mean), r);
      const inner = tf.sub(
        tf.sub(dy, tf.mean(dy, 1, true)),
        tf.mul(normed, tf.mean(tf.mul(dy, normed), 1, true)),
      );
      return { x: tf.mul(inner, r) };
    },
  ),
  'weight normalization': model(
    ({ signed, positive }) => ({ v: signed(3, 2), g: positive(2), x: signed(2, 3) }),
    (tf, { v, g, x }) => tf.matMul(x!, tf.mul(tf.div(v!, tf.norm(v!, 2, 0)), g!)),
  ),
  'snake, softsign and Gaussian': model(
    ({ signed }) => ({ x: signed(5) }),
    (tf, { x }) =>
      tf.add(
        tf.add(tf.add(x!, tf.square(tf.sin(x!))), tf.div(x!, tf.add(1, tf.abs(x!)))),
        tf.exp(tf.neg(tf.square(x!))),
      ),
  ),
  'SELU, ELU, leaky ReLU, PReLU, ReLU6': model(
    ({ signed, positive }) => ({ x: signed(6), alpha: positive(6) }),
    (tf, { x, alpha }) =>
      tf.addN([
        tf.selu(x!),
        tf.elu(x!),
        tf.leakyRelu(x!, 0.1),
        tf.prelu(x!, alpha!),
        tf.relu6(tf.mul(6, x!)),
      ]),
  ),
  'Huber loss': model(
    ({ signed }) => ({ x: signed(6), y: signed(6) }),
    (tf, { x, y }) => tf.losses.huberLoss(y!, tf.mul(2, x!)),
  ),
  'hinge and triplet losses': model(
    ({ signed }) => ({ a: signed(2, 3), p: signed(2, 3), n: signed(2, 3) }),
    (tf, { a, p, n }) => {
      const far = (x: Tensor, y: Tensor) => tf.sum(tf.square(tf.sub(x, y)), 1);
      return tf.relu(tf.add(tf.sub(far(a!, p!), far(a!, n!)), 0.5));
    },
  ),
  'log cosh': model(
    ({ signed }) => ({ x: signed(5) }),
    (tf, { x }) => tf.log(tf.cosh(x!)),
    (tf, { x }, dy) => ({ x: tf.mul(dy, tf.tanh(x!)) }),
  ),
  'sigmoid cross-entropy': model(
    ({ signed }) => ({ x: signed(5) }),
    (tf, { x }) => tf.losses.sigmoidCrossEntropy(tf.tensor1d([1, 0, 1, 0, 1]), x as never),
  ),
  'dice loss': model(
    ({ signed }) => ({ x: signed(5) }),
    (tf, { x }) => {
      const p = tf.sigmoid(x!);
      const y = tf.tensor1d([1, 0, 1, 1, 0]);
      return tf.sub(1, tf.div(tf.add(tf.mul(2, tf.sum(tf.mul(p, y))), 1), tf.add(tf.sum(tf.add(p, y)), 1)));
    },
  ),
  'embedding and mean': model(
    ({ signed }) => ({ table: signed(4, 3) }),
    (tf, { table }) => tf.tanh(tf.mean(tf.gather(table!, tf.tensor1d([1, 3, 1], 'int32')), 0)),
  ),
  'rational powers of positive numbers': model(
    ({ positive }) => ({ x: positive(4), y: positive(4) }),
    (tf, { x, y }) => tf.mul(tf.pow(x!, 1.7), tf.pow(tf.mul(x!, y!), -0.3)),
  ),
  'powers of powers': model(
    ({ positive, signed }) => ({ x: positive(4), y: signed(4) }),
    (tf, { x, y }) => tf.pow(x!, y!),
  ),
  'generalized mean': model(
    ({ positive }) => ({ x: positive(2, 4) }),
    (tf, { x }) => tf.pow(tf.mean(tf.pow(x!, 3), 1), 1 / 3),
  ),
  'bilinear resizing and average pooling': model(
    ({ signed }) => ({ x: signed(1, 4, 4, 2) }),
    (tf, { x }) => tf.avgPool(tf.image.resizeBilinear(x as never, [7, 6]), 2, 2, 'valid'),
  ),
  'Gram matrix and log determinant of 2 x 2': model(
    ({ signed }) => ({ a: signed(3, 2) }),
    (tf, { a }) => {
      const [[p, q], [r, s]] = tf.unstack(tf.matMul(a!, a!, true, false)).map((row) => tf.unstack(row)) as [
        [Tensor, Tensor],
        [Tensor, Tensor],
      ];
      return tf.log(tf.sub(tf.mul(p, s), tf.mul(q, r)));
    },
  ),
  'rotary embedding': model(
    ({ signed }) => ({ x: signed(3, 4), angle: signed(3, 1) }),
    (tf, { x, angle }) => {
      const [left, right] = tf.split(x!, 2, 1) as [Tensor, Tensor];
      const [c, s] = [tf.cos(angle!), tf.sin(angle!)];
      return tf.concat(
        [tf.sub(tf.mul(left, c), tf.mul(right, s)), tf.add(tf.mul(left, s), tf.mul(right, c))],
        1,
      );
    },
  ),
  'local response normalization': model(
    ({ signed }) => ({ x: signed(1, 2, 2, 4) }),
    (tf, { x }) => tf.localResponseNormalization(x as never, 1, 1, 0.5, 0.75),
  ),
  'products along an axis': model(
    ({ signed }) => ({ x: signed(3, 4) }),
    (tf, { x }) => tf.add(tf.prod(x!, 1), tf.sum(tf.cumsum(x!, 1), 1)),
  ),
};
