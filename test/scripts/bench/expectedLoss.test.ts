import { describe, expect, it } from '@jest/globals';
import { expectedLosses, relativeDifference } from '../../../scripts/bench/expectedLoss.ts';
import { asWritten, meanLoggedLoss, readProblem, writeProblem } from '../../../scripts/bench/problem.ts';
import { FusedKernel } from '../../../src/notebook/engines/fused/kernel.ts';
import { scratchFolders } from '../../support/cli.ts';
import { syntheticJobs } from './jobs.ts';

const scratch = scratchFolders();

describe('a problem as it travels', () => {
  it('is read as it was written, with every kernel size, for one run and for many', async () => {
    const folder = await scratch();
    const jobs = await syntheticJobs(folder);
    for (const [kernelSize, seeds] of [
      [5, [1, 2, 3]],
      [1, [7]],
      [15, [0, 4294967295]],
    ] as const) {
      const job = jobs.job({ seeds, epochs: 3, perClass: 4, kernelSize });
      const path = await jobs.file({ seeds, epochs: 3, perClass: 4, kernelSize });
      const read = await readProblem(path, kernelSize);
      expect(read).toEqual({ ...asWritten(job), samples: { ...job.samples, indices: [] } });
    }
  });

  it('is refused where a run is cut short', async () => {
    const folder = await scratch();
    const jobs = await syntheticJobs(folder);
    const job = jobs.job({ seeds: [1], epochs: 1, perClass: 2, kernelSize: 5 });
    const start = job.starts[0]!;
    await writeProblem(`${folder}/short`, { ...job, starts: [{ ...start, weight: start.weight.slice(1) }] });
    await expect(readProblem(`${folder}/short`, 5)).rejects.toThrow('expected whole runs with a 5x5 kernel');
  });
});

describe('expectedLosses', () => {
  it('allows what single precision does, at every length, and not a learning rate that is 1 % off', async () => {
    const folder = await scratch();
    const sizes = { seeds: [1], epochs: 80, perClass: 100, kernelSize: 5 };
    const jobs = await syntheticJobs(folder);
    const job = jobs.job(sizes);
    const lossesAt = (learningRate: number, lengths: number[]): number[] => {
      const kernel = new FusedKernel(job.samples, 5);
      kernel.begin({ parameters: job.starts[0]!, learningRate });
      const logits = kernel.advance(0, 80 * job.samples.count);
      return lengths.map((epochs) =>
        meanLoggedLoss(
          logits.slice((epochs - 1) * job.samples.count, epochs * job.samples.count),
          job.samples.labels,
        ),
      );
    };
    const lengths = [1, 5, 20, 80];
    const expected = [...expectedLosses(job, lengths).values()];
    lossesAt(0.1, lengths).forEach((loss, at) => {
      expect(relativeDifference(loss, expected[at]!.loss)).toBeLessThan(expected[at]!.allowed);
    });
    lossesAt(0.101, lengths).forEach((loss, at) => {
      expect(relativeDifference(loss, expected[at]!.loss)).toBeGreaterThan(expected[at]!.allowed);
    });
  });

  it('calls what is not finite infinitely far off', () => {
    expect(relativeDifference(Number.NaN, 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(relativeDifference(0.6, 0.5)).toBeCloseTo(0.2, 12);
  });
});
