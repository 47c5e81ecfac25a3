import { describe, expect, it } from '@jest/globals';
import * as other from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import { ThrownError } from '../../src/gradcheck/errors.ts';
import { difference, runForward } from '../../src/gradcheck/forwardStage.ts';
import { runAutodiff, runBackward } from '../../src/gradcheck/gradientStages.ts';
import { dependenceOf } from '../../src/gradcheck/spec/dependence.ts';
import { UnsupportedError } from '../../src/gradcheck/spec/limits.ts';
import { readSpec } from '../../src/gradcheck/spec/readSpec.ts';
import { Subject, type Values } from '../../src/gradcheck/spec/subject.ts';
import { StageLog } from '../../src/gradcheck/stages.ts';
import type { GradcheckSpec, Tensor } from '../../src/gradcheck/types.ts';

other.enableProdMode();
await other.setBackend('cpu');
await tf.ready();
const values = (x: number[], shape = [x.length]): Values => ({
  shape,
  dtype: 'float32',
  values: Float64Array.from(x),
});
const product: GradcheckSpec['forward'] = (tf, { x, w }) => tf.mul(x!, w!);
const subjectOf = (spec: Partial<GradcheckSpec>): Subject =>
  new Subject(tf, readSpec({ inputs: { x: [1, 2], w: [3, 4] }, forward: product, ...spec }));
const failures = (log: StageLog) =>
  log.list().flatMap(({ stage, status, detail, side }) => (status === 'fail' ? [[stage, detail, side]] : []));
const passed = (log: StageLog) =>
  log.list().flatMap(({ stage, status }) => (status === 'pass' ? [stage] : []));

describe('two runs on the same inputs', () => {
  it('in double precision are the same number by number, NaN and signs of 0 included', () => {
    expect(difference(values([1, Number.NaN]), values([1, Number.NaN]), 'float64')).toBeNull();
    expect(difference(values([0]), values([-0]), 'float64')).toBeNull();
    expect(difference(values([1, 2, 3, 4], [2, 2]), values([1, 2, 3 + 2 ** -50, 4], [2, 2]), 'float64')).toBe(
      `3, then ${3 + 2 ** -50} at [1,0] on the same inputs`,
    );
    expect(difference(values([1]), values([Number.NaN]), 'float64')).toBe(
      '1, then NaN at [0] on the same inputs',
    );
    expect(difference(values([1, 2], [2, 1]), values([1, 2], [1, 2]), 'float64')).toBe(
      'shape [2,1], then [1,2] on the same inputs',
    );
  });

  it('in single precision differ by 2^-18 of the largest', () => {
    const off = (part: number) => difference(values([1, -64]), values([1 + part * 2 ** -12, -64]), 'float32');
    expect([off(1), off(-1)]).toEqual([null, null]);
    expect([off(1.001), off(-1.001)]).toEqual([expect.any(String), expect.any(String)]);
  });
});

