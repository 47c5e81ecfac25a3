import type { Tensor, TF } from '../../gradcheck/index.ts';
import type { Attributes } from '../../results/audit.ts';
import { type AuditCase, auditCase } from '../case.ts';
import { between, type CaseValues, signed } from '../values.ts';

type Domain = (shape: readonly number[]) => CaseValues;
type Unary = (tf: TF, x: Tensor) => Tensor;

const any: Domain = (shape) => signed(shape);
const within =
  (low: number, high: number): Domain =>
  (shape) =>
    between(shape, low, high);
const wide = within(-12, 13);

/** Kernel, op, its domain, a wider domain if it saturates or is defined piecewise, and its attributes. */
const ops: readonly [
  kernel: string,
  op: string,
  f: Unary,
  domain: Domain,
  wider?: Domain | null,
  attributes?: Attributes,
][] = [
  ['Abs', 'abs', (tf, x) => tf.abs(x), any],
  ['Acos', 'acos', (tf, x) => tf.acos(x), within(-0.9, 0.95)],
  ['Acosh', 'acosh', (tf, x) => tf.acosh(x), within(1.1, 3), within(1.1, 50)],
  ['Asin', 'asin', (tf, x) => tf.asin(x), within(-0.9, 0.95)],
  ['Asinh', 'asinh', (tf, x) => tf.asinh(x), any, within(-4, 5)],
  ['Atan', 'atan', (tf, x) => tf.atan(x), any, wide],
  ['Atanh', 'atanh', (tf, x) => tf.atanh(x), within(-0.9, 0.95)],
  ['Ceil', 'ceil', (tf, x) => tf.ceil(x), within(-3, 3.1)],
  ['ClipByValue', 'clipByValue, -0.5..0.6', (tf, x) => tf.clipByValue(x, -0.5, 0.6), any],
  ['Cos', 'cos', (tf, x) => tf.cos(x), any, wide],
  ['Cosh', 'cosh', (tf, x) => tf.cosh(x), any, within(-4, 5)],
  ['Elu', 'elu', (tf, x) => tf.elu(x), any, wide],
  ['Erf', 'erf', (tf, x) => tf.erf(x), any, within(-2.5, 2.6)],
  ['Exp', 'exp', (tf, x) => tf.exp(x), any, wide],
  ['Expm1', 'expm1', (tf, x) => tf.expm1(x), any, within(-4, 5)],
  ['Floor', 'floor', (tf, x) => tf.floor(x), within(-3, 3.1)],
  ['Identity', 'clone', (tf, x) => tf.clone(x), any],
  ['LeakyRelu', 'leakyRelu, alpha 0.2', (tf, x) => tf.leakyRelu(x), any],
  ['LeakyRelu', 'leakyRelu, alpha 0.5', (tf, x) => tf.leakyRelu(x, 0.5), any],
  ['Log', 'log', (tf, x) => tf.log(x), within(0.1, 4)],
  ['Log1p', 'log1p', (tf, x) => tf.log1p(x), within(-0.8, 3)],
  ['Neg', 'neg', (tf, x) => tf.neg(x), any],
  ['OnesLike', 'onesLike', (tf, x) => tf.onesLike(x), any],
  ['Reciprocal', 'reciprocal', (tf, x) => tf.reciprocal(x), within(0.3, 3), within(-3, -0.3)],
  ['Relu', 'relu', (tf, x) => tf.relu(x), any],
  ['Relu6', 'relu6', (tf, x) => tf.relu6(x), within(-4, 9)],
  ['Round', 'round', (tf, x) => tf.round(x), within(-3, 3.1)],
  ['Rsqrt', 'rsqrt', (tf, x) => tf.rsqrt(x), within(0.2, 4)],
  ['Selu', 'selu', (tf, x) => tf.selu(x), any, wide],
  ['Sigmoid', 'sigmoid', (tf, x) => tf.sigmoid(x), any, wide],
  ['Sign', 'sign', (tf, x) => tf.sign(x), any],
  ['Sin', 'sin', (tf, x) => tf.sin(x), any, wide],
  ['Sinh', 'sinh', (tf, x) => tf.sinh(x), any, within(-4, 5)],
  ['Softplus', 'softplus', (tf, x) => tf.softplus(x), any, wide],
  ['Softplus', 'logSigmoid', (tf, x) => tf.logSigmoid(x), any, wide],
  ['Sqrt', 'sqrt', (tf, x) => tf.sqrt(x), within(0.2, 4)],
  ['Square', 'square', (tf, x) => tf.square(x), any],
  ['Step', 'step', (tf, x) => tf.step(x, 0.3), any, null, { alpha: 0.3 }],
  ['Tan', 'tan', (tf, x) => tf.tan(x), within(-1.3, 1.4)],
  ['Tanh', 'tanh', (tf, x) => tf.tanh(x), any, within(-4, 5)],
  ['ZerosLike', 'zerosLike', (tf, x) => tf.zerosLike(x), any],
];

/** Functions of one tensor, element by element: a vector, and a tensor of rank 3 from a wider range. */
export const unary: readonly AuditCase[] = ops.flatMap(
  ([kernel, op, f, domain, wider = null, attributes = {}]) => [
    auditCase(kernel, op, attributes, { x: domain([7]) }, (tf, { x }) => f(tf, x)),
    auditCase(
      kernel,
      op,
      wider === null ? attributes : { ...attributes, note: 'wide range' },
      { x: (wider ?? domain)([2, 3, 2]) },
      (tf, { x }) => f(tf, x),
    ),
  ],
);
