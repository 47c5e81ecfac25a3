// Our own engines as contenders.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { BackendName, EngineName } from '../../src/results/shared.ts';
import { NOTEBOOK } from './jobs.ts';
import type { Contender } from './measure.ts';
import { processOf } from './processes.ts';

const { version: tfjsVersion } = createRequire(import.meta.url)('@tensorflow/tfjs/package.json');

const common = { side: 'ours', runs: 1, version: null } as const;

/** The fused engine, which is so fast that it does several jobs in each turn. */
export const fusedContender = (
  seed: number,
  { dense = false, epochs = NOTEBOOK.epochs, kernelSize = NOTEBOOK.kernelSize } = {},
): Contender => ({
  ...common,
  id: `fused${dense ? '-dense' : ''}${seed === 1 ? '' : `-seed-${seed}`}`,
  name: 'backproof fused',
  how: dense ? 'WebAssembly SIMD, every output evaluated' : 'WebAssembly SIMD, closed outputs skipped',
  seed,
  epochs,
  launch: processOf(dense ? 'fused-dense' : 'fused', 'none', kernelSize),
  jobsInTurn: 5,
  warmUps: 10,
});

/** Epochs of a job: few if a whole training would take long, because every step costs these engines the same. */
const tensorEngines = [
  { engine: 'manual', backend: 'wasm', epochs: 20 },
  { engine: 'manual', backend: 'cpu', epochs: 20 },
  { engine: 'manual', backend: 'native', epochs: 5 },
  { engine: 'autodiff', backend: 'wasm', epochs: 10 },
  { engine: 'autodiff', backend: 'cpu', epochs: 10 },
  { engine: 'autodiff', backend: 'native', epochs: 5 },
] as const satisfies readonly { engine: EngineName; backend: BackendName; epochs: number }[];

const hows = {
  manual: 'tf ops, backward by hand',
  autodiff: 'tf ops, tf.grads of the logits loss',
} as const;

/** The seeds on which the fused engine is measured: how much it can skip depends on them. */
export const measuredSeeds = [1, 2, 3, 42] as const;

/** Runs of a sweep's job: seeds 0 to 255. */
export const SWEPT_SEEDS = 256;

/** Our engines, on every backend; one that does not work here carries the reason. */
export const ourContenders = (): Contender[] => [
  ...measuredSeeds.map((seed) => fusedContender(seed)),
  fusedContender(1, { dense: true }),
  ...tensorEngines.map(
    ({ engine, backend, epochs }): Contender => ({
      ...common,
      id: `${engine}-${backend}`,
      name: `backproof ${engine} on ${backend}`,
      how: hows[engine],
      version: `TensorFlow.js ${tfjsVersion}`,
      seed: 1,
      epochs,
      launch: processOf(engine, backend, NOTEBOOK.kernelSize),
      jobsInTurn: 1,
      warmUps: 2,
    }),
  ),
  {
    ...common,
    id: 'reference',
    name: 'backproof reference',
    how: "TypeScript, the notebook's loops in double precision",
    seed: 1,
    epochs: NOTEBOOK.epochs,
    launch: processOf('reference', 'none', NOTEBOOK.kernelSize),
    jobsInTurn: 1,
    warmUps: 2,
  },
  {
    ...common,
    id: 'sweep',
    name: 'backproof sweep',
    how: `fused, ${availableParallelism()} threads that start anew each time`,
    seed: 0,
    epochs: NOTEBOOK.epochs,
    runs: SWEPT_SEEDS,
    launch: processOf('sweep', 'none', NOTEBOOK.kernelSize),
    jobsInTurn: 1,
    warmUps: 2,
  },
];