describe('forward', () => {
  it('has finite outputs, the same each time', () => {
    const log = new StageLog();
    expect([...runForward(subjectOf({}), log)!.output.values]).toEqual([3, 8]);
    expect(passed(log)).toEqual(['forward', 'repeatable']);
  });

  it('names the first output that is not finite, and which function it is of', () => {
    const log = new StageLog();
    const infinite = subjectOf({ forward: (tf, { x }) => tf.div(1, tf.sub(x!, [0, 2])) });
    expect(runForward(infinite, log)).toBeNull();
    expect(failures(log)).toEqual([['forward', 'the forward is not finite: Infinity at output [1]', null]]);
    const meant = new StageLog();
    expect(
      runForward(subjectOf({ gradientOf: (tf, { x }) => tf.log(tf.sub(x!, [1, 0])) }), meant),
    ).toBeNull();
    expect(failures(meant)).toEqual([['forward', 'gradientOf is not finite: -Infinity at output [0]', null]]);
  });

  it('has the shapes that are meant, and is differenced as it is meant', () => {
    const log = new StageLog();
    expect([
      ...runForward(subjectOf({ gradientOf: (tf, { x }) => tf.mul(5, x!) }), log)!.output.values,
    ]).toEqual([5, 10]);
    expect(() => runForward(subjectOf({ gradientOf: (tf, { x }) => tf.sum(x!) }), new StageLog())).toThrow(
      /^spec: gradientOf: expected outputs of the shapes of forward's, got /,
    );
  });

  it('that throws is a mistake of the caller, with what it threw', () => {
    const forward = () => {
      throw new Error('no such layer');
    };
    const run = (of: GradcheckSpec['forward']) => () =>
      runForward(subjectOf({ forward: of }), new StageLog());
    expect(run(forward)).toThrow(new ThrownError('spec', 'forward', 'no such layer'));
    expect(run(() => 3 as never)).toThrow(/^spec: forward returned number 3: expected /);
    const lacking = run(
      (library, { x }) => (library as typeof tf).engine().runKernel('Nothing', { x: x! }) as Tensor,
    );
    expect(lacking).toThrow(UnsupportedError);
  });

  it('that differs from run to run is told', () => {
    let runs = 0;
    const log = new StageLog();
    expect(runForward(subjectOf({ forward: (tf, { x }) => tf.add(x!, runs++) }), log)).toBeNull();
    expect(failures(log)).toEqual([
      ['repeatable', expect.stringMatching(/^the forward is not repeatable: .* at \[0\]/), null],
    ]);
    const renamed = new StageLog();
    const forward: GradcheckSpec['forward'] = (_tf, { x }) => ({ [runs++ === 0 ? 'a' : 'b']: x! }) as never;
    const other = subjectOf({ forward });
    // Known from a run of its own.
    expect(other.layout).toBeDefined();
    runs = 0;
    expect(runForward(other, renamed)).toBeNull();
    expect(failures(renamed)).toEqual([
      [
        'repeatable',
        'the forward is not repeatable: a record of a [2], then a record of b [2] on the same inputs',
        null,
      ],
    ]);
  });
});

