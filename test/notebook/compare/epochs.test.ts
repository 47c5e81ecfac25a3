import { expect, it } from '@jest/globals';
import { EpochTable } from '../../../src/notebook/compare/epochs.ts';

const step = (maxAbs: number) => ({
  kernel: { maxAbs, maxOverAllowed: maxAbs / 8 },
  weight: { maxAbs: 2 * maxAbs, maxOverAllowed: 0.25 },
  bias: { maxAbs: 0, maxOverAllowed: 0 },
});

it('a row is the mean loss and the worst of the steps of an epoch, however many it has', () => {
  const table = new EpochTable();
  table.add(1, -2, 8, step(1), 0.5);
  table.add(1, 3, 2, step(4), 0.25);
  table.add(1, 0, 2, step(2), 0.125);
  table.add(2, -7, 6, step(0.125), 0);
  table.add(2, -7, 4, step(0.25), 0);
  expect(table.rows).toEqual([
    {
      ...{ epoch: 1, loss: 4, logitMin: -2, logitMax: 3, loggedMaxAbs: 0.5 },
      maxAbs: { kernel: 4, weight: 8, bias: 0 },
      maxOverAllowed: { kernel: 0.5, weight: 0.25, bias: 0 },
    },
    {
      ...{ epoch: 2, loss: 5, logitMin: -7, logitMax: -7, loggedMaxAbs: 0 },
      maxAbs: { kernel: 0.25, weight: 0.5, bias: 0 },
      maxOverAllowed: { kernel: 0.03125, weight: 0.25, bias: 0 },
    },
  ]);
});
