import type { Chain } from '../../../results/chain.ts';

/** The steps at which chains were followed, in the order of the run: one chain each, or one per precision. */
export function stepsOf(chains: readonly Chain[]): Chain[][] {
  const steps = new Map<string, Chain[]>();
  for (const chain of chains) {
    const key = `${chain.epoch} ${chain.sample}`;
    steps.set(key, [...(steps.get(key) ?? []), chain]);
  }
  return [...steps.values()].sort(([a], [b]) => a!.epoch - b!.epoch || a!.sample - b!.sample);
}