describe('the hand-written gradients', () => {
  const dy = values([1, -2]);
  const run = (backward: GradcheckSpec['backward'], inputs?: GradcheckSpec['inputs']) => {
    const log = new StageLog();
    const side = runBackward(
      subjectOf({ backward, ...(inputs === undefined ? {} : { inputs }) } as never),
      dy,
      log,
    );
    return { log, side };
  };
  const right: NonNullable<GradcheckSpec['backward']> = (tf, { x, w }, up) => ({
    x: tf.mul(up, w!),
    w: tf.mul(up, x!),
  });

  it('have names, shapes and finite numbers, the same each time', () => {
    const { log, side } = run(right);
    expect(passed(log)).toEqual(['names', 'shapes', 'finite']);
    expect(failures(log)).toEqual([]);
    expect([...side.gradients!.get('x')!.values]).toEqual([3, -8]);
    expect([side.misshapen.size, side.unsupported, side.tape === null]).toEqual([0, null, false]);
  });

  const wanted = 'expected gradients named x, w';
  it.each<[string, unknown, string]>([
    ['nothing', undefined, `backward returned undefined: ${wanted}`],
    ['a list', [1], `backward returned a list: ${wanted}`],
    ['null', null, `backward returned null: ${wanted}`],
    ['one tensor', 'dy', `backward returned a single tensor: ${wanted}`],
    ['one of two', { x: 'dy' }, `backward returned no gradient of w: ${wanted}`],
    ['one of them null', { x: 'dy', w: null }, `backward returned no gradient of w: ${wanted}`],
    ['another name', { x: 'dy', v: 'dy' }, `backward returned v in place of w: ${wanted}`],
    ['one more', { x: 'dy', w: 'dy', v: 'dy' }, `backward returned a gradient of v: ${wanted}`],
    ['a number', { x: 'dy', w: 3 }, 'backward returned number 3 as gradient of w: expected a tensor'],
  ])('%s', (_name, returned, detail) => {
    const { log, side } = run(((_tf: unknown, _inputs: unknown, up: Tensor) => {
      const put = (each: unknown) => (each === 'dy' ? up : each);
      if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) return put(returned);
      return Object.fromEntries(Object.entries(returned).map(([name, each]) => [name, put(each)]));
    }) as never);
    expect(failures(log)).toEqual([['names', detail, 'yours']]);
    expect([side.gradients, side.tape]).toEqual([null, null]);
  });

  it('of whole numbers are none; of a constant they may be there', () => {
    const mixed = {
      ...{ x: [1, 2], w: { values: [3, 4], shape: [2], constant: true } },
      at: { values: [1], shape: [1], dtype: 'int32' as const },
    };
    expect(failures(run((_tf, _inputs, up) => ({ x: up, at: up }), mixed).log)).toEqual([
      [
        'names',
        'backward returned a gradient of at (inputs of whole numbers have none): expected gradients named x',
        'yours',
      ],
    ]);
    expect(failures(run((_tf, _inputs, up) => ({ x: up, w: up }), mixed).log)).toEqual([]);
  });

  it('that throw, have other shapes or types, or are not finite', () => {
    const thrown = run(() => {
      throw new Error('no such layer');
    });
    expect(failures(thrown.log)).toEqual([['names', 'backward threw: no such layer', 'yours']]);
    const short = run((tf, inputs, up) => ({ ...right(tf, inputs, up), w: tf.sum(up) }));
    expect(failures(short.log)).toEqual([
      ['shapes', 'the gradient of w has shape [], expected [2]', 'yours'],
    ]);
    expect([short.side.gradients, [...short.side.misshapen.keys()]]).toEqual([null, ['w']]);
    const whole = run((tf, inputs, up) => ({ ...right(tf, inputs, up), w: tf.cast(up, 'int32') }));
    expect(failures(whole.log)).toEqual([
      ['shapes', 'the gradient of w is of type int32, expected float32', 'yours'],
    ]);
    expect(whole.side.gradients).toBeNull();
    const infinite = run((tf, inputs, up) => ({ ...right(tf, inputs, up), w: tf.div(up, [0, 1]) }));
    expect(failures(infinite.log)).toEqual([['finite', 'the gradient of w is Infinity at [0]', 'yours']]);
    expect([infinite.side.gradients, passed(infinite.log)]).toEqual([null, ['names', 'shapes']]);
  });

  it('that use what TensorFlow.js lacks are nobody’s fault', () => {
    const { log, side } = run((tf, { x, w }, up) => ({
      x: tf.grad((at: Tensor) => tf.cumprod(at))(x!, up),
      w: w!,
    }));
    expect(failures(log)).toEqual([]);
    expect(side).toMatchObject({ gradients: null, unsupported: { kernel: 'Cumprod', missing: 'gradient' } });
  });

  it('of another TensorFlow.js are a mistake of the caller, and disposed ones are not', () => {
    const foreign = () => run((tf, inputs, up) => ({ ...right(tf, inputs, up), w: other.tensor([1, 2]) }));
    expect(foreign).toThrow(/^spec: backward returned a gradient of w of another TensorFlow\.js/);
    const disposed = run((tf, inputs, up) => {
      const gradients = right(tf, inputs, up);
      gradients.w!.dispose();
      return gradients;
    });
    expect(failures(disposed.log)).toEqual([
      ['names', expect.stringMatching(/^backward threw: .*disposed/), 'yours'],
    ]);
  });

  it('that differ from run to run are told', () => {
    let runs = 0;
    const { log } = run((tf, inputs, up) => ({ ...right(tf, inputs, up), w: tf.add(up, runs++) }));
    expect(failures(log)).toEqual([
      [
        'repeatable',
        expect.stringMatching(/^backward is not repeatable: gradient of w: 1, then 2 at \[0\]/),
        'yours',
      ],
    ]);
    runs = 0;
    const once = run((tf, inputs, up) => (runs++ === 0 ? right(tf, inputs, up) : {}));
    expect(failures(once.log)).toEqual([
      [
        'repeatable',
        expect.stringMatching(
          /not repeatable: the second time backward returned no gradient of x, w: expected/,
        ),
        'yours',
      ],
    ]);
  });
});

