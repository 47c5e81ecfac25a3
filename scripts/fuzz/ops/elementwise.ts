import type { Draft, Variable } from '../draft.ts';
import { ANY, type Domain, POSITIVE, UNIT, within } from '../values.ts';
import type { Op } from './op.ts';

const unary = (name: string, domain: Domain = ANY, args = '', family = 'unary'): Op => ({
  name,
  family,
  build: (draft) => `tf.${name}(${draft.operand({ domain, rank: [0, 6] }).name}${args})`,
});

/** No value at a jump, where a step function has no derivative. */
const awayFrom =
  (period: number, offset: number) =>
  ({ values }: Variable): boolean =>
    values.every((x) => {
      const parts = (x - offset) / period;
      return Math.abs(parts) < 1e6 && Math.abs(parts - Math.round(parts)) > 1e-2;
    });

/** Step functions, times their operand: by themselves their gradient is 0. */
const jump = (name: string, accepts: (variable: Variable) => boolean, args = ''): Op => ({
  name,
  family: 'unary',
  build: (draft) => {
    const x = draft.operand({ accepts, domain: within(-50, 50) }).name;
    return `tf.mul(${x}, tf.cast(tf.${name}(${x}${args}), 'float32'))`;
  },
});

/** Two shapes that broadcast: equal, with fewer axes, or with axes of length 1. */
function broadcast(draft: Draft, a: Variable, domain: Domain): Variable {
  const { shape } = a;
  const how = draft.choose(4);
  if (how === 0) return draft.operand({ shape, domain });
  if (how === 1) return draft.operand({ shape: shape.slice(draft.choose(shape.length + 1)), domain });
  if (how === 2)
    return draft.operand({ shape: shape.map((length) => (draft.choose(2) === 0 ? 1 : length)), domain });
  return draft.operand({ rank: [0, 0], domain });
}

const binary = (name: string, left: Domain, right: Domain, family = 'binary'): Op => ({
  name,
  family,
  build: (draft) => {
    const a = draft.operand({ domain: left, rank: [0, 5] });
    const b = broadcast(draft, a, right);
    const swapped = String(left) === String(right) && draft.choose(2) === 1;
    return swapped ? `tf.${name}(${b.name}, ${a.name})` : `tf.${name}(${a.name}, ${b.name})`;
  },
});

/** Ops whose gradients are refused if they broadcast. */
const equalShapes = (name: string, domain: Domain = ANY): Op => ({
  name,
  family: 'binary',
  build: (draft) => {
    const a = draft.operand({ domain, rank: [0, 5] });
    return `tf.${name}(${a.name}, ${draft.operand({ shape: a.shape, domain }).name})`;
  },
});

const away0 = ({ values }: Variable): boolean => values.every((x) => Math.abs(x) > 1e-3);

const POWERS: readonly Op[] = [
  ...[2, 3, 4].map(
    (exponent): Op => ({
      name: `pow ${exponent}`,
      family: 'pow',
      build: (draft) => `tf.pow(${draft.operand({ domain: within(-1e25, 1e25) }).name}, ${exponent})`,
    }),
  ),
  {
    name: 'pow, int32 exponent',
    family: 'pow',
    build: (draft) =>
      `tf.pow(${draft.operand({ domain: within(-1e25, 1e25) }).name}, tf.scalar(${2 + draft.choose(3)}, 'int32'))`,
  },
  {
    name: 'pow, int32 exponents by element',
    family: 'pow',
    build: (draft) => {
      const base = draft.operand({ domain: within(-1e25, 1e25), accepts: away0 });
      return `tf.pow(${base.name}, ${draft.constant(base.shape, 4).name})`;
    },
  },
  {
    name: 'pow, negative exponent',
    family: 'pow',
    build: (draft) => `tf.pow(${draft.operand({ accepts: away0 }).name}, ${-1 - draft.choose(3)})`,
  },
  {
    name: 'pow, computed whole exponent',
    family: 'pow',
    build: (draft) =>
      `tf.pow(${draft.operand({ domain: within(-1e25, 1e25) }).name}, tf.add(tf.scalar(1), ${1 + draft.choose(3)}))`,
  },
  {
    name: 'pow, fraction',
    family: 'pow',
    build: (draft) =>
      `tf.pow(${draft.operand({ domain: POSITIVE }).name}, ${[0.5, 1.7, -0.3][draft.choose(3)]})`,
  },
  {
    name: 'pow, float exponent',
    family: 'pow',
    build: (draft) => {
      const base = draft.operand({ domain: within(0.1, 20) });
      return `tf.pow(${base.name}, ${broadcast(draft, base, within(-4, 4)).name})`;
    },
  },
  {
    name: 'mean squared error by pow',
    family: 'pow',
    build: (draft) => {
      const a = draft.operand({ domain: within(-1e25, 1e25) });
      return `tf.mean(tf.pow(tf.sub(${a.name}, ${draft.operand({ shape: a.shape, domain: within(-1e25, 1e25) }).name}), 2))`;
    },
  },
  {
    name: 'gelu by pow',
    family: 'pow',
    build: (draft) => {
      const x = draft.operand({ domain: within(-20, 20) }).name;
      const inner = `tf.mul(0.7978845608, tf.add(${x}, tf.mul(0.044715, tf.pow(${x}, 3))))`;
      return `tf.mul(tf.mul(${x}, 0.5), tf.add(1, tf.tanh(${inner})))`;
    },
  },
];

