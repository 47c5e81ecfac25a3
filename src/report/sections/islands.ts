import { ChainIsland } from './chain/island.tsx';
import { AgreementLine } from './draw/agreement.tsx';
import { DrawIsland } from './draw/island.tsx';
import { GradientsIsland } from './gradients/island.tsx';
import { KernelChangeIsland, KernelIsland } from './kernel/island.tsx';
import { LiveIsland } from './live/island.tsx';
import { PreActivationsIsland, ReluIsland } from './relu/island.tsx';
import { SaturationIsland } from './saturation/island.tsx';
import { SeesIsland } from './sees/island.tsx';
import { TestIsland } from './test/island.tsx';
import { TrainingIsland } from './training/island.tsx';

/** The interactive parts of the page, by name; each occurs once, in its section. */
export const islands = {
  gradients: GradientsIsland,
  chain: ChainIsland,
  training: TrainingIsland,
  saturation: SaturationIsland,
  relu: ReluIsland,
  preActivations: PreActivationsIsland,
  kernel: KernelIsland,
  kernelChange: KernelChangeIsland,
  live: LiveIsland,
  sees: SeesIsland,
  agreement: AgreementLine,
  draw: DrawIsland,
  test: TestIsland,
} as const;
export type IslandName = keyof typeof islands;
