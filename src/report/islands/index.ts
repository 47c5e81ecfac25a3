import { ChainIsland } from './chain.tsx';
import { DrawIsland } from './draw.tsx';
import { GradientsIsland } from './gradients.tsx';
import { KernelIsland } from './kernel.tsx';
import { LiveIsland } from './live.tsx';
import { PreActivationsIsland, ReluIsland } from './relu.tsx';
import { SaturationIsland } from './saturation.tsx';
import { SeesIsland } from './sees.tsx';
import { TestIsland } from './test.tsx';
import { TrainingIsland } from './training.tsx';

/** The parts of the page that live on in it, by name; each stands in its section once. */
export const islands = {
  gradients: GradientsIsland,
  chain: ChainIsland,
  training: TrainingIsland,
  saturation: SaturationIsland,
  relu: ReluIsland,
  preActivations: PreActivationsIsland,
  kernel: KernelIsland,
  live: LiveIsland,
  sees: SeesIsland,
  draw: DrawIsland,
  test: TestIsland,
} as const;
export type IslandName = keyof typeof islands;
