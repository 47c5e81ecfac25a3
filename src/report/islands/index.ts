import { ChainIsland } from './chain.tsx';
import { DrawIsland } from './draw.tsx';
import { GradientsIsland } from './gradients.tsx';
import { KernelIsland } from './kernel.tsx';
import { LiveIsland } from './live.tsx';
import { SeesIsland } from './sees.tsx';
import { TestIsland } from './test.tsx';

/** The parts of the page that live on in it, by name; each stands in its section once. */
export const islands = {
  gradients: GradientsIsland,
  chain: ChainIsland,
  kernel: KernelIsland,
  live: LiveIsland,
  sees: SeesIsland,
  draw: DrawIsland,
  test: TestIsland,
} as const;
export type IslandName = keyof typeof islands;
