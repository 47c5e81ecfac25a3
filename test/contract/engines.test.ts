import { afterEach, describe, expect, it } from '@jest/globals';
import type { Engine, Problem } from '../../src/notebook/engines/engine.ts';
import { engines } from '../../src/notebook/engines/index.ts';
import { runEpochs } from '../../src/notebook/engines/loop.ts';
import { startBackend } from '../../src/tfjs/backends.ts';
import type { TF } from '../../src/tfjs/types.ts';
import { workingBackends } from '../support/backends.ts';
import { distance, smallProblem } from '../support/problem.ts';

// One suite for every engine on every backend that works here.
interface Contender {
  title: string;
  start(problem: Problem): Promise<Engine>;
  tf?: TF;
  /** How far float32 may be from the reference after the run below. */
  room: number;
}

const contenders: Contender[] = [
  { title: 'reference', start: async (problem) => engines.reference.start(problem), room: 0 },
  { title: 'fused', start: async (problem) => engines.fused.start(problem), room: 1e-4 },
];
for (const name of await workingBackends()) {
  const add = (engine: 'manual' | 'autodiff') =>
    contenders.push({
      title: `${engine} on ${name}`,
      start: async (problem) => engines[engine].start((await startBackend(name)).tf, problem, 'logits'),
      room: 1e-4,
    });
  add('manual');
  add('autodiff');
}

const reference = async (problem: Problem, epochs: number) =>
  runEpochs(engines.reference.start(problem), problem.samples, epochs);

describe.each(contenders)('engine $title', ({ start, room }) => {
  let engine: Engine | undefined;
  afterEach(() => {
    engine?.dispose();
    engine = undefined;
  });

  it.each([1, 3, 5, 15])('takes the steps of the reference, kernel side %i', async (kernelSize) => {
    const problem = smallProblem(20, kernelSize);
    engine = await start(problem);
    const run = await runEpochs(engine, problem.samples, 3);
    const expected = await reference(problem, 3);
    expect(distance(run.losses, expected.losses)).toBeLessThanOrEqual(room);
    expect(distance(run.parameters.kernel, expected.parameters.kernel)).toBeLessThanOrEqual(room);
    expect(distance(run.parameters.weight, expected.parameters.weight)).toBeLessThanOrEqual(room);
    expect(expected.losses[2]).toBeLessThan(expected.losses[0]!);
    expect(distance(expected.parameters.kernel, problem.parameters.kernel)).toBeGreaterThan(10 * room);
  });

  it('goes on where it stopped: two halves are one whole', async () => {
    const problem = smallProblem();
    engine = await start(problem);
    const whole = engine.advance(0, 20);
    const other = await start(problem);
    const halves = [...other.advance(0, 7), ...other.advance(7, 13)];
    other.dispose();
    expect(Array.from(whole)).toEqual(halves);
  });

  it('leaves what it was given as it was', async () => {
    const problem = smallProblem();
    const before = JSON.stringify([problem.parameters, Array.from(problem.samples.pixels)]);
    engine = await start(problem);
    engine.advance(0, 5);
    const taken = engine.parameters();
    engine.advance(5, 5);
    expect(JSON.stringify([problem.parameters, Array.from(problem.samples.pixels)])).toBe(before);
    expect(distance(taken.weight, engine.parameters().weight)).toBeGreaterThan(0);
  });
});

describe('tensors', () => {
  it.each(contenders.filter(({ title }) => title.includes('on cpu')))(
    'of $title do not pile up',
    async ({ start }) => {
      const { tf } = await startBackend('cpu');
      const before = tf.memory().numTensors;
      const problem = smallProblem();
      const engine = await start(problem);
      const afterEpochs: number[] = [];
      for (let epoch = 0; epoch < 3; epoch++) {
        engine.advance(0, 20);
        afterEpochs.push(tf.memory().numTensors);
      }
      expect(new Set(afterEpochs).size).toBe(1);
      engine.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe('a training run', () => {
  it('stops where the logit leaves the numbers, with the last finished epoch', async () => {
    const problem = { ...smallProblem(), learningRate: 1e200 };
    const run = await runEpochs(engines.reference.start(problem), problem.samples, 5);
    expect(run.partial).toMatchObject({ reason: 'diverged', epoch: 1 });
    expect(run.partial?.message).toMatch(/the logit became (NaN|-?Infinity) in epoch 1 at sample \d+/);
    expect(Array.from(run.parameters.kernel)).toEqual(Array.from(problem.parameters.kernel));
    expect(run.losses).toEqual([]);
  });

  it('stops at a signal, between steps', async () => {
    const problem = smallProblem();
    const controller = new AbortController();
    const run = await runEpochs(engines.reference.start(problem), problem.samples, 50, {
      signal: controller.signal,
      onProgress: (done) => {
        if (done >= 60) controller.abort();
      },
    });
    expect(run.partial).toMatchObject({ reason: 'interrupted', epoch: 4, sample: 0 });
    expect(run.losses).toHaveLength(3);
    expect(run.kernelHistory).toHaveLength(4);
  });
});
