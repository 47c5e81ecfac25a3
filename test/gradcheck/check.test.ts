import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import { checkHygiene } from '../../src/gradcheck/hygiene.ts';
import { dependenceOf } from '../../src/gradcheck/spec/dependence.ts';
import { readSpec } from '../../src/gradcheck/spec/readSpec.ts';
import { Subject, type Values } from '../../src/gradcheck/spec/subject.ts';
import { StageLog } from '../../src/gradcheck/stages.ts';
import type { GradcheckOptions, GradcheckSpec, Tensor, TF } from '../../src/gradcheck/types.ts';

await tf.ready();
const square = (factor: number, more: Partial<GradcheckSpec> = {}): GradcheckSpec => ({
  inputs: { x: [0.5, -1.5] },
  forward: (tf, { x }) => tf.square(x!),
  backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2 * factor, x!)) }),
  ...more,
});
const stagesOf = ({ stages }: Awaited<ReturnType<typeof gradcheck>>) =>
  Object.fromEntries(stages.map(({ stage, status }) => [stage, status]));

describe('the exact check and the differences', () => {
  it.each<[GradcheckOptions, number, object, string | null, number]>([
    [{}, 1, { status: 'pass' }, 'proved', 2],
    [{ exact: 'off' }, 1, { status: 'pass' }, null, 2],
    [{ exact: 'only' }, 1, { status: 'pass', oddOneOut: null }, 'proved', 0],
    [{}, 1.5, { status: 'fail', oddOneOut: 'yours', stage: 'numbers' }, 'refuted', 2],
    [{ exact: 'off' }, 1.5, { status: 'fail', oddOneOut: 'yours', stage: 'numbers' }, null, 2],
    [{ exact: 'only' }, 1.5, { status: 'fail', oddOneOut: 'yours', stage: 'numbers' }, 'refuted', 0],
    // Below what differences see
    [{}, 1 + 2 ** -36, { status: 'fail', oddOneOut: 'yours' }, 'refuted', 2],
    [{ exact: 'off' }, 1 + 2 ** -36, { status: 'pass' }, null, 2],
  ])('%j, %d times the gradient', async (options, factor, wanted, verdict, checked) => {
    const begun = performance.now();
    const result = await gradcheck(square(factor), options);
    expect(result).toMatchObject(wanted);
    expect([result.exact?.verdict ?? null, result.inputs.x?.checked]).toEqual([verdict, checked]);
    expect(result.milliseconds).toBeGreaterThan(0);
    expect(result.milliseconds).toBeLessThanOrEqual(performance.now() - begun);
    expect(result.suspects).toEqual([]);
    const { 'dy contract': contract, 'inputs unchanged': unchanged, 'no leak': leak } = stagesOf(result);
    expect([contract, unchanged, leak]).toEqual(['pass', 'pass', 'pass']);
  });

  it('of samples look where dual numbers contradict autodiff, unless the exact check is off', async () => {
    const wrongFirst: GradcheckSpec = {
      inputs: { x: Array.from({ length: 50 }, (_, k) => k + 1) },
      forward: (tf, { x }) =>
        tf.customGrad((v) => ({
          value: tf.square(v as Tensor),
          // 2 x, but for 2.5 x where x is least
          gradFunc: (dy: Tensor) =>
            tf.mul(dy, tf.mul(v as Tensor, tf.add(2, tf.mul(0.5, tf.oneHot(tf.scalar(0, 'int32'), 50))))),
        }))(x!),
    };
    const options = { mode: 'sampled', samples: 1 } as const;
    const found = await gradcheck(wrongFirst, options);
    expect(found).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff', suspects: [{ kernel: null }] });
    expect(found.stages.find(({ stage }) => stage === 'numbers')!.detail).toBe('wrong elements in x');
    expect(found.inputs.x).toMatchObject({ checked: 2, wrong: 1, worst: { index: [0] } });
    const unseen = await gradcheck(wrongFirst, { ...options, exact: 'off' });
    expect(unseen).toMatchObject({ status: 'pass', inputs: { x: { checked: 1, wrong: 0 } } });
  });

  it.each([
    ['the only element', { x: [1] }, [1.5]],
    ['one beside another input', { x: [1], y: [2] }, [1.5]],
    ['one beside another element', { x: [1, 3] }, [1.5, 1]],
  ])('refute what was skipped at a kink: %s', async (_name, inputs: Record<string, number[]>, slope) => {
    const spec: GradcheckSpec = {
      inputs: { ...inputs, c: { values: [1 - 1e-13], shape: [1], constant: true } },
      forward: (tf, { x, c, y = tf.zeros([1]) }) => tf.add(tf.relu(tf.sub(x!, c!)), tf.square(y)),
      backward: (tf, { y }, dy) => ({
        x: tf.mul(dy, slope),
        ...(y === undefined ? {} : { y: tf.mul(dy, tf.mul(2, y)) }),
      }),
    };
    const result = await gradcheck(spec, { kinks: 'skip' });
    expect(result).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
      inputs: { x: { skipped: 1, wrong: 0 } },
    });
    expect(result.stages.find(({ stage }) => stage === 'numbers')!.detail).toBe('refuted by the exact check');
  });

  it('fail at a further point what is right at the inputs, and say where', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: [1.3, 1.2] },
      // x^2 above 1.1, and 1.1 x below, where the slope is twice as large as it should be
      forward: (tf, { x }) => tf.max(tf.stack([tf.square(x!), tf.mul(x!, 1.1)]), 0),
      backward: (tf, { x }, dy) => ({
        x: tf.mul(dy, tf.where(tf.greater(tf.square(x!), tf.mul(x!, 1.1)), tf.mul(2, x!), 2.2)),
      }),
    };
    expect((await gradcheck(spec)).status).toBe('pass');
    const { status, oddOneOut, point } = await gradcheck(spec, { points: 20 });
    expect([status, oddOneOut, point?.of]).toEqual(['fail', 'yours', 20]);
    expect(Math.min(...point!.values.x!)).toBeLessThan(1.1);
  });

  it('let a proof decide what rounding hides, if both sides are proved', async () => {
    const hidden = (factor: number): GradcheckSpec => ({
      inputs: { x: [3] },
      forward: (tf, { x }) =>
        tf.customGrad((v) => ({
          value: tf.add(tf.mul(2 ** -20, tf.square(v as Tensor)), 2 ** 40),
          gradFunc: (dy: Tensor) => tf.mul(dy, tf.mul(factor * 2 ** -19, v as Tensor)),
        }))(x!),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(2 ** -19, x!)) }),
    });
    const both = await gradcheck(hidden(1));
    expect([both.status, both.inputs.x!.worst!.note]).toEqual([
      'pass',
      'proved; below what differences resolve',
    ]);
    // Dual numbers decide without a proof.
    const off = await gradcheck(hidden(1), { exact: 'off' });
    expect([off.status, off.inputs.x!.worst!.note]).toEqual(['pass', null]);
    const one = await gradcheck(hidden(1 + 2 ** -20));
    expect([one.exact!.verdict, one.status]).toEqual(['proved', 'inconclusive']);
  });

  it('are both left to the first derivative where the second is checked', async () => {
    const { order, exact, status } = await gradcheck(square(1, { backward: undefined } as never), {
      order: 2,
    });
    expect([order, exact, status]).toEqual([2, null, 'pass']);
    const wrong = await gradcheck(square(1.5), { order: 2 });
    expect([wrong.order, wrong.status]).toEqual([1, 'fail']);
  });
});

