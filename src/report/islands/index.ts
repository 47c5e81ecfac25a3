import { ChainIsland } from './chain.tsx';
import { GradientsIsland } from './gradients.tsx';
import { KernelIsland } from './kernel.tsx';
import { LiveIsland } from './live.tsx';

/** The parts of the page that live on in it, by name; each stands in its section once. */
export const islands = {
  gradients: GradientsIsland,
  chain: ChainIsland,
  kernel: KernelIsland,
  live: LiveIsland,
} as const;
export type IslandName = keyof typeof islands;
