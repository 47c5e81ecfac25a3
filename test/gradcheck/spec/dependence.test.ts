import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import { dependenceOf } from '../../../src/gradcheck/spec/dependence.ts';
import { UnsupportedError } from '../../../src/gradcheck/spec/limits.ts';
import { prepare } from '../../../src/gradcheck/spec/prepare.ts';
import { type AnySpec, readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import type { GradcheckSpec, Tensor } from '../../../src/gradcheck/types.ts';

await tf.ready();
const inputs = { x: [0.5, -1.5, 2] };
const closedOver = tf.tensor1d([1, 2, 3]);

describe('an output that depends on nothing that is differentiated', () => {
  const constant: GradcheckSpec<'x'> = { inputs, forward: () => tf.square(closedOver) };

  it('is inconclusive, with a backward or without, and says why', async () => {
    const result = await gradcheck(constant);
    expect(result).toMatchObject({
      status: 'inconclusive',
      dependence: { unused: ['x'], withoutPath: [], unchecked: [] },
      inputs: { x: { status: 'not checked', checked: 0 } },
    });
    expect(result.message).toContain('The output does not depend on x: there is nothing to check');
    expect(result.message).toContain('constants of its module');
    const zero = await gradcheck({ ...constant, backward: (_, { x }) => ({ x: tf.zerosLike(x) }) });
    expect(zero).toMatchObject({ status: 'inconclusive' });
  });

  it('a variable that forward reads instead is named', async () => {
    const weight = tf.variable(tf.tensor1d([1, 2, 3]), true, 'weightOfMine');
    const reads: [string, () => Tensor][] = [
      ['by an op', () => tf.square(weight)],
      ['in JavaScript', () => tf.tensor1d(weight.arraySync())],
    ];
    for (const [, forward] of reads) {
      const result = await gradcheck({ inputs, forward });
      expect(result).toMatchObject({ status: 'inconclusive', dependence: { unchecked: ['weightOfMine'] } });
      expect(result.message).toContain('forward reads weightOfMine: put it into `variables`');
    }
    const beside = await gradcheck({ inputs, forward: (_, { x }) => tf.mul(weight, x) });
    expect(beside).toMatchObject({ status: 'pass', dependence: { unused: [], unchecked: ['weightOfMine'] } });
    expect(beside.message).toContain('Not checked: weightOfMine');
    weight.trainable = false;
    const frozen = await gradcheck({ inputs, forward: (_, { x }) => tf.mul(weight, x) });
    expect(frozen.dependence?.unchecked).toEqual([]);
    weight.dispose();
  });

  it('a single input that is not used is named in the pass, and a gradient of it that is not zero is caught', async () => {
    const spec: GradcheckSpec<'a' | 'b'> = {
      inputs: { a: [1, 2], b: [3, 4] },
      forward: (_, { a }) => tf.square(a),
    };
    const result = await gradcheck(spec);
    expect(result).toMatchObject({ status: 'pass', dependence: { unused: ['b'] } });
    expect(result.message).toContain('Not used: b');
    const wrong = await gradcheck({
      ...spec,
      backward: (_, { a }, dy) => ({ a: tf.mul(dy, tf.mul(2, a)), b: dy }),
    });
    expect(wrong).toMatchObject({ status: 'fail', inputs: { b: { wrong: 2 } } });
  });

  it('every relu closed is another matter: the ops are there', async () => {
    const dead = await gradcheck({ inputs: { x: [-1, -2] }, forward: (_, { x }) => tf.relu(x) });
    expect(['pass', 'inconclusive']).toContain(dead.status);
    expect(dead.dependence).toMatchObject({ unused: [], withoutPath: [] });
  });

  it('an output that follows only large changes is no constant', async () => {
    const result = await gradcheck({
      inputs,
      forward: (_, { x }) => tf.tensor1d([x.dataSync()[0]! > 100 ? 1 : 0]),
    });
    expect(result).toMatchObject({ status: 'unsupported', dependence: { unused: [], withoutPath: ['x'] } });
  });
});

describe('a forward in JavaScript', () => {
  const doubled = (x: Tensor) => tf.tensor1d(Array.from(x.dataSync(), (value) => value * value));
  const loops: GradcheckSpec<'x'> = { inputs, forward: (_, { x }) => doubled(x) };

  it('has no autodiff: a backward is held against differences only', async () => {
    const right = await gradcheck({
      ...loops,
      backward: (_, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2, x)) }),
    });
    expect(right).toMatchObject({ status: 'pass', oddOneOut: null });
    expect(right.message).toContain('yours, numeric agree');
    expect(right.message).toContain('no path from x to the output, because their values are read out');
    const wrong = await gradcheck({ ...loops, backward: (_, { x }, dy) => ({ x: tf.mul(dy, x) }) });
    expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    expect(wrong.looksLike).toContain('a factor 2 is missing');
  });

  it('also where the result of an op that saves its input is read out', async () => {
    const forward = (_: unknown, { x }: Record<string, Tensor>) =>
      tf.tensor1d(Array.from(tf.square(x!).dataSync()));
    const right = await gradcheck({
      ...{ inputs, forward },
      backward: (_, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2, x!)) }),
    });
    expect(right).toMatchObject({ status: 'pass', dependence: { withoutPath: ['x'] } });
    expect(await gradcheck({ inputs, forward })).toMatchObject({ status: 'unsupported' });
  });

  it('without a backward is unsupported, and says why', async () => {
    const result = await gradcheck(loops);
    expect(result).toMatchObject({ status: 'unsupported', oddOneOut: null, stage: null });
    expect(result.message).toContain('no path from x to the output, because their values are read out');
  });

  it('one input of two: the other one is checked', async () => {
    const product = (planted: number): GradcheckSpec<'a' | 'b'> => ({
      inputs: { a: [1, 2], b: [3, 4] },
      forward: (_, { a, b }) => tf.mul(a, tf.tensor1d(Array.from(b.dataSync()))),
      backward: (_, { a, b }, dy) => ({ a: tf.mul(dy, b), b: tf.mul(planted, tf.mul(dy, a)) }),
    });
    const { backward: _, ...withoutBackward } = product(1);
    const result = await gradcheck(withoutBackward);
    expect(result).toMatchObject({
      status: 'unsupported',
      inputs: { a: { status: 'pass' }, b: { status: 'not checked' } },
    });
    expect(await gradcheck(product(1))).toMatchObject({ status: 'pass', inputs: { b: { checked: 2 } } });
    expect(await gradcheck(product(Math.PI))).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
      looksLike: 'yours = 3.14159 x numeric in all 2 elements',
    });
    const detached = tf.customGrad(((v: Tensor) => ({
      value: tf.clone(v),
      gradFunc: (dy: Tensor) => tf.neg(dy),
    })) as never);
    const wrong = await gradcheck({
      ...withoutBackward,
      forward: (_, { a, b }) => withoutBackward.forward(tf, { a: detached(a), b }),
    });
    expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff', inputs: { a: { wrong: 2 } } });
  });

  it('beside ops of the same input: what is read out is missing from autodiff', async () => {
    const result = await gradcheck({ inputs, forward: (_, { x }) => tf.add(tf.square(x), doubled(x)) });
    expect(result).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff', suspects: [] });
    expect(result.message).toContain('does forward read a value out (dataSync, arraySync)?');
  });

  it('is not what a customGrad is that captures an input in place of taking it', async () => {
    const capturing = (x: Tensor, y: Tensor) =>
      (
        tf.customGrad(((v: Tensor) => ({
          value: tf.mul(v, y),
          gradFunc: (dy: Tensor) => tf.mul(dy, y),
        })) as never) as (v: Tensor) => Tensor
      )(x);
    const spec: GradcheckSpec<'a' | 'b'> = {
      inputs: { a: [1, 2], b: [3, 4] },
      forward: (_, { a, b }) => capturing(a, b),
    };
    const result = await gradcheck(spec);
    expect(result).toMatchObject({
      status: 'fail',
      oddOneOut: 'tf autodiff',
      suspects: [{ kernel: null }],
      inputs: { a: { wrong: 0 }, b: { wrong: 2 } },
      dependence: { withoutPath: [] },
    });
    const constant = tf.tensor1d([3, 4]);
    const withConstant = await gradcheck({
      inputs: { a: [1, 2] },
      forward: (_, { a }) => capturing(a, constant),
    });
    expect(withConstant).toMatchObject({ status: 'pass' });
  });

  it('that throws at other values is inconclusive, not a fault', async () => {
    const ranged = await gradcheck({
      inputs,
      forward: (_, { x }) => {
        if (x.dataSync()[2]! > 2) throw new Error('expected at most 2');
        return tf.square(x);
      },
    });
    expect(ranged).toMatchObject({ status: 'inconclusive', inputs: { x: { undecided: 1 } } });
    expect(ranged.message).toContain('the forward throws within x ± h: expected at most 2');
  });
});

