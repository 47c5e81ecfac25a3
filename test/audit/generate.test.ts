import { beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { auditCase } from '../../src/audit/case.ts';
import { call, codeOf, evaluate, input, picked } from '../../src/audit/expression.ts';
import { Choices, shrunk } from '../../src/audit/generate/choices.ts';
import { generate } from '../../src/audit/generate/generate.ts';
import { agrees, isAtJump, outputOf, truthOf } from '../../src/audit/generate/screen.ts';
import { tensorsOf } from '../../src/audit/gradientOf.ts';
import { caseOf, type Signature, signatures } from '../../src/audit/signatures/index.ts';
import { signed } from '../../src/audit/values.ts';
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
});
