import type { SweepConfig, SweepData } from '../../results/sweep.ts';
import { pairText } from './grid.ts';

/** What must be the same for runs to be of one sweep: the settings, the images, and the program. */
export interface Identity {
  readonly config: SweepConfig;
  readonly data: SweepData;
  readonly version: string;
}

/**
 * In what two sweeps differ, in words; none where their runs belong together. Images count by their checksums, wherever
 * they lie.
 */
export function differencesOf(ours: Identity, theirs: Identity): string[] {
  const [a, b] = [partsOf(ours), partsOf(theirs)];
  return Object.keys(a).flatMap((name) => {
    const [expected, got] = [a[name]!, b[name]!];
    if (expected === got) return [];
    // Of what is no setting a reader has no use for the values.
    return [name === 'images' ? 'other images' : `${name} ${got}, not ${expected}`];
  });
}

function partsOf({ config, data, version }: Identity): Record<string, string> {
  return {
    seeds: config.seeds,
    pairs: config.pairs.map(pairText).join(','),
    'learning rates': config.learningRates.join(','),
    'images per class': String(config.perClass),
    epochs: String(config.epochs),
    'kernel size': String(config.kernelSize),
    data: data.source,
    images: JSON.stringify([data.files.map(({ bytes, sha256 }) => [bytes, sha256]), data.pairs]),
    version,
  };
}
