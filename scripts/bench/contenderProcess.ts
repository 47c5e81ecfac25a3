// One of our engines as a contender, bundled like the program:
//   contender.js ENGINE[-dense]|sweep|first BACKEND KERNEL_SIZE FILE
// For every line on stdin it trains once from the start and answers with milliseconds and the last epoch's loss, like
// the peers; `first` trains once, without a request, and reports how long each part of a first call took.
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Engine } from '../../src/notebook/engines/engine.ts';
import type { BackendName, EngineName } from '../../src/results/shared.ts';
import { Failure } from '../../src/system/errors.ts';
import { type Job, meanLoggedLoss, readProblem } from './problem.ts';

const [who = '', backend = '', kernelSize = '', file = ''] = process.argv.slice(2);
const job = await readProblem(file, Number(kernelSize));
const { samples, epochs } = job;

/** Takes all steps of the first run and returns milliseconds and the last epoch's logits. */
type Train = () => { milliseconds: number; logits: Float64Array };

async function startFused(dense: boolean): Promise<Train> {
  const { FusedKernel } = await import('../../src/notebook/engines/fused/kernel.ts');
  const kernel = new FusedKernel(samples, job.kernelSize);
  return () => {
    const started = performance.now();
    kernel.begin({ parameters: job.starts[0]!, learningRate: job.learningRate, dense });
    const logits = kernel.advance(0, epochs * samples.count);
    return { milliseconds: performance.now() - started, logits: logits.slice(-samples.count) };
  };
}

/** Preparing the images for the engine is not timed, as for every peer. */
async function startEngine(name: EngineName): Promise<Train> {
  const start = await starterOf(name);
  return () => {
    const engine = start(job);
    let logits = new Float64Array();
    const started = performance.now();
    for (let epoch = 0; epoch < epochs; epoch++) logits = new Float64Array(engine.advance(0, samples.count));
    const milliseconds = performance.now() - started;
    engine.dispose();
    return { milliseconds, logits };
  };
}

async function starterOf(name: EngineName): Promise<(job: Job) => Engine> {
  const { engines } = await import('../../src/notebook/engines/index.ts');
  const problemOf = ({ starts, learningRate }: Job) => ({ samples, parameters: starts[0]!, learningRate });
  const entry = engines[name];
  if (entry.runsOn === 'itself') return (job) => entry.start(problemOf(job));
  const { startBackend } = await import('../../src/tfjs/backends.ts');
  const { tf } = await startBackend(backend as BackendName);
  return (job) => entry.start(tf, problemOf(job), 'logits');
}

/**
 * Runs seeds 0, 1, 2, ... of the sweep, as many as the job has runs, on every core; the time includes starting the
 * threads.
 */
async function sweepOnce(): Promise<{ milliseconds: number; losses: readonly number[] }> {
  const { runPool } = await import('../../src/notebook/sweep/pool.ts');
  const seeds = job.starts.keys();
  const losses: number[] = [];
  const digits = { positive: 1, negative: 0 };
  const train = { count: samples.count, pixels: samples.pixels, digits: samples.labels };
  const started = performance.now();
  await runPool({
    workers: availableParallelism(),
    input: { train, test: null, perClass: samples.count / 2, kernelSize: job.kernelSize, epochs },
    next: () => {
      const { value: seed, done } = seeds.next();
      return done ? null : { run: seed, seed, learningRate: job.learningRate, ...digits };
    },
    onFinished: ({ run, lastLoss }) => {
      losses[run] = lastLoss ?? Number.NaN;
    },
    signal: new AbortController().signal,
  });
  return { milliseconds: performance.now() - started, losses };
}

async function serveSweeps(): Promise<void> {
  for await (const _ of createInterface({ input: process.stdin })) {
    const { milliseconds, losses } = await sweepOnce();
    process.stdout.write(`${[milliseconds, ...losses].join(' ')}\n`);
  }
}

async function firstCall(): Promise<string> {
  const started = performance.now();
  const { FusedKernel } = await import('../../src/notebook/engines/fused/kernel.ts');
  const loaded = performance.now();
  const kernel = new FusedKernel(samples, job.kernelSize);
  const prepared = performance.now();
  kernel.begin({ parameters: job.starts[0]!, learningRate: job.learningRate });
  const logits = kernel.advance(0, epochs * samples.count);
  const trained = performance.now();
  const loss = meanLoggedLoss(logits.slice(-samples.count), samples.labels);
  return `${trained - started} ${loss} ${loaded - started} ${prepared - loaded} ${trained - prepared}`;
}

async function serve(train: Train): Promise<void> {
  for await (const _ of createInterface({ input: process.stdin })) {
    const { milliseconds, logits } = train();
    process.stdout.write(`${milliseconds} ${meanLoggedLoss(logits, samples.labels)}\n`);
  }
}

try {
  if (who === 'first') process.stdout.write(`${await firstCall()}\n`);
  else if (who === 'sweep') await serveSweeps();
  else
    await serve(
      who.startsWith('fused')
        ? await startFused(who === 'fused-dense')
        : await startEngine(who as EngineName),
    );
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