describe('a check ends early', () => {
  it('where the output depends on nothing', async () => {
    const constant = square(1, { forward: (tf) => tf.ones([2]) });
    const { status, exact, evaluations, dependence, stages } = await gradcheck(constant);
    expect([status, exact, evaluations, dependence?.unused]).toEqual(['inconclusive', null, 0, ['x']]);
    expect(stages.find(({ stage }) => stage === 'names')?.status).toBe('not run');
  });

  it('where TensorFlow.js has no gradient, and there is no other', async () => {
    const read: GradcheckSpec = {
      inputs: { x: [0.5, -1.5] },
      forward: (tf, { x }) => tf.tensor(Array.from(x!.dataSync(), (each) => each ** 2)),
    };
    const { status, unsupported, exact, looksLike } = await gradcheck(read);
    expect([status, exact, looksLike]).toEqual(['unsupported', null, null]);
    expect(unsupported?.reason).toMatch(/^it sees no path from x to the output/);
    const byHand = await gradcheck({ ...read, backward: square(1).backward! });
    expect(byHand).toMatchObject({ status: 'pass', unsupported: { reason: unsupported!.reason } });
    const cumprod = (tf: TF, x: Tensor, dy: Tensor) => tf.grad((at: Tensor) => tf.cumprod(at))(x, dy);
    const ofTensorFlow = square(1, { backward: (tf, { x }, dy) => ({ x: cumprod(tf, x!, dy) }) });
    expect(await gradcheck(ofTensorFlow)).toMatchObject({
      ...{ status: 'unsupported', unsupported: { kernel: 'Cumprod', missing: 'gradient' } },
    });
  });

  it('where the only gradient has no name or shape', async () => {
    const flipped = await gradcheck({
      inputs: { x: [[1, 2, 3]], w: [[1], [-1], [2]] },
      forward: (tf, { x, w }) => tf.matMul(x!, w!),
      backward: (tf, { x, w }, dy) => ({ x: tf.matMul(dy, w!, false, true), w: tf.matMul(dy, x!) }),
    });
    expect(flipped).toMatchObject({ status: 'fail', stage: 'shapes', oddOneOut: 'yours' });
    expect(flipped.looksLike).toMatch(/^w: /);
    const unnamed = await gradcheck(square(1, { backward: (_tf, _inputs, dy) => dy as never }));
    expect(unnamed).toMatchObject({
      status: 'fail',
      stage: 'names',
      oddOneOut: 'yours',
      exact: null,
      evaluations: 0,
    });
  });
});

