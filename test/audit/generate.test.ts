import { beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { auditCase } from '../../src/audit/case.ts';
import { call, codeOf, evaluate, input, picked } from '../../src/audit/expression.ts';
import { Choices, shrunk } from '../../src/audit/generate/choices.ts';
import { generate, trialOf } from '../../src/audit/generate/generate.ts';
import { agrees, isAtJump, outputOf, truthOf } from '../../src/audit/generate/screen.ts';
import { tensorsOf } from '../../src/audit/gradientOf.ts';
import { caseOf, type Signature, signatures } from '../../src/audit/signatures/index.ts';
import { type CaseValues, signed } from '../../src/audit/values.ts';
import type { Tensor, TF } from '../../src/gradcheck/index.ts';
import { startBackend } from '../../src/tfjs/backends.ts';

const quotient = (op: string): Signature => ({
  // Not a kernel of TensorFlow.js, so that no known fault excuses it.
  kernel: 'Planted',
  op,
  draw: (choices) => {
    const shape = choices.shape(0, 3);
    return {
      inputs: { a: choices.values(shape, [-5, 6]), b: choices.values(shape, [0.4, 2.5]) },
      expression: call('cast', call(op, input('a'), input('b')), 'float32'),
    };
  },
});

describe('choices', () => {
  it('make the same case from the same seed, and from the list of what was taken', () => {
    for (const signature of signatures) {
      const first = Choices.random(7);
      const one = caseOf(signature, first);
      const again = [Choices.random(7), Choices.from(first.taken)].map((each) => caseOf(signature, each));
      for (const other of again) {
        expect(other.inputs).toEqual(one.inputs);
        expect(codeOf(other.expression)).toBe(codeOf(one.expression));
      }
    }
  });

  it('shrink to the smallest that still fails', async () => {
    const fails = async (list: readonly number[]) => (list[1] ?? 0) >= 3 && (list[3] ?? 0) >= 1;
    expect(await shrunk([9, 41, 7, 12, 5, 5], fails)).toEqual([0, 3, 0, 1, 0, 0]);
  });

  it.each([
    ['nothing, half and one less of a choice', [64], [[0], [32], [63]]],
    ['0 and 1 in place of a seed', [65], [[0], [1]]],
    ['nothing below 0', [0], []],
    [
      'the first halves of a list, down to one',
      [1, 1, 1, 1],
      [[1, 1], [1], [0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]],
    ],
    [
      'no end that is 0 already',
      [3, 0],
      [
        [0, 0],
        [1, 0],
        [2, 0],
      ],
    ],
  ])('shrink by trying %s', async (_, list, expected) => {
    const tried: (readonly number[])[] = [];
    const fails = async (candidate: readonly number[]) => {
      tried.push(candidate);
      return false;
    };
    expect(await shrunk(list, fails)).toEqual(list);
    expect(tried).toEqual(expected);
  });

  it('shrink until nothing smaller fails, and try no more than 200 times', async () => {
    expect(await shrunk([60, 60], async (list) => (list[0] ?? 0) + (list[1] ?? 0) >= 7)).toEqual([7]);
    let tries = 0;
    const fails = async () => {
      tries++;
      return false;
    };
    await shrunk(new Array(150).fill(3), fails);
    expect(tries).toBe(200);
  });
});

describe('expressions', () => {
  it('are printed as they are called', () => {
    const x = input('x');
    expect(codeOf(call('cumsum', x, 1, false, undefined))).toBe('tf.cumsum(x, 1, false)');
    expect(codeOf(picked('values', 'topk', x, 2))).toBe('tf.topk(x, 2).values');
    expect(codeOf(picked(1, 'split', x, [1, 2], -1))).toBe('tf.split(x, [1, 2], -1)[1]');
    expect(codeOf(call('fused.matMul', { named: { a: x, b: input('b'), activation: 'relu' } }))).toBe(
      "tf.fused.matMul({ a: x, b, activation: 'relu' })",
    );
  });

  it('name the op that is not there', () => {
    expect(() => evaluate(float64, call('image.none', 1), {})).toThrow('tf.image.none: expected an op');
  });
});

describe('signatures', () => {
  it.each(signatures.map((signature) => [signature.op, signature] as const))(
    '%s: mostly takes what is drawn, and its code is what runs',
    (_, signature) => {
      let taken = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const subject = caseOf(signature, Choices.random(seed * 7919));
        const output = outputOf(subject);
        if (output === null) continue;
        taken++;
        const names = Object.keys(subject.inputs);
        const run = new Function('tf', ...names, `return ${codeOf(subject.expression)};`);
        const values = float64.tidy(() => {
          const tensors = tensorsOf(float64, subject);
          return run(float64, ...names.map((name) => tensors[name]));
        });
        expect(Array.from(values.dataSync())).toEqual(output.values);
      }
      expect(taken).toBeGreaterThanOrEqual(6);
    },
  );
});

const scalar = (value: number) => ({ shape: [], values: [Math.fround(value)], dtype: 'float32' as const });

