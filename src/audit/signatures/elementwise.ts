import { type Argument, call, type Expression, input } from '../expression.ts';
import type { Choices, Domain } from '../generate/choices.ts';
import type { Signature } from './signature.ts';

const x = input('x');
const a = input('a');
const b = input('b');

const unary = (kernel: string, op: string, domain?: Domain, ...args: readonly Argument[]): Signature => ({
  kernel,
  op,
  draw: (choices) => ({
    inputs: { x: choices.values(choices.shape(0, 5), domain) },
    expression: call(op, x, ...args),
  }),
});

const unaries: readonly Signature[] = [
  unary('Abs', 'abs'),
  unary('Acos', 'acos', [-0.9, 0.95]),
  unary('Acosh', 'acosh', [1.1, 9]),
  unary('Asin', 'asin', [-0.9, 0.95]),
  unary('Asinh', 'asinh', [-4, 5]),
  unary('Atan', 'atan', [-9, 9]),
  unary('Atanh', 'atanh', [-0.9, 0.95]),
  unary('Ceil', 'ceil', [-3, 3.1]),
  unary('Cos', 'cos', [-9, 9]),
  unary('Cosh', 'cosh', [-4, 5]),
  unary('Elu', 'elu', [-9, 9]),
  unary('Erf', 'erf', [-2.5, 2.6]),
  unary('Exp', 'exp', [-9, 9]),
  unary('Expm1', 'expm1', [-4, 5]),
  unary('Floor', 'floor', [-3, 3.1]),
  unary('Identity', 'clone'),
  unary('Log', 'log', [0.1, 4]),
  unary('Log1p', 'log1p', [-0.8, 3]),
  unary('Neg', 'neg'),
  unary('OnesLike', 'onesLike'),
  unary('Reciprocal', 'reciprocal', [0.3, 3]),
  unary('Reciprocal', 'reciprocal', [-3, -0.3]),
  unary('Relu', 'relu'),
  unary('Relu6', 'relu6', [-4, 9]),
  unary('Round', 'round', [-3, 3.1]),
  unary('Rsqrt', 'rsqrt', [0.2, 4]),
  unary('Selu', 'selu', [-9, 9]),
  unary('Sigmoid', 'sigmoid', [-9, 9]),
  unary('Sign', 'sign'),
  unary('Sin', 'sin', [-9, 9]),
  unary('Sinh', 'sinh', [-4, 5]),
  unary('Softplus', 'softplus', [-12, 13]),
  unary('Softplus', 'logSigmoid', [-12, 13]),
  unary('Sqrt', 'sqrt', [0.2, 4]),
  unary('Square', 'square'),
  unary('Tan', 'tan', [-1.3, 1.4]),
  unary('Tanh', 'tanh', [-4, 5]),
  unary('ZerosLike', 'zerosLike'),
];

/** A tensor and a number from a list. */
const withNumber = (kernel: string, op: string, name: string, numbers: readonly number[]): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const number = choices.pick(numbers);
    return {
      attributes: { [name]: number },
      inputs: { x: choices.values(choices.shape(0, 5)) },
      expression: call(op, x, number),
    };
  },
});

const clip: Signature = {
  kernel: 'ClipByValue',
  op: 'clipByValue',
  draw: (choices) => {
    const [low, high] = choices.pick([
      [-0.505, 0.605],
      [0.105, 1.5],
      [-1.5, -0.105],
    ]);
    return {
      attributes: { low, high },
      inputs: { x: choices.values(choices.shape(0, 5)) },
      expression: call('clipByValue', x, low, high),
    };
  },
};

/** Two shapes that broadcast: equal, without leading axes, or with axes of length 1 in either. */
function broadcast(choices: Choices): [number[], number[]] {
  const shape = choices.shape(0, 4);
  const how = choices.pick(['equal', 'fewer axes', 'length 1', 'both'] as const);
  if (how === 'equal') return [shape, shape];
  const ones = (): number[] => shape.map((length) => (choices.flag() ? 1 : length));
  const other = how === 'fewer axes' ? shape.slice(choices.below(shape.length + 1)) : ones();
  if (how === 'both') return [ones(), other];
  return choices.flag() ? [other, shape] : [shape, other];
}

