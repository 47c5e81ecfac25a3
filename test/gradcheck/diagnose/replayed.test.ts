import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Tensor, TensorLike, TF } from '../../../src/gradcheck/types.ts';
import { inputsFrom } from '../specs.ts';

const { signed, positive } = inputsFrom(11);
const BOTH_SIGNS = { values: [-0.8, 0.4, -0.3, 0.9, 1.2, -1.1], shape: [2, 3] };
const looks = async (spec: GradcheckSpec): Promise<string | null> => (await gradcheck(spec)).looksLike;

describe('a derivative left out', () => {
  /** The backward of f with dy in place of its own gradient, through a product, which hides it. */
  const through = (f: (tf: TF, x: Tensor) => Tensor, x: TensorLike = BOTH_SIGNS): GradcheckSpec => ({
    inputs: { x, w: positive(2, 3) },
    forward: (tf, inputs) => tf.mul(f(tf, inputs.x!), inputs.w!),
    backward: (tf, inputs, dy) => ({ x: tf.mul(dy, inputs.w!), w: tf.mul(dy, f(tf, inputs.x!)) }),
  });

  it.each<[string, (tf: TF, x: Tensor) => Tensor]>([
    ['Relu', (tf, x) => tf.relu(x)],
    ['Relu6', (tf, x) => tf.relu6(x)],
    ['LeakyRelu', (tf, x) => tf.leakyRelu(x)],
    ['Elu', (tf, x) => tf.elu(x)],
    ['Selu', (tf, x) => tf.selu(x)],
    ['ClipByValue', (tf, x) => tf.clipByValue(x, -0.3, 0.2)],
    ['Abs', (tf, x) => tf.abs(x)],
  ])('is named by its mask: %s', async (kernel, f) => {
    expect(await looks(through(f))).toBe(`the mask of ${kernel} is missing: dy goes through it unchanged`);
  });

  it.each<[string, (tf: TF, x: Tensor) => Tensor]>([
    ['Sigmoid', (tf, x) => tf.sigmoid(x)],
    ['Tanh', (tf, x) => tf.tanh(x)],
    ['Softplus', (tf, x) => tf.softplus(x)],
    ['Exp', (tf, x) => tf.exp(x)],
    ['Log', (tf, x) => tf.log(x)],
    ['Log1p', (tf, x) => tf.log1p(x)],
    ['Square', (tf, x) => tf.square(x)],
    ['Sqrt', (tf, x) => tf.sqrt(x)],
    ['Erf', (tf, x) => tf.erf(x)],
    ['Sin', (tf, x) => tf.sin(x)],
    ['Cos', (tf, x) => tf.cos(x)],
    ['Softmax', (tf, x) => tf.softmax(x)],
  ])("is named by its kernel: %s'", async (kernel, f) => {
    expect(await looks(through(f, positive(2, 3)))).toBe(
      `${kernel}' is missing: dy goes through it unchanged`,
    );
  });

  /** Squares one after the other, the one at `without` (from the input) without its derivative. */
  const squares = (count: number, without: number): GradcheckSpec => {
    const powers = (tf: TF, x: Tensor): Tensor[] => {
      const all = [x];
      for (let at = 0; at < count; at++) all.push(tf.square(all.at(-1)!));
      return all;
    };
    return {
      inputs: { x: { values: [0.9, 1.1, 1.05], shape: [3] } },
      forward: (tf, { x }) => powers(tf, x!).at(-1)!,
      backward: (tf, { x }, dy) => {
        const factors = powers(tf, x!)
          .slice(0, -1)
          .map((each) => tf.mul(2, each));
        return { x: factors.reduce((d, each, at) => (at === without ? d : tf.mul(d, each)), dy) };
      },
    };
  };

  it.each([
    [2, 0, '(Square number 1 of 2)'],
    [2, 1, '(Square number 2 of 2)'],
    [3, 1, '(Square number 2 of 3)'],
    [8, 5, '(Square number 6 of 8)'],
  ])('of %d squares is found at %d: %s', async (count, without, where) => {
    expect(await looks(squares(count, without))).toBe(
      `Square' is missing: dy goes through it unchanged ${where}`,
    );
  });

  it('is not what a factor of 2 looks like', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: [1, 1, 1] },
      forward: (tf, { x }) => tf.square(x!),
      backward: (_, __, dy) => ({ x: dy }),
    };
    expect(await looks(spec)).toBe('yours = 0.5 x numeric in all 3 elements: a factor 2 is missing');
  });

  it('is not looked for among more than eight calls', async () => {
    expect(await looks(squares(9, 5))).toBeNull();
  });
});

