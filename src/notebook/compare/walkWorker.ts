// A worker thread that walks a run in double precision, in parallel with the float32 walk. It imports only the
// double-precision TensorFlow.js, never the float32 one.
import { parentPort, workerData } from 'node:worker_threads';
import * as tf from 'backproof/float64';
import { followChains } from './chain.ts';
import type { FromWorker, ToWorker, WorkerInput } from './doublePrecision.ts';
import { checkByDifferences, StepChooser } from './finiteDifferences.ts';
import { walk } from './walk.ts';

const port = parentPort;
if (port === null) throw new Error('walkWorker: expected to run in a worker thread, got the main one');
const say = (message: FromWorker): void => port.postMessage(message);

const controller = new AbortController();
port.on('message', (message: ToWorker) => {
  if (message === 'stop') controller.abort();
});

const input = workerData as WorkerInput;
const stepsInAll = input.epochs * input.samples.count;
const chooser = new StepChooser(stepsInAll);
const walked = await walk(
  { ...input, tf, precision: 'float64', onStep: (step) => chooser.note(step) },
  { signal: controller.signal, onProgress: (done, total) => say({ progress: [done, total] }) },
);
// A stopped run skips the finite differences, so that its results are sent at once.
const chosen = walked.partial === null ? chooser.chosen() : [];
const finiteDifferences = await checkByDifferences(tf, input.samples, chosen, () =>
  say({ progress: [stepsInAll, stepsInAll] }),
);
const chain = followChains(tf, 'float64', input.samples, chosen);
say({ result: { ...walked, chain, finiteDifferences } });
port.close();
