import { describe, expect, it } from '@jest/globals';
import { Duals } from '../../../src/gradcheck/exact/index.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { uniformNumbers } from '../../../src/numerics/random.ts';
import { exact, planted, subjectOf, tf } from './support.ts';

const FUNCTIONS = 120;
/** Most of them are far below rounding. */
const ERRORS = [1e-9, 1e-18, 2 ** -40];

type Op = (tf: TF, x: Tensor, y: Tensor) => Tensor;
const UNARY = [
  ...([
    'abs',
    'neg',
    'exp',
    'sigmoid',
    'tanh',
    'softplus',
    'relu',
    'relu6',
    'elu',
    'selu',
    'square',
    'sin',
  ] as const),
  ...(['cos', 'erf', 'expm1', 'atan', 'asinh', 'sinh', 'cosh', 'floor', 'leakyRelu', 'softmax'] as const),
  ...(['logSoftmax', 'reciprocal', 'sqrt', 'rsqrt', 'log', 'log1p', 'tan', 'reverse'] as const),
];
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference'] as const;
const OPS: readonly Op[] = [
  ...UNARY.map(
    (name): Op =>
      (tf, x) =>
        (tf[name] as (x: Tensor) => Tensor)(x),
  ),
  ...BINARY.map(
    (name): Op =>
      (tf, x, y) =>
        (tf[name] as (x: Tensor, y: Tensor) => Tensor)(x, y),
  ),
  (tf, x) => tf.pow(x, 3),
  (tf, x) => tf.pow(tf.add(tf.abs(x), 0.2), 2.5),
  (tf, x) => tf.pow(tf.add(tf.square(x), 0.2), 0.3),
  (tf, x, y) => tf.pow(tf.add(tf.abs(x), 0.5), y),
  (tf, x) => tf.clipByValue(x, -0.5, 0.7),
  (tf, x) => tf.mul(x, tf.norm(x)),
  (tf, x) => tf.sub(x, tf.mean(x)),
  (tf, x) => tf.sub(x, tf.max(x, -1, true)),
  (tf, x) => tf.sub(x, tf.logSumExp(x)),
  (tf, x) => tf.mul(x, tf.prod(x)),
  (tf, x) => tf.mul(x, 1.2345678901234567),
  (tf, x) => tf.where(tf.cast(tf.step(x), 'bool'), tf.square(x), tf.sin(x)),
  (tf, x) => tf.gather(x, tf.tensor1d([0, 2, 0], 'int32'), -1),
  (tf, x, y) => {
    const [a, b] = [tf.reshape(x, [-1, 3]), tf.reshape(y, [-1, 3])];
    return tf.reshape(tf.matMul(a, tf.matMul(b, b, true, false)), x.shape);
  },
];

/** A function of one to three inputs by up to six ops, some of them at integers, zeros, ties and far-off numbers. */
function randomSpec(seed: number): GradcheckSpec {
  const random = uniformNumbers(seed * 977 + 5);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const special = random() < 0.15;
  const draw = (): number =>
    special
      ? pick([0, 1, -1, 2, 0.5, -0.5, 1e-9, 30, -3])
      : (random() < 0.5 ? -1 : 1) * (0.1 + 1.5 * random());
  const inputs = Object.fromEntries(
    ['a', 'b', 'c'].slice(0, 1 + Math.floor(random() * 3)).map((name) => {
      const shape = pick([[3], [2, 3], [1, 3], [2, 2, 3]]);
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, values: Float64Array.from({ length: size }, draw) }];
    }),
  );
  const plan = Array.from({ length: 2 + Math.floor(random() * 5) }, () => ({
    op: pick(OPS),
    first: random() < 0.7 ? 0 : Math.floor(random() * 100),
    second: Math.floor(random() * 100),
  }));
  return {
    inputs,
    forward: (library, tensors) => {
      const pool = Object.values(tensors);
      for (const { op, first, second } of plan)
        pool.unshift(op(library, pool[first % pool.length]!, pool[second % pool.length]!));
      return pool[0]!;
    },
  };
}

/** The shape of the output; null where it is not finite, or TensorFlow.js refuses the shapes. */
function shapeOf({ inputs, forward }: GradcheckSpec): number[] | null {
  let shape: number[] | null = null;
  try {
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        subjectOf({ inputs, forward }).inputs.map(({ name, values, shape }) => [
          name,
          tf.tensor(Array.from(values), shape as number[]),
        ]),
      );
      const y = forward(tf, tensors);
      if (y.dataSync().every(Number.isFinite)) shape = y.shape;
    });
  } catch {
    return null;
  }
  return shape;
}

describe('random functions', () => {
  it('right: never refuted; one element times 1 + 1e-9, 1e-18 or 2^-40: never proved, unless it is 0', () => {
    const verdicts: Record<string, number> = {};
    for (let seed = 1; seed <= FUNCTIONS; seed++) {
      const spec = randomSpec(seed);
      const shape = shapeOf(spec);
      if (shape === null) continue;
      const { verdict } = exact(spec, { seed });
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      expect([seed, verdict]).not.toEqual([seed, 'refuted']);
      if (verdict === 'cannot prove') continue;
      const { name: input, values } = subjectOf(spec).inputs.at(-1)!;
      const flat = seed % values.length;
      const wrong = planted(spec, input, flat, (library, dy, mask) =>
        library.mul(dy, library.add(1, library.mul(mask, ERRORS[seed % ERRORS.length]!))),
      );
      if (exact(wrong, { seed }).verdict !== 'proved') continue;
      expect([seed, new Duals(tf, subjectOf(spec), shape).element(input, flat)]).toEqual([seed, 0]);
    }
    expect(verdicts.proved).toBeGreaterThan(FUNCTIONS / 2);
    expect(verdicts['not proved'] ?? 0).toBeLessThan(FUNCTIONS / 20);
  });
});
