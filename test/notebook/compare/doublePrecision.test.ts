import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { walkAhead, walkInDoublePrecision } from '../../../src/notebook/compare/doublePrecision.ts';
import { compare } from '../../../src/notebook/compare.ts';
import { syntheticDataset } from '../../../src/notebook/data/synthetic.ts';
import { problemOf } from '../../../src/notebook/problem.ts';
import { defaultConfig } from '../../../src/results/commandLine.ts';
import { smallProblem } from '../../support/problem.ts';

const input = { ...smallProblem(4), epochs: 1 };

it('throws what the thread throws', async () => {
  const broken = { ...input, parameters: { ...input.parameters, weight: new Float64Array(3) } };
  await expect(walkInDoublePrecision(broken)).rejects.toThrow(
    'Size(144) must match the product of shape 1,3',
  );
});

it('tells its progress, step by step, and lets go of the signal at its end', async () => {
  const { signal } = new AbortController();
  const told: number[][] = [];
  const running = walkInDoublePrecision(input, {
    signal,
    onProgress: (...place) => told.push(place as never),
  });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  const { timing, finiteDifferences } = await running;
  expect([timing.steps, finiteDifferences.length]).toEqual([4, 4]);
  expect(told.at(-1)).toEqual([4, 4]);
  // The thread ends after it has sent its result.
  while (getEventListeners(signal, 'abort').length > 0) await nextTurn();
});

it('stops between steps, and where the signal came before the first', async () => {
  // It checks the signal every 20 steps.
  const longer = { ...smallProblem(20), epochs: 50 };
  const { partial, finiteDifferences } = await walkInDoublePrecision(longer, { signal: AbortSignal.abort() });
  expect(partial).toMatchObject({ reason: 'interrupted' });
  expect(finiteDifferences).toEqual([]);
});

describe('a walk that begins ahead', () => {
  const problem = (epochs: number) =>
    problemOf(syntheticDataset(), { ...defaultConfig, data: 'synthetic', perClass: 10, epochs });

  it('has the same result, and tells its progress from then on', async () => {
    const { samples, parameters, learningRate } = problem(2);
    const ahead = walkAhead(problem(2));
    const told: number[][] = [];
    const { timing, ...rest } = await ahead.result((...place) => told.push(place));
    expect(told.at(-1)).toEqual([40, 40]);
    expect(timing.steps).toBe(40);
    const { timing: _, ...expected } = await walkInDoublePrecision({
      ...{ samples, parameters, learningRate },
      epochs: 2,
    });
    expect(rest).toEqual(expected);
  });

  it('ends early when it is stopped, and by the signal', async () => {
    const stopped = walkAhead(problem(5000));
    stopped.stop();
    expect((await stopped.result()).partial).toMatchObject({ reason: 'interrupted' });
    const signalled = walkAhead(problem(5000), AbortSignal.abort());
    expect((await signalled.result()).partial).toMatchObject({ reason: 'interrupted' });
  });

  it('is refused by the comparison of another problem', async () => {
    const ahead = walkAhead(problem(1));
    ahead.stop();
    await expect(compare(problem(1), { ahead })).rejects.toThrow(
      'compare: expected ahead to walk the same problem, got another one',
    );
    await ahead.result();
  });

  it('hands on the error of its thread to a caller who waits, and to no other', async () => {
    const broken = { ...problem(1), parameters: { ...problem(1).parameters, weight: new Float64Array(3) } };
    const ahead = walkAhead(broken);
    // Another walk, which takes longer: an error that nobody has asked for meanwhile would fail the test.
    await walkAhead(problem(2)).result();
    await expect(ahead.result()).rejects.toThrow('Size(144) must match the product of shape 1,3');
  });
});
