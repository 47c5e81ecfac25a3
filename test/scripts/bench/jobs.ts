import { resolve } from 'node:path';
import { Jobs } from '../../../scripts/bench/jobs.ts';
import { loadDataset } from '../../../src/notebook/data/dataset.ts';
import type { Images } from '../../../src/notebook/data/images.ts';

let images: Images | undefined;

/** Jobs on the synthetic digits 1 and 8; a test may plant another learning rate. */
export async function syntheticJobs(folder: string, learningRate = 0.1): Promise<Jobs> {
  images ??= (await loadDataset('synthetic', { offline: true })).train;
  return new Jobs({ images, positive: 1, negative: 8, learningRate }, resolve(folder));
}
