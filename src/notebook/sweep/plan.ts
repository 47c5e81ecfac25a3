import type { SweepConfig, SweepData } from '../../results/sweep.ts';
import type { Dataset, Images } from '../data/images.ts';
import { select, selectAll } from '../data/select.ts';
import type { Grid } from './grid.ts';
import type { WorkerInput } from './messages.ts';
import type { Shard } from './shard.ts';

/** A sweep, ready to be made. */
export interface SweepPlan {
  readonly grid: Grid;
  readonly shard: Shard;
  readonly config: SweepConfig;
  readonly data: SweepData;
  readonly input: WorkerInput;
}

/**
 * Chooses the images of every pair, and makes the pixels ready to be shared.
 *
 * @throws Failure (usage) where there are too few images of a digit
 */
export function planSweep(dataset: Dataset, grid: Grid, shard: Shard, config: SweepConfig): SweepPlan {
  const { perClass, kernelSize, epochs } = config;
  const pairs = grid.pairs.map((pair) => {
    const { indices, count } = select(dataset.train, { ...pair, perClass });
    const testCount = dataset.test === null ? 0 : selectAll(dataset.test, pair).count;
    return { ...pair, indices: [...indices], trainCount: count, testCount };
  });
  return {
    grid,
    shard,
    config,
    data: { source: dataset.source, files: [...dataset.files], pairs },
    input: {
      train: shared(dataset.train),
      test: dataset.test && shared(dataset.test),
      perClass,
      kernelSize,
      epochs,
    },
  };
}

/** Its pixels in memory that threads share: each would else have a copy. */
function shared(images: Images): Images {
  const pixels = new Float32Array(new SharedArrayBuffer(images.pixels.byteLength));
  pixels.set(images.pixels);
  return { ...images, pixels };
}