describe('the screen', () => {
  let tf: TF;
  beforeAll(async () => {
    tf = (await startBackend('cpu')).tf as TF;
  });
  const subject = caseOf(quotient('div'), Choices.random(3));

  it('accepts what is right in both precisions', () => {
    const truth = truthOf(subject, 1);
    expect(truth).not.toBeNull();
    expect(agrees(subject, tf, truth!)).toBe(true);
  });

  it('accepts no gradient that is off by a part in 100,000 in double precision', () => {
    const square = (factor: number) =>
      auditCase('Square', 'square', '', { x: signed([2, 3]) }, (each, { x }) =>
        each.customGrad((inside) => ({
          value: each.square(inside as Tensor),
          gradFunc: (dy: Tensor) => each.mul(each.mul(dy, x), 2 * factor),
        }))(x),
      );
    expect(truthOf(square(1), 1)).not.toBeNull();
    expect(truthOf(square(1 + 1e-5), 1)).toBeNull();
    expect(truthOf(square(Number.NaN), 1)).toBeNull();
  });

  it('accepts 0 for a function that is 0 everywhere', () => {
    const nothing = of([1, 2], (each, x) => each.mul(x, 0));
    expect(truthOf(nothing, 1)).not.toBeNull();
  });

  it('accepts no output, no gradient and no number that is another in single precision', () => {
    const truth = truthOf(subject, 1)!;
    const moved = (values: readonly number[], by: number) => values.with(0, values[0]! + by);
    expect(agrees(subject, tf, { ...truth, output: moved(truth.output, 1e-3) })).toBe(false);
    expect(
      agrees(subject, tf, { ...truth, gradients: [moved(truth.gradients[0]!, 1e-3), truth.gradients[1]!] }),
    ).toBe(false);
    expect(agrees(subject, tf, { ...truth, output: moved(truth.output, Number.NaN) })).toBe(false);
    expect(agrees(subject, tf, { ...truth, gradients: [truth.gradients[0]!] })).toBe(false);
  });

  const of = (values: readonly number[], forward: (each: TF, x: Tensor) => Tensor) =>
    auditCase(
      'None',
      'none',
      '',
      { x: { shape: [values.length], values, dtype: 'float32' } },
      (each, inputs) => forward(each, inputs.x as Tensor),
    );

  it.each([
    ['is none, because it throws', (each: TF, x: Tensor) => each.reshape(x, [3])],
    ['is empty', (each: TF, x: Tensor) => each.slice(x, [0], [0])],
    ['is of integers', (each: TF, x: Tensor) => each.cast(x, 'int32')],
    ['has one element that is not finite', (each: TF, x: Tensor) => each.log(x)],
  ])('takes no case whose output %s', (_, forward) => {
    expect(outputOf(of([1, 0], forward))).toBeNull();
    expect(truthOf(of([1, 0], forward), 1)).toBeNull();
    expect(isAtJump(of([1, 0], forward), 1)).toBe(false);
  });

  // 2e-5 of the largest element, 4, and 2e-6 more.
  it.each([
    [8.1e-5, true],
    [-8.1e-5, true],
    [8.3e-5, false],
    [-8.3e-5, false],
  ])('beside -4, an element of single precision that is off by %d agrees: %s', (off, does) => {
    const twice = of([-2, 0.25], (each, x) => each.mul(x, 2));
    const truth = { dy: [-2, 0.25], output: [-4, 0.5], gradients: [[-4, 0.5]] };
    expect(agrees(twice, tf, truth)).toBe(true);
    expect(agrees(twice, tf, { ...truth, output: [-4, 0.5 + off] })).toBe(does);
    expect(agrees(twice, tf, { ...truth, gradients: [[-4, 0.5 + off]] })).toBe(does);
  });

  // For one element at x: 1e-6 of it, and 1e-8 x / step; seed 1 steps by 1.0274.
  it.each([
    [1, 0.99e-6, true],
    [1, 1.03e-6, false],
    [1, -0.99e-6, true],
    [1, -1.03e-6, false],
    [1000, 1.063e-5, true],
    [1000, 1.084e-5, false],
  ])('at %d, a gradient in double precision that is off by %d of itself is accepted: %s', (at, off, is) => {
    const thrice = of([at], (each, x) =>
      each.customGrad((inside) => ({
        value: each.mul(inside as Tensor, 3),
        gradFunc: (dy: Tensor) => each.mul(dy, 3 * (1 + off)),
      }))(x),
    );
    expect(truthOf(thrice, 1) !== null).toBe(is);
  });

  it('accepts no gradient of another size', () => {
    const longer = of([1, 2], (each, x) =>
      each.customGrad((inside) => ({
        value: each.mul(inside as Tensor, 0),
        gradFunc: () => each.zeros([3]),
      }))(x),
    );
    expect(truthOf(longer, 1)).toBeNull();
  });

  // Two units in the last place: 2 ** -22 of a number.
  it.each([
    [1, true],
    [1 + 2 ** -23, true],
    [1 - 2 ** -23, true],
    [1 + 2 ** -21, false],
    [1 - 2 ** -21, false],
  ])('floor at %d is at a jump: %s', (at, is) => {
    expect(
      isAtJump(
        of([at], (each, x) => each.floor(x)),
        1,
      ),
    ).toBe(is);
    // Its gradient jumps alike.
    expect(
      isAtJump(
        of([at], (each, x) => each.relu(each.sub(x, 1))),
        1,
      ),
    ).toBe(is);
  });

  it('moves two inputs in opposite directions, and no integers', () => {
    const two = (a: number, b: number, forward: (each: TF, a: Tensor, b: Tensor) => Tensor) =>
      auditCase('None', 'none', '', { a: scalar(a), b: scalar(b) }, (each, inputs) =>
        forward(each, inputs.a as Tensor, inputs.b as Tensor),
      );
    const product = (each: TF, a: Tensor, b: Tensor) => each.floor(each.mul(a, b));
    const ratio = (each: TF, a: Tensor, b: Tensor) => each.floor(each.div(a, b));
    expect(isAtJump(two(1 + 2 ** -23, 1, product), 1)).toBe(false);
    expect(isAtJump(two(1 + 3 * 2 ** -23, 1, ratio), 1)).toBe(true);
    expect(isAtJump(two(1 + 5 * 2 ** -23, 1, ratio), 1)).toBe(false);
    const inputs = { x: scalar(2), n: { shape: [], values: [1], dtype: 'int32' as const } };
    const floored = auditCase('None', 'none', '', inputs, (each, { x, n }) =>
      each.mul(x as Tensor, each.floor(each.cast(n as Tensor, 'float32'))),
    );
    expect(isAtJump(floored, 1)).toBe(false);
  });

  it('says nothing where single precision is on the other side of a jump', () => {
    const remainder = (a: number, b: number) =>
      auditCase('Mod', 'mod', '', { a: scalar(a), b: scalar(b) }, (each, { a, b }) =>
        each.mod(a as Tensor, b as Tensor),
      );
    // -4.27 / -0.61 is 7, but slightly less for the numbers in single precision.
    const jump = remainder(-4.27, -0.61);
    expect(isAtJump(jump, 1)).toBe(true);
    const smooth = remainder(-4.3, -0.61);
    expect(isAtJump(smooth, 1)).toBe(false);
    // Moving the point keeps equal numbers equal, and 0 at 0.
    const ties = auditCase(
      'Max',
      'max',
      '',
      { x: { shape: [3], values: [2, 2, 0], dtype: 'float32' } },
      (each, { x }) => each.add(each.max(x as Tensor), each.relu(x as Tensor)),
    );
    expect(isAtJump(ties, 1)).toBe(false);
  });
});

