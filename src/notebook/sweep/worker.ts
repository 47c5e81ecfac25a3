// A thread that makes runs, one after the other. It does not load TensorFlow.js.
import { parentPort, workerData } from 'node:worker_threads';
import { select, selectAll } from '../data/select.ts';
import type { FinishedRun, Job, WorkerInput } from './pool.ts';
import { Runner } from './runner.ts';

const port = parentPort;
if (port === null) throw new Error('sweep worker: expected to run in a worker thread, got the main one');

const { train, test, perClass, kernelSize, epochs } = workerData as WorkerInput;
const noSamples = { count: 0, pixels: new Float32Array(), labels: new Uint8Array(), indices: [] };

// Runs of the same pair come one after the other, so only the images of one pair are kept.
let current: { pair: string; runner: Runner } | null = null;

function runnerOf({ positive, negative }: Job): Runner {
  const pair = `${positive} ${negative}`;
  if (current?.pair !== pair) {
    const samples = select(train, { positive, negative, perClass });
    const all = test === null ? noSamples : selectAll(test, { positive, negative });
    current = { pair, runner: new Runner({ samples, test: all, kernelSize, epochs }) };
  }
  return current.runner;
}

async function make(job: Job): Promise<FinishedRun> {
  const started = performance.now();
  const figures = await runnerOf(job).run(job.seed, job.learningRate);
  return { run: job.run, ...figures, milliseconds: performance.now() - started };
}

// A kernel makes one run at a time. An error ends the thread, which the pool notices.
let last: Promise<void> = Promise.resolve();
port.on('message', (job: Job) => {
  last = last.then(async () => port.postMessage(await make(job)));
});
