import { expect, it, jest } from '@jest/globals';
import type { Console } from '../../src/commands/console.ts';

const dataset = { images: 'as they are' };
type Options = { onProgress: (file: string, bytes: number, total: number | null) => void };
const load = await import('../../src/notebook/data/dataset.ts');
jest.unstable_mockModule('../../src/notebook/data/dataset.ts', () => ({
  ...load,
  loadDataset: async (_data: string, { onProgress }: Options) => {
    onProgress('usps.bz2', 3, null);
    onProgress('usps.bz2', 4, 8);
    return dataset;
  },
}));
const { loadImages } = await import('../../src/commands/problem.ts');

it('a download whose size is known shows its progress, which ends with it', async () => {
  const bar = { update: jest.fn(), done: jest.fn() };
  const console = { progress: () => bar, notice() {} } as unknown as Console;
  const { signal } = new AbortController();
  expect(await loadImages({ data: 'auto', offline: false }, console, signal)).toBe(dataset);
  expect(bar.update.mock.calls).toEqual([[4, 8, 'usps.bz2']]);
  expect(bar.done).toHaveBeenCalledTimes(1);
});