describe('single precision inside JavaScript', () => {
  const sine = (x: Tensor, on: TF, f: (x: number) => number) =>
    on.tensor1d(Float32Array.from(Array.from(x.dataSync()), f) as never);
  const spec: GradcheckSpec = {
    inputs: { x: [0.3, -1.2, 0.5] },
    forward: (tf, { x }) => sine(x!, tf, Math.sin),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.cos(x!)) }),
  };

  it('in forward is said, and widens the tolerance', async () => {
    const result = await gradcheck(spec);
    expect(['pass', 'inconclusive']).toContain(result.status);
    expect(result.singlePrecision).toEqual({ where: 'forward', outputs: 3, of: 3 });
    expect(result.message).toContain('float32 inside forward: 3 of 3 outputs have 24 bits');
  });

  it('in backward likewise', async () => {
    const forward: GradcheckSpec['forward'] = (tf, { x }) => tf.sin(x!);
    const inFloat32: GradcheckSpec['backward'] = (tf, { x }, dy) => ({
      x: tf.mul(dy, sine(x!, tf, Math.cos)),
    });
    const result = await gradcheck({ ...spec, forward, backward: inFloat32 });
    expect(result.status === 'pass' ? result.status : result.message).toBe('pass');
    expect(result.singlePrecision).toMatchObject({ where: 'backward' });
  });

  it('does not let a wrong gradient pass', async () => {
    const wrong: GradcheckSpec['backward'] = (tf, { x }, dy) => ({ x: tf.mul(1.01, tf.mul(dy, tf.cos(x!))) });
    expect(await gradcheck({ ...spec, backward: wrong })).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
    });
  });

  it('is not seen in data that is handed over as Float32Array', async () => {
    const weights = Float32Array.from([0.1, 0.7, -0.3]);
    const result = await gradcheck({
      inputs: { x: [0.3, -1.2, 0.5] },
      forward: (tf, { x }) => tf.mul(x!, tf.tensor1d(weights)),
    });
    expect(result).toMatchObject({ status: 'pass', singlePrecision: null });
  });
});

const subjectOf = (spec: GradcheckSpec): Subject => new Subject(tf, readSpec(spec));

describe('what the output depends on', () => {
  // Where x is moved to from 1: by 2 times 1e-6, 0.1, 3 and 1000, in both directions
  it.each([1 + 2e-6, 1 - 2e-6, 1.2, 0.8, 7, -5, 2001, -1999])('is seen where only %d changes it', (place) => {
    const at = (values: number[]): GradcheckSpec => ({
      inputs: { x: values, w: [1] },
      forward: (tf, { x, w }) => tf.mul(w!, Math.abs(x!.dataSync()[0]! - place) < 1e-9 ? 2 : 1),
    });
    expect(dependenceOf(subjectOf(at([1])))).toMatchObject({
      unused: [],
      withoutPath: ['x'],
      unchecked: [],
      assigned: [],
    });
    // The second of two is moved by half as much again.
    const second: GradcheckSpec = {
      ...at([1, 1]),
      forward: (tf, { x, w }) => tf.mul(w!, Math.abs(x!.dataSync()[1]! - (1.5 * place - 0.5)) < 1e-9 ? 2 : 1),
    };
    expect(dependenceOf(subjectOf(second)).withoutPath).toEqual(['x']);
  });

  it('is not seen elsewhere, and an error counts as a change', () => {
    const never: GradcheckSpec = {
      inputs: { x: [1], w: [1] },
      forward: (tf, { x, w }) => tf.mul(w!, x!.dataSync()[0]! === 4 ? 2 : 1),
    };
    expect(dependenceOf(subjectOf(never))).toMatchObject({ unused: ['x'], withoutPath: [] });
    const throwing: GradcheckSpec = {
      ...never,
      forward: (tf, { x, w }) => {
        if (x!.dataSync()[0]! > 1000) throw new RangeError('too large');
        return tf.mul(w!, 2);
      },
    };
    expect(dependenceOf(subjectOf(throwing)).withoutPath).toEqual(['x']);
  });
});

