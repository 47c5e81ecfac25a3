import { FusedKernel } from '../notebook/engines/fused/kernel.ts';
import type { BenchResult, ContenderResult } from '../results/bench.ts';
import type { Jobs } from './jobs.ts';
import { fusedContender, measuredSeeds } from './ours.ts';

/** What the fused engine has to do for each seed: how much of a step can be skipped is the seed's own. */
export function seedRows(
  jobs: Jobs,
  perClass: number,
  results: readonly ContenderResult[],
): BenchResult['seeds'] {
  const medianOf = (seed: number): number | undefined => {
    const found = results.find(({ id }) => id === fusedContender(seed).id);
    return found?.verdict === 'same training' ? found.microsecondsPerStep?.median : undefined;
  };
  const ofSeed1 = medianOf(1);
  const measured = measuredSeeds.filter((seed) => results.some(({ id }) => id === fusedContender(seed).id));
  return measured.map((seed) => {
    const { id, epochs } = fusedContender(seed);
    const job = jobs.job({ seeds: [seed], epochs, perClass, kernelSize: 5 });
    const kernel = new FusedKernel(job.samples, job.kernelSize);
    kernel.begin({ parameters: job.starts[0]!, learningRate: job.learningRate });
    const steps = epochs * job.samples.count;
    kernel.advance(0, steps);
    const { listsMade, outputsEvaluated, outputsGoneBack } = kernel.work();
    const median = medianOf(seed);
    return {
      seed,
      contender: id,
      ofSeed1: median === undefined || ofSeed1 === undefined ? null : median / ofSeed1,
      outputsEvaluated: outputsEvaluated / steps,
      outputsGoneBack: outputsGoneBack / steps,
      listsMade: listsMade / steps,
    };
  });
}