describe('generated cases', () => {
  it('find a gradient that is wrong, and make it as small as it goes', async () => {
    const { findings, counts } = await generate([quotient('floorDiv')], ['cpu'], { cases: 20, seed: 1 });
    // Plain TensorFlow.js has it wrong; backproof/gradients fixes it. In two of the cases a quotient is an integer,
    // where floorDiv jumps.
    expect(counts.fixed.cpu).toMatchObject({ right: 20, fresh: 0 });
    expect(counts.plain.cpu).toMatchObject({ right: 0, fresh: 18, inconclusive: 2 });
    expect(findings).toMatchObject([
      { kernel: 'Planted', op: 'floorDiv', backend: 'cpu', mode: 'plain', fault: null, hits: 18 },
    ]);
    const [found] = findings;
    expect(found!.code).toBe("tf.cast(tf.floorDiv(a, b), 'float32')");
    expect(found!.inputs.a!.shape).toEqual([]);
    expect(found!.result.worst).toMatchObject({ right: 0 });
  });

  it('find nothing in its right twin', async () => {
    const { findings, counts } = await generate([quotient('div')], ['cpu', 'float64'], {
      cases: 20,
      seed: 1,
    });
    expect(findings).toEqual([]);
    for (const mode of [counts.plain, counts.fixed])
      for (const count of [mode.cpu!, mode.float64!]) expect(count.right).toBe(20);
  });

  it('are of every op in turn, and those that an op refuses are only counted', async () => {
    const drawn: CaseValues[] = [];
    const refused: Signature = {
      kernel: 'Planted',
      op: 'reshape',
      draw: (choices) => {
        const a = choices.values([2], [1, 2]);
        drawn.push(a);
        return { inputs: { a }, expression: call('reshape', input('a'), [3]) };
      },
    };
    const { cases, rejected, counts } = await generate([quotient('div'), refused], ['float64'], {
      cases: 7,
      seed: 1,
    });
    expect([cases, rejected, counts.plain.float64!.right, counts.fixed.float64!.right]).toEqual([4, 3, 4, 4]);
    // Of seven cases, from seed 1 on, they are the second, the fourth and the sixth.
    const expected = [2, 4, 6].map((seed) => trialOf(refused, seed).subject.inputs.a);
    expect(drawn.slice(0, 3)).toEqual(expected);
  });
});
