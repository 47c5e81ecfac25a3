import type { Run } from '../../src/notebook/inference/run.ts';
import { defaultConfig } from '../../src/results/commandLine.ts';

/** A run of two epochs without images, as the page has it; its parameters are 0. */
export const pageRun = (more: Partial<Run> = {}): Run => ({
  config: defaultConfig,
  losses: [0.7, 0.6],
  frames: [0, 1, 2].map((epoch) => ({
    epoch,
    parameters: { kernel: new Float64Array(25), weight: new Float64Array(144), bias: 0 },
    trainAccuracy: null,
    testAccuracy: null,
    logitCounts: null,
  })),
  logitBins: { from: -1, width: 1 },
  images: null,
  predictions: [],
  ...more,
});
