// A thread that walks a run in double precision, so that the float32 walk goes on beside it. It imports the
// double-precision TensorFlow.js alone, never the float32 one.
import { parentPort, workerData } from 'node:worker_threads';
import * as tf from 'backproof/float64';
import type { FromWorker, ToWorker, WorkerInput } from './doublePrecision.ts';
import { walk } from './walk.ts';

const port = parentPort;
if (port === null) throw new Error('walkWorker: expected to run in a worker thread, got the main one');
const say = (message: FromWorker): void => port.postMessage(message);

const controller = new AbortController();
port.on('message', (message: ToWorker) => {
  if (message === 'stop') controller.abort();
});

const result = await walk(
  { ...(workerData as WorkerInput), tf, precision: 'float64' },
  { signal: controller.signal, onProgress: (done, total) => say({ progress: [done, total] }) },
);
say({ result });
port.close();
