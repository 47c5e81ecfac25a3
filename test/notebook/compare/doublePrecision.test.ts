import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { walkInDoublePrecision } from '../../../src/notebook/compare/doublePrecision.ts';
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
