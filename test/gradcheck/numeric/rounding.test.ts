import { beforeAll, describe, expect, it } from '@jest/globals';
import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import {
  heldOperands,
  type RoundingCall,
  roundingScale,
} from '../../../src/gradcheck/numeric/kernels/rounding.ts';
import type { NumberArray } from '../../../src/gradcheck/numeric/kernels/rule.ts';

beforeAll(() => tf.ready());

/** The magnitudes at which a kernel's results are rounded. */
function scaleOf(kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap = {}): number[] | null {
  const run = (given: Record<string, Tensor>, with_: NamedAttrMap) =>
    tf.engine().runKernel(kernel, given as NamedTensorMap, with_) as Tensor;
  const read = (tensor: { dataId: object }) => tf.backend().readSync(tensor.dataId) as NumberArray;
  const call: RoundingCall = {
    inputs,
    attrs,
    read,
    runOn: (values, otherAttrs = attrs) => {
      const moved = Object.entries(values).map(([name, x]) => [
        name,
        tf.tensor(x as never, inputs[name]!.shape),
      ]);
      return read(run({ ...inputs, ...Object.fromEntries(moved) }, otherAttrs));
    },
  };
  const scale = roundingScale(kernel, call, read(run(inputs, attrs)));
  return scale && Array.from(scale);
}

describe('the magnitude that a result is rounded at', () => {
  it('is its own', () => {
    expect(scaleOf('Square', { x: tf.tensor1d([-3, 0.5]) })).toEqual([9, 0.25]);
    expect(scaleOf('Sin', { x: tf.tensor1d([-1]) })![0]).toBeCloseTo(0.8414709848078965, 15);
  });

  it('is none where a kernel moves, chooses or changes signs', () => {
    const x = tf.tensor1d([-3, 0.5]);
    for (const [kernel, attrs] of [
      ['Reverse', { dims: [0] }],
      ['Relu', {}],
      ['Neg', {}],
      ['Abs', {}],
    ] as const)
      expect(scaleOf(kernel, { x }, attrs as never)).toBeNull();
  });

  it('of a sum is the sum of magnitudes: 1 - 1 + 0.5 is rounded as 2.5', () => {
    const x = tf.tensor1d([1, -1, 0.5]);
    expect(scaleOf('Sum', { x }, { axis: [0], keepDims: false })).toEqual([2.5]);
    expect(scaleOf('Cumsum', { x }, { axis: 0, exclusive: false, reverse: false })).toEqual([1, 2, 2.5]);
  });

  it('of a fused matMul is that of its products and bias, whatever the activation makes of them', () => {
    const [a, b, bias] = [tf.tensor3d([[[2, -3]]]), tf.tensor3d([[[5], [7]]]), tf.tensor1d([-1])];
    const attrs = { transposeA: false, transposeB: false, activation: 'relu6' };
    // relu6(10 - 21 - 1) is 0, and relu6 of the sum of magnitudes would be 6
    expect(scaleOf('_FusedMatMul', { a, b, bias } as never, attrs)).toEqual([10 + 21 + 1]);
    expect(scaleOf('_FusedMatMul', { a, b, bias: undefined } as never, attrs)).toEqual([10 + 21]);
  });

  it('of a sum of segments leaves their numbers as they are: those below 0 are in no sum', () => {
    const segmentIds = tf.tensor1d([0, -1, 0], 'int32');
    const scale = scaleOf('UnsortedSegmentSum', { x: tf.tensor1d([1, -2, -3]), segmentIds }, {
      numSegments: 2,
    } as never);
    expect(scale).toEqual([1 + 3, 0]);
  });

  it('of a batchNorm is |offset| + (|mean| + |x|) |scale| / sqrt(variance + epsilon)', () => {
    const one = (value: number) => tf.tensor1d([value]);
    const inputs = {
      x: tf.tensor4d([[[[-3]]]]),
      mean: one(-5),
      variance: one(3.75),
      scale: one(-4),
      offset: one(-1),
    };
    expect(scaleOf('FusedBatchNorm', inputs, { varianceEpsilon: 0.25 })![0]).toBeCloseTo(
      1 + ((5 + 3) * 4) / 2,
      14,
    );
    const plain = { ...inputs, scale: undefined, offset: undefined } as never;
    expect(scaleOf('FusedBatchNorm', plain, { varianceEpsilon: 0.25 })![0]).toBeCloseTo((5 + 3) / 2, 14);
  });

  it('of a softmax y is y (1 + |log y|), and 0 of what has underflown', () => {
    const scale = scaleOf('Softmax', { logits: tf.tensor2d([[0, 0, -1000]]) }, { dim: -1 })!;
    expect(scale[0]).toBeCloseTo(0.5 * (1 + Math.LN2), 15);
    expect(scale[2]).toBe(0);
  });
});

describe('an operand that a perturbation moves out of its kernel’s domain is as it was', () => {
  const EPS = 2 ** -50;
  // The edge of the domain, a step out of it, and whether the edge itself is inside.
  it.each([
    ['Sqrt', 0, -EPS, true],
    ['Rsqrt', 0, -EPS, false],
    ['Log', 0, -EPS, false],
    ['Log1p', -1, -1 - EPS, false],
    ['Acos', 1, 1 + EPS, true],
    ['Acos', -1, -1 - EPS, true],
    ['Asin', 1, 1 + EPS, true],
    ['Atanh', 1, 1 + EPS, false],
    ['Acosh', 1, 1 - EPS, true],
  ])('%s at %d', (kernel, edge, beyond, isInside) => {
    const held = (x: number, was: number) => {
      const operands = heldOperands(kernel, { x: Float64Array.of(x, 0.5) }, { x: Float64Array.of(was, 0.5) });
      return operands.x && Array.from(operands.x);
    };
    const inside = edge + (edge - beyond);
    expect(held(beyond, inside)).toEqual([inside, 0.5]);
    expect(held(edge, inside)).toEqual(isInside ? undefined : [inside, 0.5]);
    // An operand that was already outside is free to move.
    expect(held(beyond, beyond - EPS * Math.sign(inside - beyond))).toBeUndefined();
    expect(held(inside, inside)).toBeUndefined();
  });

  it('whole exponents stay; a base that was positive does not become negative under others', () => {
    const power = (a: [number, number], b: [number, number]) => {
      const held = heldOperands(
        'Pow',
        { a: Float64Array.of(a[1]), b: Float64Array.of(b[1]) },
        { a: Float64Array.of(a[0]), b: Float64Array.of(b[0]) },
      );
      return Object.fromEntries(Object.entries(held).map(([name, values]) => [name, values[0]]));
    };
    expect(power([-2, -2], [3, 3 + EPS])).toEqual({ b: 3 });
    expect(power([-2, -2.5], [3, 3])).toEqual({});
    expect(power([0, -EPS], [1.5, 1.5])).toEqual({ a: 0 });
    expect(power([0, -EPS], [2, 2])).toEqual({});
    expect(power([-1, -2], [1.5, 1.5])).toEqual({});
  });
});