describe("TensorFlow.js's own gradients", () => {
  const dy = values([1, -2]);
  const run = (forward: GradcheckSpec['forward']) => {
    const subject = subjectOf({ forward });
    const log = new StageLog();
    return { log, side: runAutodiff(subject, dy, log, dependenceOf(subject)) };
  };

  it('are there for what ops lead from', () => {
    const { log, side } = run((tf, { x, w }) => tf.mul(x!, w!));
    expect([...side.gradients!.get('w')!.values]).toEqual([1, -4]);
    expect([side.unsupported, passed(log)]).toEqual([null, ['names', 'shapes', 'finite']]);
  });

  const unsupported = (forward: GradcheckSpec['forward']) => {
    const { log, side } = run(forward);
    expect([failures(log), side.gradients, side.tape]).toEqual([[], null, null]);
    return side.unsupported;
  };
  const custom = (gradFunc: (dy: Tensor) => unknown): GradcheckSpec['forward'] =>
    ((_tf: unknown, { x, w }: Record<string, Tensor>) =>
      tf.customGrad(((a: Tensor, b: Tensor) => ({ value: tf.mul(a, b), gradFunc })) as never)(
        x!,
        w!,
      )) as never;

  it('are none where TensorFlow.js has none, or its own throws', () => {
    const cumprod = unsupported((library, { x }) => library.cumprod(x!));
    expect(cumprod).toMatchObject({ kernel: 'Cumprod', missing: 'gradient' });
    const config = tf.getGradient('Tanh')!;
    const { gradFunc } = config;
    config.gradFunc = () => {
      throw new Error('deliberate');
    };
    const tanh = unsupported((library, { x, w }) => library.mul(w!, library.tanh(x!)));
    config.gradFunc = gradFunc;
    expect(tanh).toEqual({
      kernel: 'Tanh',
      missing: null,
      reason: 'its gradient of Tanh throws: deliberate',
    });
  });

  it('that a customGrad of somebody gets wrong are wrong in number, or in shape', () => {
    const few = run(custom((up) => [up]));
    expect(failures(few.log)).toEqual([['names', expect.any(String), 'tf autodiff']]);
    const short = run(custom((up) => [up, tf.sum(up)]));
    expect(failures(short.log)).toEqual([['shapes', expect.stringMatching(/has shape/), 'tf autodiff']]);
    expect([few.side.unsupported, short.side.unsupported]).toEqual([null, null]);
    const thrown = run(
      custom(() => {
        throw new Error('mine');
      }),
    );
    expect(failures(thrown.log)).toEqual([['names', 'mine', 'tf autodiff']]);
  });

  it('are none for values that are read out, and it says which', () => {
    const { side } = run((tf, { x, w }) => tf.mul(x!, tf.tensor(Array.from(w!.dataSync()))));
    expect([...side.gradients!.keys()]).toEqual(['x']);
    expect(side.unsupported).toEqual({
      ...{ kernel: null, missing: null },
      reason:
        'it sees no path from w to the output, because their values are read out (dataSync, arraySync) and used in JavaScript',
    });
    const all = run((tf, { x, w }) =>
      tf.tensor(Array.from(w!.dataSync(), (each, k) => each * x!.dataSync()[k]!)),
    );
    expect([all.side.gradients, all.side.tape, all.side.unsupported?.reason]).toEqual([
      ...[null, null, expect.stringMatching(/^it sees no path from x, w to the output/)],
    ]);
  });
});