describe('an assignment inside forward cuts the gradient, and is named', () => {
  const held = tf.variable(tf.zeros([3]), true, 'held');
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2], useBias: false })] });
  const weights = { inputs: { w: [[0.5], [2]] } };

  it('setWeights: nothing is left', async () => {
    const forward = (_: unknown, { w }: Record<'w', Tensor>) => {
      model.setWeights([w]);
      return model.apply(tf.tensor2d([[1, 2]])) as Tensor;
    };
    const result = await gradcheck({ ...weights, forward });
    const [name] = result.dependence!.assigned;
    expect(result).toMatchObject({
      status: 'unsupported',
      dependence: { withoutPath: ['w'], unchecked: [] },
    });
    expect(result.message).toContain(`because forward assigns ${name} (assign, write or setWeights)`);
    const backward = (factor: number) => (_: unknown, __: unknown, dy: Tensor) => ({
      w: tf.mul(factor, tf.mul(dy, [[1], [2]])),
    });
    expect(await gradcheck({ ...weights, forward, backward: backward(1) })).toMatchObject({ status: 'pass' });
    expect(await gradcheck({ ...weights, forward, backward: backward(2) })).toMatchObject({ status: 'fail' });
  });

  it('assign: a part is missing', async () => {
    const result = await gradcheck({
      inputs,
      forward: (_, { x }) => {
        held.assign(x as never);
        return tf.mul(x, held);
      },
    });
    expect(result).toMatchObject({ status: 'fail', dependence: { assigned: ['held'] } });
    expect(result.message).toContain('Odd one out: the ASSIGNMENT of held inside forward');
    expect(result.message).not.toContain('TF AUTODIFF');
    expect(Array.from(held.dataSync())).toEqual([0, 0, 0]);
  });
});

