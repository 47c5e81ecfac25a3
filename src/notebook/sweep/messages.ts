import type { Dataset } from '../data/images.ts';
import type { DigitPair } from '../data/select.ts';
import type { RunFigures } from './runner.ts';

/** What a thread is started with; the pixels are in memory that all threads share. */
export interface WorkerInput extends Pick<Dataset, 'train' | 'test'> {
  readonly perClass: number;
  readonly kernelSize: number;
  readonly epochs: number;
}

/** A run to be made. */
export interface Job extends DigitPair {
  readonly run: number;
  readonly seed: number;
  readonly learningRate: number;
}

/** What a thread says of a run that it has made. */
export interface FinishedRun extends RunFigures {
  readonly run: number;
  readonly milliseconds: number;
}