const binary = (
  kernel: string,
  op: string,
  left?: Domain,
  right?: Domain,
  f: (result: Expression) => Expression = (result) => result,
): Signature => ({
  kernel,
  op,
  draw: (choices) => {
    const [shapeOfA, shapeOfB] = broadcast(choices);
    return {
      inputs: { a: choices.values(shapeOfA, left), b: choices.values(shapeOfB, right) },
      expression: f(call(op, a, b)),
    };
  },
});

/** A condition times a, because by itself it has no gradient. */
const timesA = (result: Expression): Expression => call('mul', a, call('cast', result, 'float32'));

const POSITIVE: Domain = [0.4, 2.5];
const NEGATIVE: Domain = [-2.5, -0.4];

const binaries: readonly Signature[] = [
  binary('Add', 'add'),
  binary('Atan2', 'atan2', [-2, 2], POSITIVE),
  binary('Atan2', 'atan2', [-2, 2], NEGATIVE),
  binary('FloorDiv', 'floorDiv', [-5, 6], POSITIVE, (result) => call('cast', result, 'float32')),
  binary('Maximum', 'maximum'),
  binary('Minimum', 'minimum'),
  binary('Mod', 'mod', [-5, 6], POSITIVE),
  binary('Mod', 'mod', [-5, 6], NEGATIVE),
  binary('Multiply', 'mul'),
  binary('Pow', 'pow', POSITIVE),
  binary('RealDiv', 'div', [-2, 2], POSITIVE),
  binary('RealDiv', 'div', [-2, 2], NEGATIVE),
  binary('SquaredDifference', 'squaredDifference'),
  binary('Sub', 'sub'),
  binary('Equal', 'divNoNan', [-2, 2], POSITIVE),
  ...(['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'] as const).map((kernel) =>
    binary(kernel, `${kernel[0]!.toLowerCase()}${kernel.slice(1)}`, undefined, undefined, timesA),
  ),
];

const prelu: Signature = {
  kernel: 'Prelu',
  op: 'prelu',
  draw: (choices) => {
    const shape = choices.shape(1, 4);
    const of = choices.pick(['equal', 'fewer axes', 'length 1'] as const);
    const alpha =
      of === 'equal'
        ? shape
        : of === 'fewer axes'
          ? shape.slice(choices.below(shape.length))
          : shape.map((length) => (choices.flag() ? 1 : length));
    return {
      inputs: { a: choices.values(shape), b: choices.values(alpha, POSITIVE) },
      expression: call('prelu', a, b),
    };
  },
};

const addN: Signature = {
  kernel: 'AddN',
  op: 'addN',
  draw: (choices) => {
    const shape = choices.shape(0, 4);
    const names = ['a', 'b', 'c', 'd'].slice(0, choices.between(1, 4));
    return {
      inputs: Object.fromEntries(names.map((name) => [name, choices.values(shape)])),
      expression: call('addN', [...names.map(input), ...(choices.flag() ? [a] : [])]),
    };
  },
};

const where: Signature = {
  kernel: 'Select',
  op: 'where',
  draw: (choices) => {
    const [shapeOfA, shapeOfB] = broadcast(choices);
    const condition = choices.pick([shapeOfA, shapeOfB]);
    return {
      inputs: {
        condition: choices.booleans(condition),
        a: choices.values(shapeOfA),
        b: choices.values(shapeOfB),
      },
      expression: call('where', input('condition'), a, b),
    };
  },
};

const casts: Signature = {
  kernel: 'Cast',
  op: 'cast',
  draw: (choices) => {
    const to = choices.pick(['int32', 'float32']);
    const inputs = { x: choices.values(choices.shape(0, 4), [-3, 3.1]) };
    const there = call('cast', x, to);
    return {
      attributes: { to },
      inputs,
      // An integer ends the gradient's path, so it is used as a factor.
      expression: to === 'float32' ? there : call('mul', x, call('cast', there, 'float32')),
    };
  },
};

/** Functions of one, two and several tensors, element by element. */
export const elementwise: readonly Signature[] = [
  ...unaries,
  withNumber('LeakyRelu', 'leakyRelu', 'alpha', [0.2, 0.5]),
  withNumber('Step', 'step', 'alpha', [0.3, 0]),
  clip,
  ...binaries,
  prelu,
  addN,
  where,
  casts,
];
