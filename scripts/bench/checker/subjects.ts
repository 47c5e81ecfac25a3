import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/index.ts';
import { uniformNumbers } from '../../../src/numerics/random.ts';
import { sizeOf } from '../../../src/numerics/shape.ts';
import { withWrongElement } from '../../wrongElement.ts';

type Inputs = Record<string, Tensor>;

/** A function to check; checker.py has its counterpart. */
interface Subject {
  readonly name: string;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The input whose gradient is made wrong in one element. */
  readonly wrong: string;
  readonly forward: (tf: TF, inputs: Inputs) => Tensor;
}

const dense = (tf: TF, { x, w, b }: Inputs): Tensor => tf.relu(tf.add(tf.matMul(x!, w!), b!));
const convolution = (tf: TF, { x, w }: Inputs): Tensor =>
  tf.relu(tf.conv2d(x as never, w as never, 1, 'same'));

const layerNorm = (tf: TF, x: Tensor): Tensor => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
};

export const SUBJECTS: readonly Subject[] = [
  {
    name: "the notebook's network",
    shapes: { x: [1, 16, 16, 1], kernel: [5, 5, 1, 1], w: [144, 1], b: [1, 1] },
    wrong: 'kernel',
    // The exact loss of the logit for a sample with label 1.
    forward: (tf, { x, kernel, w, b }) => {
      const z = tf.add(
        tf.matMul(tf.reshape(tf.relu(tf.conv2d(x as never, kernel as never, 1, 'valid')), [1, 144]), w!),
        b!,
      );
      return tf.softplus(tf.neg(z));
    },
  },
  {
    name: 'dense 8x256x512',
    shapes: { x: [8, 256], w: [256, 512], b: [512] },
    wrong: 'w',
    forward: dense,
  },
  {
    name: 'LSTM cell 8x32, 64 units',
    shapes: { x: [8, 32], h: [8, 64], c: [8, 64], w: [96, 256], b: [256] },
    wrong: 'w',
    forward: (tf, { x, h, c, w, b }) => {
      const gates = tf.split(tf.add(tf.matMul(tf.concat([x!, h!], 1), w!), b!), 4, 1) as Tensor[];
      const cell = tf.add(
        tf.mul(tf.sigmoid(gates[1]!), c!),
        tf.mul(tf.sigmoid(gates[0]!), tf.tanh(gates[2]!)),
      );
      return tf.mul(tf.sigmoid(gates[3]!), tf.tanh(cell));
    },
  },
  {
    name: 'transformer block 16x32',
    shapes: {
      x: [16, 32],
      wq: [32, 32],
      wk: [32, 32],
      wv: [32, 32],
      w1: [32, 64],
      w2: [64, 32],
    },
    wrong: 'w2',
    forward: (tf, { x, wq, wk, wv, w1, w2 }) => {
      const normed = layerNorm(tf, x!);
      const [q, k, v] = [wq!, wk!, wv!].map((w) => tf.matMul(normed, w)) as [Tensor, Tensor, Tensor];
      const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(32));
      const attended = tf.add(x!, tf.matMul(tf.softmax(scores), v));
      return tf.add(attended, tf.matMul(tf.relu(tf.matMul(layerNorm(tf, attended), w1!)), w2!));
    },
  },
  {
    name: 'dense 4x1024x1024',
    shapes: { x: [4, 1024], w: [1024, 1024], b: [1024] },
    wrong: 'w',
    forward: dense,
  },
  {
    name: 'conv 3x3x64x64 on 8x8',
    shapes: { x: [1, 8, 8, 64], w: [3, 3, 64, 64] },
    wrong: 'w',
    forward: convolution,
  },
  {
    name: 'conv 3x3x64x64 on 16x16',
    shapes: { x: [1, 16, 16, 64], w: [3, 3, 64, 64] },
    wrong: 'w',
    forward: convolution,
  },
];

export const elementsOf = ({ shapes }: Subject): number =>
  Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);

/** The function as a spec, with one element of the gradient multiplied by 1 + error. */
export function specOf({ name, shapes, wrong, forward }: Subject, error = 0, element = 0): GradcheckSpec {
  const random = uniformNumbers(7);
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([input, shape]) => {
      const scale = 1 / Math.sqrt(shape.length > 1 ? sizeOf(shape) / shape.at(-1)! : 1);
      const values = Float64Array.from({ length: sizeOf(shape) }, () => scale * (2 * random() - 1));
      return [input, { shape: [...shape], values }];
    }),
  );
  return {
    name,
    inputs,
    forward: (tf, given) => {
      if (error === 0) return forward(tf, given);
      return forward(tf, { ...given, [wrong]: withWrongElement(tf, given[wrong]!, element, error) });
    },
  };
}