describe('hygiene', () => {
  const dy: Values = { shape: [2], dtype: 'float32', values: Float64Array.of(1, 2) };
  const said = (spec: GradcheckSpec, withAutodiff = true) => {
    const log = new StageLog();
    checkHygiene(subjectOf(spec), dy, withAutodiff, log);
    return Object.fromEntries(
      log
        .list()
        .flatMap(({ stage, status, detail }) => (status === 'not run' ? [] : [[stage, detail ?? status]])),
    );
  };
  const kept: Tensor[] = [];
  const leaking = (count: number) => (library: typeof tf) => {
    for (let k = 0; k < count; k++) kept.push(library.keep(library.tensor([1, 2])));
  };
  // Releases what the suite has kept.
  const release = () => tf.dispose(kept.splice(0));

  it('is nobody’s fault by name', async () => {
    const result = await gradcheck(square(1, { forward: (tf, { x }) => tf.keep(tf.square(x!)) }));
    expect(result).toMatchObject({ status: 'fail', stage: 'no leak', oddOneOut: null, looksLike: null });
  });

  it('passes what leaves nothing and changes nothing', () => {
    expect(said(square(1))).toEqual({ 'inputs unchanged': 'pass', 'no leak': 'pass' });
  });

  it('counts tensors that a run leaves behind, in forward and in backward', () => {
    const [one, two] = [leaking(1), leaking(2)];
    const inForward = square(1, {
      forward: (library, { x }) => {
        one(library as typeof tf);
        return library.square(x!);
      },
    });
    expect(said(inForward)['no leak']).toBe(
      'forward leaks 1 tensor per run; the gradient of forward leaks 1 tensor per run',
    );
    expect(said(inForward, false)['no leak']).toBe('forward leaks 1 tensor per run');
    const inBackward = square(1, {
      backward: (library, { x }, dy) => {
        two(library as typeof tf);
        return { x: library.mul(dy, library.mul(2, x!)) };
      },
    });
    expect(said(inBackward)['no leak']).toBe('backward leaks 2 tensors per run');
    release();
  });

  it('counts what a gradient function of somebody leaves behind', async () => {
    const leave = leaking(1);
    const own = (library: TF, x: Tensor) =>
      library.customGrad((v) => ({
        value: library.square(v as Tensor),
        gradFunc: (dy: Tensor) => {
          leave(library as typeof tf);
          return library.mul(dy, library.mul(2, v as Tensor));
        },
      }))(x);
    const { stages } = await gradcheck({
      inputs: { x: [0.5, -1.5] },
      forward: (library, { x }) => own(library, x!),
    });
    expect(stages.find(({ stage }) => stage === 'no leak')?.detail).toBe(
      'the gradient of forward leaks 1 tensor per run',
    );
    release();
  });

  it('counts a tensor that shares its numbers with another', () => {
    const sharing = square(1, {
      forward: (library, { x }) => {
        kept.push(library.keep(library.reshape(x!, [2, 1])));
        return library.square(x!);
      },
    });
    expect(said(sharing, false)['no leak']).toBe('forward leaks 1 tensor per run');
    release();
  });

  it('does not count what only the first run makes', () => {
    let made = false;
    const first = square(1, {
      forward: (library, { x }) => {
        if (!made) kept.push(library.keep(library.tensor([1, 2])));
        made = true;
        return library.square(x!);
      },
    });
    expect(said(first)['no leak']).toBe('pass');
    release();
  });

  it('sees dy overwritten, and inputs disposed', () => {
    const overwriting = square(1, {
      backward: (library, { x }, dy) => {
        const values = dy.dataSync();
        values[0] = 7;
        return { x: library.mul(dy, library.mul(2, x!)) };
      },
    });
    expect(said(overwriting)['inputs unchanged']).toBe(
      'dy overwritten by backward (dataSync() may return the very array: copy it)',
    );
    const disposing = square(1, {
      forward: (library, { x }) => {
        const y = library.square(x!);
        x!.dispose();
        return y;
      },
    });
    expect(said(disposing, false)['inputs unchanged']).toBe('x changed or disposed while the functions ran');
  });
});