describe('a mask of Relu', () => {
  const masked = (x: number[], mask: (tf: TF, x: Tensor) => Tensor): GradcheckSpec => ({
    inputs: { x: { values: x, shape: [x.length] } },
    forward: (tf, inputs) => tf.relu(inputs.x!),
    backward: (tf, inputs, dy) => ({ x: tf.mul(dy, tf.cast(mask(tf, inputs.x!), 'float32')) }),
  });

  it('that is inverted', async () => {
    const spec = masked([0.5, -0.7, 0.9], (tf, x) => tf.lessEqual(x, 0));
    expect(await looks(spec)).toBe('the mask of Relu is inverted');
  });
});

describe('a weight updated too early', () => {
  const says = (rate: string): string =>
    `a weight is updated before it is used: the gradients fit w - ${rate} dw in place of w`;
  const early = (tf: TF, w: Tensor, dw: Tensor, rate: number): Tensor => tf.sub(w, tf.mul(rate, dw));

  const product = (first: boolean, rate: number): GradcheckSpec => ({
    inputs: { a: signed(2, 3), b: signed(2, 3) },
    forward: (tf, { a, b }) => tf.mul(a!, b!),
    backward: (tf, { a, b }, dy) => {
      const [da, db] = [tf.mul(dy, b!), tf.mul(dy, a!)];
      return first
        ? { a: tf.mul(dy, early(tf, b!, db, rate)), b: db }
        : { a: da, b: tf.mul(dy, early(tf, a!, da, rate)) };
    },
  });
  const matMul = (first: boolean, rate: number): GradcheckSpec => ({
    inputs: { a: signed(2, 3), b: signed(3, 4) },
    forward: (tf, { a, b }) => tf.matMul(a!, b!),
    backward: (tf, { a, b }, dy) => {
      const da = tf.matMul(dy, b!, false, true);
      const db = tf.matMul(a!, dy, true);
      return first
        ? { a: tf.matMul(dy, early(tf, b!, db, rate), false, true), b: db }
        : { a: da, b: tf.matMul(early(tf, a!, da, rate), dy, true) };
    },
  });
  const convolution = (rate: number): GradcheckSpec => ({
    inputs: { x: signed(1, 4, 4, 1), filter: signed(2, 2, 1, 2) },
    forward: (tf, { x, filter }) => tf.conv2d(x as never, filter as never, 1, 'valid'),
    backward: (tf, { x, filter }, dy) => {
      const dFilter = tf.grad((f) => tf.conv2d(x as never, f as never, 1, 'valid'))(filter!, dy);
      const moved = early(tf, filter!, dFilter, rate);
      return {
        x: tf.conv2dTranspose(dy as never, moved as never, [1, 4, 4, 1], 1, 'valid'),
        filter: dFilter,
      };
    },
  });

  it.each<[string, (rate: number) => GradcheckSpec]>([
    ['the second factor', (rate) => product(true, rate)],
    ['the first factor', (rate) => product(false, rate)],
    ['the second matrix', (rate) => matMul(true, rate)],
    ['the first matrix', (rate) => matMul(false, rate)],
    ['a filter', convolution],
  ])('is found, with its rate: %s', async (_, spec) => {
    expect(await looks(spec(0.1))).toBe(says('0.1'));
    expect(await looks(spec(0.003))).toBe(says('0.003'));
    // No update goes up its own gradient.
    expect(await looks(spec(-0.1))).toBeNull();
  });

  it.each([
    [2e-6, '0.000002'],
    [0.9e-6, null],
  ])('has a rate of at least a millionth: %d', async (rate, text) => {
    expect(await looks(product(true, rate))).toBe(text === null ? null : says(text));
  });
});

describe('a bias', () => {
  const summed = (shape: number[], biasShape: number[], axes: number[]): GradcheckSpec => ({
    inputs: { x: signed(...shape), b: signed(...biasShape) },
    forward: (tf, { x, b }) => tf.add(x!, b!),
    backward: (tf, { b }, dy) => ({ x: dy, b: tf.reshape(tf.sum(dy, axes), b!.shape) }),
  });
  const wrong = 'the sum over a broadcast operand (a bias?) is taken over the wrong axis';

  it.each([
    [[3, 3], [3], [1]],
    [[2, 3, 3], [3], [0, 1]],
    [[2, 2, 3], [3], [0, 1]],
    [[3, 2, 3], [3], [1, 2]],
    [[3, 3], [3, 1], [0]],
  ])('of %j and %j summed over %j', async (shape, bias, axes) => {
    const right = shape.length - bias.length;
    const isRight = bias.length === 1 && axes.length === right && axes.every((axis) => axis < right);
    expect(await looks(summed(shape, bias, axes))).toBe(isRight ? null : wrong);
  });
});
