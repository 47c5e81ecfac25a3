import { setFlagsFromString } from 'node:v8';
import * as tf from 'backproof/float64';
import { gradcheck } from '../../src/gradcheck/index.ts';
import { exactOne } from './exact.ts';
import { fuzzOne } from './fuzzOne.ts';
import type { Trial } from './outcome.ts';

/** The settings that a worker process receives at its start. */
export interface WorkerSettings {
  readonly shrink: boolean;
  readonly family: string | undefined;
  /** Runs only the exact check, on errors below rounding. */
  readonly exact: boolean;
}

// Delays optimization by a factor of five: no function lives long, and the threads of V8's TurboFan would take more
// time than the functions. Later versions of V8 have a fast compiler before it, and not this flag.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=700000');

const { shrink, family, exact } = JSON.parse(process.argv[2]!) as WorkerSettings;
const trial: Trial = { tf, judge: gradcheck, shrink, family };

await tf.ready();
process.on('message', async (seeds: readonly number[]) => {
  for (const seed of seeds)
    process.send!({ seed, outcome: await (exact ? exactOne(tf, seed, family) : fuzzOne(seed, trial)) });
  process.send!(null);
});
process.send!(null);