describe('the dependence of an output', () => {
  const of = (spec: AnySpec) => dependenceOf(prepare(tf, readSpec(spec)));
  const pair = { a: [1, 2], b: [3, 4] };
  const nothing = { unused: [], withoutPath: [], unchecked: [], assigned: [] };

  it.each([2e-6, -2e-6, 0.2, -0.2, 6, -6, 2e3, -2e3])('on 1 is tried at a distance of %d', (distance) => {
    const at =
      (share: number) =>
      (_tf: unknown, { x }: Record<string, Tensor>) => {
        const moved = x!.dataSync().at(-1)! - 1;
        return tf.scalar(Math.abs(moved / distance - share) < 1e-6 ? 1 : 0);
      };
    expect(of({ inputs: { x: [1] }, forward: at(1) }).withoutPath).toEqual(['x']);
    // The second of two elements is moved by half as much again.
    expect(of({ inputs: { x: [1, 1] }, forward: at(1.5) }).withoutPath).toEqual(['x']);
  });

  it('is seen where any output changes, their number does, or forward throws', () => {
    const scaled = (given: (x: number) => number[]) =>
      of({ inputs: { x: [1] }, forward: (_, { x }) => tf.tensor(given(x!.dataSync()[0]!)) });
    expect(scaled((x) => [7, x])).toEqual({ ...nothing, withoutPath: ['x'] });
    expect(scaled((x) => (x === 1 ? [7] : [7, 7])).withoutPath).toEqual(['x']);
    expect(scaled((x) => (x === 1 ? [0] : [-0])).withoutPath).toEqual(['x']);
    const throws = scaled((x) => {
      if (x !== 1) throw new Error('not here');
      return [7];
    });
    expect(throws.withoutPath).toEqual(['x']);
    expect(scaled(() => [7, Number.NaN])).toEqual({ ...nothing, unused: ['x'] });
  });

  it('is a path of ops to one of several outputs', () => {
    const forward = (_: unknown, { a, b }: Record<string, Tensor>) => ({ s: tf.square(a!), t: tf.exp(b!) });
    expect(of({ inputs: pair, forward })).toEqual(nothing);
    const beside = (_: unknown, { a, b }: Record<string, Tensor>) => {
      tf.exp(b!);
      return tf.square(a!);
    };
    expect(of({ inputs: pair, forward: beside })).toEqual({ ...nothing, unused: ['b'] });
  });

  // exp saves its output for its gradient, square its input, neg nothing, mul both of its inputs.
  it.each<[string, (x: Tensor) => Tensor]>([
    ['exp', tf.exp],
    ['square', tf.square],
    ['neg', tf.neg],
    ['mul', (x) => tf.mul(tf.scalar(2), x)],
  ])('is no path where the result of %s is read out', (_name, op) => {
    const forward = (_: unknown, { x }: Record<string, Tensor>) => tf.tensor1d(Array.from(op(x!).dataSync()));
    expect(of({ inputs, forward })).toEqual({ ...nothing, withoutPath: ['x'] });
    expect(Object.hasOwn(tf.engine(), 'saveTensorsForBackwardMode')).toBe(false);
  });

  it('is there where only a constant 0 comes of it', () => {
    expect(of({ inputs, forward: (_, { x }) => tf.mul(x!, 0) })).toEqual(nothing);
  });

  it('is no missing path where only a customGrad captures the input', () => {
    const forward =
      (read: boolean) =>
      (_: unknown, { a, b }: Record<string, Tensor>) => {
        // What leads nowhere is another matter.
        tf.neg(b!);
        const custom = tf.customGrad(((v: Tensor) => ({
          value: tf.mul(v, read ? b!.dataSync()[0]! : tf.square(b!)),
          gradFunc: (dy: Tensor) => dy,
        })) as never) as (v: Tensor) => Tensor;
        return custom(a!);
      };
    expect(of({ inputs: pair, forward: forward(false) })).toEqual(nothing);
    expect(of({ inputs: pair, forward: forward(true) })).toEqual({ ...nothing, withoutPath: ['b'] });
  });

  it('names variables that are read or assigned: as inputs, by their own name, or by their shape', () => {
    const named = tf.variable(tf.zeros([3]), true, 'mine');
    const [plain, whole] = [tf.variable(tf.zeros([3, 1])), tf.variable(tf.scalar(2, 'int32'))];
    const checked = tf.variable(tf.zeros([3]));
    const read = (_: unknown, { x }: Record<string, Tensor>) => {
      whole.dataSync();
      return tf.addN([x!, tf.mul(named, 2), tf.reshape(plain, [3]), checked]);
    };
    const unchecked = ['mine', 'a variable of shape [3,1]'];
    expect(of({ inputs, variables: { w: checked } as never, forward: read })).toEqual({
      ...nothing,
      unchecked,
    });
    const assign = (_: unknown, { x }: Record<string, Tensor>) => {
      for (const each of [named, plain, checked]) each.assign(tf.add(each, 1) as never);
      return tf.mul(x!, checked);
    };
    expect(of({ inputs, variables: { w: checked } as never, forward: assign })).toEqual({
      ...nothing,
      assigned: ['mine', 'a variable of shape [3,1]', 'w'],
    });
    expect(Object.hasOwn(tf.Variable.prototype, 'dataSync')).toBe(false);
    for (const each of [named, plain, whole, checked]) each.dispose();
  });

  it('is not supported where forward throws only on the tape', () => {
    const forward = (_: unknown, { x }: Record<string, Tensor>) => {
      if (tf.engine().state.gradientDepth > 0) throw new Error('no operand');
      return tf.square(x!);
    };
    const subject = prepare(tf, readSpec({ inputs, forward }));
    expect(() => dependenceOf(subject)).toThrow(UnsupportedError);
    expect(() => dependenceOf(subject)).toThrow(
      'forward throws where its gradient is to be taken: no operand',
    );
    expect(Object.hasOwn(tf.Variable.prototype, 'dataSync')).toBe(false);
  });
});
