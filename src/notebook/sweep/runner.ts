import type { FigureName } from '../../results/sweep.ts';
import type { Samples } from '../data/images.ts';
import { givesOneClass, isDead, lastingSince } from '../engines/diagnosis.ts';
import { AccuracyMeter } from '../engines/fused/accuracy.ts';
import { startOn } from '../engines/fused/index.ts';
import { FusedKernel, type FusedRun } from '../engines/fused/kernel.ts';
import { loggedLossOf } from '../engines/loggedLoss.ts';
import { runEpochs } from '../engines/loop.ts';
import { areBounded, initialParameters, type Parameters } from '../model/parameters.ts';

/** The figures of a run. */
export type RunFigures = Record<FigureName, number | null>;

/** Approximate number of steps per call: their logits take half a megabyte. */
const STEPS_AT_ONCE = 65_536;

/** Makes one run after the other on the images of one pair of digits, which are loaded once. */
export class Runner {
  readonly #kernel: FusedKernel;
  readonly #samples: Samples;
  readonly #onTraining: AccuracyMeter;
  readonly #onTest: AccuracyMeter;
  readonly #kernelSize: number;
  readonly #epochs: number;

  constructor(images: { samples: Samples; test: Samples; kernelSize: number; epochs: number }) {
    this.#samples = images.samples;
    this.#kernelSize = images.kernelSize;
    this.#epochs = images.epochs;
    this.#kernel = new FusedKernel(this.#samples, this.#kernelSize);
    this.#onTraining = new AccuracyMeter(this.#kernel, this.#samples);
    this.#onTest = new AccuracyMeter(new FusedKernel(images.test, this.#kernelSize), images.test);
  }

  /** The figures of `train --engine fused` with the same seed. */
  async run(seed: number, learningRate: number): Promise<RunFigures> {
    const run = { parameters: initialParameters(seed, this.#kernelSize), learningRate };
    const { parameters, ...figures } = this.#straightThrough(run) ?? (await this.#stepByStep(run));
    return {
      ...figures,
      trainAccuracy: this.#onTraining.accuracy(parameters),
      testAccuracy: this.#onTest.accuracy(parameters),
    };
  }

  /** Makes a run in few calls and evaluates only its end; null if it diverges. */
  #straightThrough(run: FusedRun): Trained | null {
    const { count, labels } = this.#samples;
    const atOnce = Math.max(1, Math.floor(STEPS_AT_ONCE / count));
    let firstLoss = 0;
    let lastLoss = 0;
    this.#kernel.begin(run);
    for (let done = 0; done < this.#epochs; done += atOnce) {
      const epochs = Math.min(atOnce, this.#epochs - done);
      const logits = this.#kernel.advance(0, epochs * count);
      if (!everyFinite(logits)) return null;
      if (done === 0) firstLoss = meanLoss(logits.subarray(0, count), labels);
      if (done + epochs === this.#epochs) lastLoss = meanLoss(logits.subarray(-count), labels);
    }
    // A value that is not finite stays so, so checking the last one covers every epoch.
    const parameters = this.#kernel.parameters();
    if (!areBounded(parameters)) return null;
    const state = this.#kernel.evaluate();
    const since = isDead(state) || givesOneClass(state) ? this.#sinceWhen(run) : NEVER;
    return { parameters, firstLoss, lastLoss, ...since, diverged: null };
  }

  /**
   * The epochs since which a run has been dead or stalled, for a run that ends so: repeats it, with an evaluation after
   * every epoch.
   */
  #sinceWhen(run: FusedRun): Pick<RunFigures, 'deadReluSince' | 'stalledSince'> {
    this.#kernel.begin(run);
    const states = [this.#kernel.evaluate()];
    // Without an open ReLU, kernel and weight stay the same and every logit is the bias: dead and of one class to the
    // end.
    while (states.length <= this.#epochs && !isDead(states.at(-1)!)) {
      this.#kernel.advance(0, this.#samples.count);
      states.push(this.#kernel.evaluate());
    }
    return {
      deadReluSince: lastingSince(states.map(isDead)),
      stalledSince: lastingSince(states.map(givesOneClass)),
    };
  }

  /** Makes a run in small steps, for one that diverges: finds where, and its state before. */
  async #stepByStep(run: FusedRun): Promise<Trained> {
    const trained = await runEpochs(startOn(this.#kernel, run), this.#samples, this.#epochs);
    return {
      parameters: trained.parameters,
      firstLoss: trained.losses[0] ?? null,
      lastLoss: trained.losses.at(-1) ?? null,
      deadReluSince: trained.deadReluSince,
      stalledSince: trained.stalledSince,
      diverged: trained.partial?.epoch ?? null,
    };
  }
}

const NEVER = { deadReluSince: null, stalledSince: null };

type Trained = Omit<RunFigures, 'trainAccuracy' | 'testAccuracy'> & { readonly parameters: Parameters };

function everyFinite(logits: Float64Array): boolean {
  for (let i = 0; i < logits.length; i++) if (!Number.isFinite(logits[i])) return false;
  return true;
}

function meanLoss(logits: Float64Array, labels: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += loggedLossOf(logits[i]!, labels[i]!);
  return sum / logits.length;
}
