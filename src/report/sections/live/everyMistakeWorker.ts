// The worker thread of trainAside: trains a run with every mistake while the program does other work.
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainResult } from '../../../results/train.ts';
import { trainWithEveryMistake } from './everyMistake.ts';

if (parentPort === null)
  throw new Error('everyMistakeWorker: expected to run in a worker thread, got the main one');
parentPort.postMessage(trainWithEveryMistake(workerData as TrainResult));