const ACTIVATIONS: readonly Op[] = [
  ...['relu', 'relu6', 'elu', 'selu', 'sigmoid', 'tanh', 'softplus', 'leakyRelu'].map((name) =>
    unary(name, within(-1e6, 1e6), '', 'activation'),
  ),
  unary('leakyRelu', within(-1e6, 1e6), ', 0.3', 'activation'),
  unary('clipByValue', ANY, ', -0.5, 1', 'activation'),
  {
    name: 'gelu',
    family: 'activation',
    build: (draft) => {
      const x = draft.operand({ domain: within(-30, 30) }).name;
      return `tf.mul(tf.mul(${x}, 0.5), tf.add(1, tf.erf(tf.div(${x}, Math.SQRT2))))`;
    },
  },
  {
    name: 'log of sigmoid by softplus',
    family: 'activation',
    build: (draft) => `tf.neg(tf.softplus(tf.neg(${draft.operand({ domain: within(-1e6, 1e6) }).name})))`,
  },
  {
    name: 'mish',
    family: 'activation',
    build: (draft) => {
      const x = draft.operand({ domain: within(-30, 30) }).name;
      return `tf.mul(${x}, tf.tanh(tf.softplus(${x})))`;
    },
  },
  {
    name: 'swish',
    family: 'activation',
    build: (draft) => {
      const x = draft.operand({ domain: within(-30, 30) }).name;
      return `tf.mul(${x}, tf.sigmoid(${x}))`;
    },
  },
  {
    name: 'prelu',
    family: 'activation',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      return `tf.prelu(${x.name}, ${draft.operand({ shape: x.shape.slice(-1) }).name})`;
    },
  },
];

export const elementwise: readonly Op[] = [
  unary('square'),
  unary('neg'),
  unary('sin', within(-1e4, 1e4)),
  unary('cos', within(-1e4, 1e4)),
  unary('exp', within(-40, 40)),
  unary('expm1', within(-40, 40)),
  unary('abs'),
  unary('atan'),
  unary('tan', within(-1.3, 1.4)),
  unary('asin', UNIT),
  unary('acos', UNIT),
  unary('sinh', within(-40, 40)),
  unary('cosh', within(-40, 40)),
  unary('asinh', within(-1e6, 1e6)),
  unary('acosh', within(1.05, 1e6)),
  unary('atanh', UNIT),
  unary('erf', within(-5, 5)),
  unary('log', { low: 1e-3, high: Number.POSITIVE_INFINITY }),
  unary('log1p', { low: -0.9, high: Number.POSITIVE_INFINITY }),
  unary('sqrt', { low: 1e-3, high: Number.POSITIVE_INFINITY }),
  unary('rsqrt', POSITIVE),
  {
    name: 'reciprocal',
    family: 'unary',
    build: (draft) => `tf.reciprocal(${draft.operand({ accepts: away0 }).name})`,
  },
  unary('clone'),
  jump('floor', awayFrom(1, 0)),
  jump('ceil', awayFrom(1, 0)),
  jump('round', awayFrom(1, 0.5)),
  jump('sign', away0),
  jump('step', away0, ', 0.3'),
  jump('isNaN', () => true),
  jump('isFinite', () => true),
  binary('add', ANY, ANY),
  binary('mul', ANY, ANY),
  binary('sub', ANY, ANY),
  binary('div', ANY, POSITIVE),
  {
    name: 'atan2',
    family: 'binary',
    build: (draft) => {
      const a = draft.operand({ accepts: away0 });
      return `tf.atan2(${a.name}, ${broadcast(draft, a, POSITIVE).name})`;
    },
  },
  {
    name: 'div, negative divisor',
    family: 'binary',
    build: (draft) => {
      const a = draft.operand();
      return `tf.div(${a.name}, ${draft.operand({ shape: a.shape, accepts: away0 }).name})`;
    },
  },
  {
    name: 'mod',
    family: 'binary',
    build: (draft) =>
      `tf.mod(${draft.operand({ accepts: awayFrom(0.7, 0), domain: within(-50, 50) }).name}, ${[0.7, -0.7][draft.choose(2)]})`,
  },
  equalShapes('maximum'),
  equalShapes('minimum'),
  equalShapes('squaredDifference'),
  {
    name: 'addN',
    family: 'binary',
    build: (draft) => {
      const a = draft.operand();
      const others = [draft.operand({ shape: a.shape }), draft.operand({ shape: a.shape })];
      return `tf.addN([${[a, ...others].map(({ name }) => name).join(', ')}])`;
    },
  },
  {
    name: 'where',
    family: 'binary',
    build: (draft) => {
      const a = draft.operand({ rank: [1, 4] });
      const b = draft.operand({ shape: a.shape });
      return `tf.where(${draft.constant(a.shape, 2, 'bool').name}, ${a.name}, ${b.name})`;
    },
  },
  {
    name: 'where, of a comparison',
    family: 'binary',
    build: (draft) => {
      // Continuous at a = 0: no jump.
      const a = draft.operand({ rank: [1, 4] }).name;
      return `tf.where(tf.greaterEqual(${a}, 0), tf.mul(${a}, 2), tf.mul(${a}, 0.5))`;
    },
  },
  ...POWERS,
  ...ACTIVATIONS,
];
