import { expect, it } from '@jest/globals';
import { peakOf } from '../../../scripts/bench/memory.ts';
import { scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();

it('the peak of a command is that of its process, and a command that fails has none', async () => {
  const args = ['train', '--engine', 'fused', '--data', 'synthetic', '--epochs', '1', '--quiet'];
  const peak = await peakOf([...args, '--out', await scratch()]);
  expect(peak).toBeGreaterThan(20e6);
  expect(peak).toBeLessThan(2e9);
  await expect(peakOf(['train', '--epochs', '0'])).rejects.toThrow(
    /^backproof train --epochs 0 ended with 2: .*--epochs/,
  );
});
