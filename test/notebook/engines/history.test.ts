import { expect, it } from '@jest/globals';
import { binOf, checkpointEpochs } from '../../../src/notebook/engines/history.ts';

it.each([
  [-100, 0],
  [-32, 0],
  [-31.01, 0],
  [-31, 1],
  [-0.01, 31],
  [0, 32],
  [31.5, 63],
  [32, 63],
  [1000, 63],
])('a logit of %d is counted in bin %d', (logit, bin) => {
  expect(binOf(logit)).toBe(bin);
});

it('all of few epochs are kept', () => {
  expect([...checkpointEpochs(3)]).toEqual([0, 1, 2, 3]);
  expect(checkpointEpochs(200).size).toBe(201);
});

it('of many, 200 spread evenly, with the start and the last', () => {
  const kept = [...checkpointEpochs(1000)];
  expect(kept).toHaveLength(201);
  expect(kept.slice(0, 3)).toEqual([0, 5, 10]);
  expect(kept.at(-1)).toBe(1000);
});
