import { describe, expect, it } from '@jest/globals';
import { diagnose, givesOneClass, isDead, lastingSince } from '../../../src/notebook/engines/diagnosis.ts';
import type { TrainingState } from '../../../src/notebook/engines/engine.ts';

const state = (confusion: TrainingState['confusion'], activeFraction: number | null): TrainingState => ({
  confusion,
  activeFraction,
});
const learning = state(
  [
    [3, 1],
    [1, 3],
  ],
  0.5,
);
const oneClass = state(
  [
    [4, 0],
    [4, 0],
  ],
  0.25,
);
const dead = { ...oneClass, activeFraction: 0 };

it('dead: no pre-activation of any sample is positive', () => {
  expect([dead, { ...dead, activeFraction: null }, oneClass].map(isDead)).toEqual([true, true, false]);
});

it.each([
  [
    [
      [4, 0],
      [4, 0],
    ],
    true,
  ],
  [
    [
      [0, 4],
      [0, 4],
    ],
    true,
  ],
  [
    [
      [4, 0],
      [3, 1],
    ],
    false,
  ],
  [
    [
      [3, 1],
      [4, 0],
    ],
    false,
  ],
  [
    [
      [1, 3],
      [0, 4],
    ],
    false,
  ],
  [
    [
      [0, 4],
      [1, 3],
    ],
    false,
  ],
] as const)('a confusion of %j puts all on one side: %s', (confusion, one) => {
  expect(givesOneClass(state(confusion as unknown as TrainingState['confusion'], 0.5))).toBe(one);
});

it.each([
  [[true, true], 0],
  [[false, true, true], 1],
  [[true, false, true], 2],
  [[true, true, false], null],
])('%j has lasted since %j', (held, since) => {
  expect(lastingSince(held)).toBe(since);
});

describe('the diagnosis of a run', () => {
  const asked: number[] = [];
  const run = (states: readonly TrainingState[]) => {
    asked.length = 0;
    return diagnose(states.length, (epoch) => {
      asked.push(epoch);
      return states[epoch]!;
    });
  };

  it('a run that learns to the end is asked for its last state only', () => {
    expect(run([dead, oneClass, learning])).toEqual({ deadReluSince: null, stalledSince: null });
    expect(asked).toEqual([2]);
  });

  it('stalled from epoch 1 on, dead from epoch 3 on', () => {
    expect(run([learning, oneClass, oneClass, dead])).toEqual({ deadReluSince: 3, stalledSince: 1 });
  });

  it('stalled, and not dead', () => {
    expect(run([dead, learning, oneClass])).toEqual({ deadReluSince: null, stalledSince: 2 });
  });

  it('dead, with predictions on both sides', () => {
    expect(run([learning, { ...learning, activeFraction: 0 }])).toEqual({
      deadReluSince: 1,
      stalledSince: null,
    });
  });
});
