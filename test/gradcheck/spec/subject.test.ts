import { describe, expect, it } from '@jest/globals';
import * as single from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import { prepare } from '../../../src/gradcheck/spec/prepare.ts';
import { type AnySpec, readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import { largestOf, precisionOf, readTensor, type Subject } from '../../../src/gradcheck/spec/subject.ts';
import type { GradcheckSpec, Tensor, TF, Variable } from '../../../src/gradcheck/types.ts';

single.enableProdMode();
await single.setBackend('cpu');
await tf.ready();

type Forward = GradcheckSpec['forward'];
const inputs = { x: [1, 2], k: Int32Array.of(3) };
const square: Forward = (on, { x }) => on.square(x!);
const subjectOf = (spec: Partial<GradcheckSpec>, on: TF = tf): Subject =>
  prepare(on, readSpec({ inputs, forward: square, ...spec }));
const values = (...x: number[]) => ({ shape: [x.length], dtype: 'float32', values: Float64Array.from(x) });
const replaced = (name: string, ...x: number[]) => ({ name, values: Float64Array.from(x) });
const listed = (found: ReadonlyMap<string, { values: Float64Array }>) =>
  Object.fromEntries([...found].map(([name, { values }]) => [name, [...values]]));
const failed = () => {
  throw new Error('stopped');
};

describe('the functions of a spec', () => {
  const product: Partial<GradcheckSpec> = {
    inputs: { x: [1, 2], y: [3, 4], z: [5] },
    forward: (on, { x, y }) => ({ product: on.mul(x!, y!), sum: on.sum(x!) }) as never,
    backward: (on, { x, y }, dy) => {
      const of = dy as unknown as Record<string, Tensor>;
      return { x: on.add(on.mul(of.product!, y!), of.sum!), y: on.mul(of.product!, x!), z: on.tensor([0]) };
    },
  };

  it('run at the values of the inputs, or at others', () => {
    const subject = subjectOf(product);
    expect([...subject.forward()]).toEqual([3, 8, 3]);
    expect([...subject.forward(replaced('y', 5, 7))]).toEqual([5, 14, 3]);
    expect(subject.output()).toMatchObject({ shape: [3], dtype: 'float32', layout: { kind: 'record' } });
    expect([...subject.output().values]).toEqual([3, 8, 3]);
    const dy = values(10, 100, 1000);
    // x: dy of the product times y, plus that of the sum; z leads nowhere.
    const right = { x: [1030, 1400], y: [10, 200], z: [0] };
    expect([listed(subject.autodiff(dy)), listed(subject.backward(dy))]).toEqual([right, right]);
    const moved = { ...right, x: [1050, 1700] };
    const there = replaced('y', 5, 7);
    expect([listed(subject.autodiff(dy, there)), listed(subject.backward(dy, there))]).toEqual([
      moved,
      moved,
    ]);
    expect(subject.autodiff(dy).get('z')).toMatchObject({ shape: [1], dtype: 'float32' });
    const constant = subjectOf({ forward: (on) => on.tensor([2]) });
    expect(listed(constant.autodiff(values(1)))).toEqual({ x: [0, 0] });
    expect(subject.backwardRaw(dy, (gradients) => Object.keys(gradients as object))).toEqual(['x', 'y', 'z']);
  });

  it('are forward, and the one that differences are taken of', () => {
    const plain = subjectOf({ name: 'plain' });
    expect([plain.name, plain.makers, plain.differenced]).toEqual(['plain', ['forward'], 'forward']);
    const meant = subjectOf({ gradientOf: (on, { x }) => on.mul(x!, 3) });
    expect([meant.makers, meant.differenced]).toEqual([['forward', 'gradientOf'], 'gradientOf']);
    expect([[...meant.forward()], [...meant.evaluate('forward')]]).toEqual([
      [3, 6],
      [1, 4],
    ]);
    expect([...meant.output('gradientOf').values]).toEqual([3, 6]);
    // The layout is that of forward, and known once it has run.
    let runs = 0;
    const summed = subjectOf({
      gradientOf: (on, { x }) => on.sum(x!),
      forward: (on, { x }) => {
        runs++;
        return on.square(x!);
      },
    });
    summed.output('gradientOf');
    expect([summed.output().shape, summed.layout.shape, runs]).toEqual([[2], [2], 2]);
  });

  it('leave no tensors behind, also where they throw', () => {
    const before = tf.memory().numTensors;
    const subject = subjectOf(product);
    subject.output();
    subject.autodiff(values(1, 1, 1));
    subject.backward(values(1, 1, 1));
    subject.sideEffects(values(1, 1, 1), true);
    subject.traced((xs, forward) => [xs, forward()]);
    expect(() => subject.traced(failed)).toThrow('stopped');
    expect(precisionOf(tf)).toBe('float64');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('run in the precision of the library that is given', () => {
    expect([precisionOf(single as unknown as TF), subjectOf({}, single as unknown as TF).precision]).toEqual([
      'float32',
      'float32',
    ]);
    const tenth = { inputs: { x: [0.1] }, forward: (on: TF, { x }: Record<string, Tensor>) => on.clone(x!) };
    expect(subjectOf(tenth).forward()[0]).toBe(0.1);
    const rounded = subjectOf(tenth, single as unknown as TF);
    expect(rounded.forward()[0]).toBe(Math.fround(0.1));
    // Rounding changes no input.
    expect(rounded.sideEffects(values(0.1), false)).toEqual({ changed: [], dyOverwritten: false });
  });

  it('get tensors of the types that the inputs have', () => {
    const kinds = { x: [1], k: Int32Array.of(3), m: [true] as never };
    let seen: string[] = [];
    const forward: Forward = (on, { x, k, m }) => {
      seen = [x, k, m].map((tensor) => tensor!.dtype);
      return on.square(x!);
    };
    subjectOf({ inputs: kinds, forward }).forward();
    expect(seen).toEqual(['float32', 'int32', 'bool']);
  });

  it('have values that are read out in double precision', () => {
    const tensor = tf.tensor([[0.1, 2]]);
    const read = readTensor(tensor);
    expect(read).toEqual({ shape: [1, 2], dtype: 'float32', values: Float64Array.of(0.1, 2) });
    tensor.dispose();
    expect([largestOf(Float64Array.of(1, -3, 2)), largestOf(new Float64Array(0))]).toEqual([3, 0]);
  });
});

describe('side effects', () => {
  const dy = values(1, 1);
  const write = (tensor: Tensor) => tensor.dataSync().fill(7);
  const effects = (spec: Partial<GradcheckSpec>, withAutodiff = false) =>
    subjectOf(spec).sideEffects(dy, withAutodiff);
  const backward: GradcheckSpec['backward'] = (on, { x }, dy) => ({ x: on.mul(dy, on.mul(2, x!)) });

  it('are none where all tensors stay as they are', () => {
    expect(effects({ backward }, true)).toEqual({ changed: [], dyOverwritten: false });
  });

  it('are inputs that forward, gradientOf or backward writes into or disposes', () => {
    const writing: Forward = (on, { x }) => {
      const y = on.square(x!);
      write(x!);
      return y;
    };
    const disposing: Forward = (on, { x, k }) => {
      k!.dispose();
      return on.square(x!);
    };
    expect(effects({ forward: writing }).changed).toEqual(['x']);
    expect(effects({ forward: disposing }).changed).toEqual(['k']);
    expect(effects({ gradientOf: writing }).changed).toEqual(['x']);
    const inBackward = effects({ backward: (on, all, dy) => ({ x: on.mul(dy, writing(on, all)) }) });
    expect(inBackward).toEqual({ changed: ['x'], dyOverwritten: false });
  });

  it('are those of the gradient of a customGrad too', () => {
    const custom: Forward = (on, { x }) =>
      (
        on.customGrad(((y: Tensor) => ({
          value: on.square(y),
          gradFunc: (dy: Tensor) => {
            write(x!);
            return dy;
          },
        })) as never) as (y: Tensor) => Tensor
      )(x!);
    expect([effects({ forward: custom }).changed, effects({ forward: custom }, true).changed]).toEqual([
      [],
      ['x'],
    ]);
  });

  it('are parts of dy that backward writes into', () => {
    const overwriting = (at: (dy: Tensor) => Tensor) =>
      effects({
        backward: (on, { x }, dy) => {
          const gradient = on.square(x!);
          write(at(dy));
          return { x: gradient };
        },
      });
    expect(overwriting((dy) => dy)).toEqual({ changed: [], dyOverwritten: true });
    const forward = ((on: TF, { x }: Record<string, Tensor>) => [on.sum(x!), on.sum(x!)]) as never;
    const inPart = (part: number) =>
      effects({
        forward,
        backward: (_on, { x }, dy) => {
          write((dy as unknown as Tensor[])[part]!);
          return { x: x! };
        },
      }).dyOverwritten;
    expect([inPart(0), inPart(1)]).toEqual([true, true]);
    const reading = effects({ forward, backward: (_on, { x }) => ({ x: x! }) });
    expect(reading.dyOverwritten).toBe(false);
  });
});

describe('variables', () => {
  const held = (f: (subject: Subject, w: Variable) => void, spec: Partial<GradcheckSpec> = {}): void => {
    const w = tf.variable(tf.tensor([3, 4])) as Variable;
    const forward: Forward = (on, { x }) => on.mul(x!, w);
    f(subjectOf({ variables: { w } as never, forward, ...spec }), w);
    w.dispose();
  };

  it('hold their values, or others, while a function runs, and then their own', () => {
    held((subject, w) => {
      expect([...subject.forward(replaced('w', 5, 6))]).toEqual([5, 12]);
      expect([...w.dataSync()]).toEqual([3, 4]);
      expect(() => subject.traced(failed)).toThrow('stopped');
      w.assign(tf.tensor([7, 8]));
      expect([...subject.forward()]).toEqual([3, 8]);
      expect([...w.dataSync()]).toEqual([3, 4]);
      expect(listed(subject.autodiff(values(1, 1)))).toEqual({ x: [3, 4], w: [1, 2] });
    });
  });

  it('that forward assigns are restored, also where it throws', () => {
    const other = tf.variable(tf.tensor([1, 1]));
    const forward: Forward = (on, { x }) => {
      other.assign(on.add(other, 1) as never);
      if (x!.dataSync()[0] === 9) throw new Error('stopped');
      return on.mul(x!, other);
    };
    const subject = subjectOf({ forward });
    expect([...subject.forward()]).toEqual([2, 4]);
    expect(() => subject.forward(replaced('x', 9, 9))).toThrow('stopped');
    expect([...other.dataSync()]).toEqual([1, 1]);
    const assigned = subject.guarded(() => {
      other.assign(tf.tensor([5, 5]));
      return [...other.dataSync()];
    });
    expect([assigned, [...other.dataSync()]]).toEqual([[5, 5], [1, 1]]); // biome-ignore format: a pair
    const assignAndFail = () => {
      other.assign(tf.tensor([6, 6]));
      return failed();
    };
    expect(() => subject.guarded(assignAndFail)).toThrow('stopped');
    expect([...other.dataSync()]).toEqual([1, 1]);
    other.dispose();
  });

  it('that forward disposes stay so', () => {
    held((subject, w) => {
      w.dispose();
      expect(subject.traced(() => 'done')).toBe('done');
      expect(subject.sideEffects(values(1, 1), false).changed).toEqual(['w']);
    }, { forward: square }); // biome-ignore format: the spec comes second
  });
});

describe('the same spec at other values', () => {
  const w = tf.variable(tf.tensor([3, 4]));
  const spec: Partial<GradcheckSpec> = {
    variables: { w } as never,
    forward: (on, { x }) => on.mul(x!, w),
  };
  const there = { x: [10, 20], w: [5, 6] };

  it('has them in its inputs and variables, while the function runs', () => {
    const subject = subjectOf(spec);
    const seen = subject.at(there, (moved) => ({
      output: [...moved.forward()],
      variable: [...w.dataSync()],
      inputs: moved.checked.inputs.map(({ name, values }) => [name, ...Array.from(values)]),
      due: moved.checked.differentiable.map(({ values }) => [...Array.from(values)]),
    }));
    expect(seen).toEqual({
      output: [50, 120],
      variable: [5, 6],
      inputs: [['x', 10, 20], ['k', 3], ['w', 5, 6]],
      due: [[10, 20], [5, 6]],
    }); // biome-ignore format: a table
    expect([...w.dataSync()]).toEqual([3, 4]);
    expect([...subject.forward()]).toEqual([3, 8]);
  });

  it('gives the variables back after a failure, and not before a promise has settled', async () => {
    const subject = subjectOf(spec);
    const tensors = tf.memory().numTensors;
    expect(() => subject.at(there, failed)).toThrow('stopped');
    expect([...w.dataSync()]).toEqual([3, 4]);
    const later = subject.at(there, async () => {
      await null;
      return [...w.dataSync()];
    });
    expect([...w.dataSync()]).toEqual([5, 6]);
    expect(await later).toEqual([5, 6]);
    expect([...w.dataSync()]).toEqual([3, 4]);
    await expect(subject.at(there, async () => failed())).rejects.toThrow('stopped');
    expect([...w.dataSync()]).toEqual([3, 4]);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('a spec is prepared', () => {
  const once = (spec: AnySpec) => prepare(tf, readSpec(spec));
  const x = { x: [1] };

  it('by one run of forward, which keeps what only a first run sets', () => {
    const [first, each] = [tf.variable(tf.tensor([0])), tf.variable(tf.tensor([0]))];
    let runs = 0;
    once({
      inputs: x,
      forward: (on, { x }) => {
        if (runs++ === 0) first.assign(on.tensor([5]));
        each.assign(on.tensor([runs]));
        return on.mul(x!, each);
      },
    });
    expect([first.dataSync()[0], each.dataSync()[0], runs]).toEqual([5, 0, 2]);
    runs = 0;
    once({
      inputs: x,
      forward: (on, { x }) => {
        runs++;
        return on.square(x!);
      },
    });
    expect(runs).toBe(1);
    const throwing: Forward = (on) => {
      each.assign(on.tensor([9]));
      return failed();
    };
    once({ inputs: x, forward: throwing });
    expect(each.dataSync()[0]).toBe(0);
    first.dispose();
    each.dispose();
  });

  it('and by reading its variables, those of a function only if forward has run', () => {
    const w = tf.variable(tf.tensor([3]));
    const names = (variables: unknown, forward: Forward) =>
      once({ inputs: x, variables: variables as never, forward }).checked.inputs.map(({ name }) => name);
    expect(names({ w }, square)).toEqual(['x', 'w']);
    expect(names(() => ({ w }), square)).toEqual(['x', 'w']);
    expect(names({ w }, failed)).toEqual(['x', 'w']);
    expect(names(failed, failed)).toEqual(['x']);
    expect(names({ x: w }, square)).toEqual(['x', 'x_2']);
    w.dispose();
  });
});
