import type { Samples } from '../data/images.ts';
import { accuracyOf } from '../engines/fused/accuracy.ts';
import { startOn } from '../engines/fused/index.ts';
import { FusedKernel, type FusedRun } from '../engines/fused/kernel.ts';
import { loggedLossOf } from '../engines/loggedLoss.ts';
import { givesOneClass, isDead, train } from '../engines/train.ts';
import { allFinite, initialParameters, type Parameters } from '../model/parameters.ts';
import type { FigureName } from '../results/sweep.ts';

/** What a run came to. */
export type RunFigures = Record<FigureName, number | null>;

/** Steps of one call, about: their logits are half a megabyte. */
const STEPS_AT_ONCE = 65_536;

/** Run after run on the images of one pair of digits, which are loaded once. */
export class Runner {
  readonly #kernel: FusedKernel;
  readonly #testKernel: FusedKernel;
  readonly #samples: Samples;
  readonly #test: Samples;
  readonly #kernelSize: number;
  readonly #epochs: number;

  constructor(images: { samples: Samples; test: Samples; kernelSize: number; epochs: number }) {
    this.#samples = images.samples;
    this.#test = images.test;
    this.#kernelSize = images.kernelSize;
    this.#epochs = images.epochs;
    this.#kernel = new FusedKernel(this.#samples, this.#kernelSize);
    this.#testKernel = new FusedKernel(this.#test, this.#kernelSize);
  }

  /** The figures of `train --engine fused` with the same seed. */
  async run(seed: number, learningRate: number): Promise<RunFigures> {
    const run = { parameters: initialParameters(seed, this.#kernelSize), learningRate };
    const { parameters, ...figures } = this.#straightThrough(run) ?? (await this.#epochByEpoch(run));
    return {
      ...figures,
      trainAccuracy: accuracyOf(this.#kernel, this.#samples, parameters),
      testAccuracy: accuracyOf(this.#testKernel, this.#test, parameters),
    };
  }

  /** A run that neither leaves the numbers nor ends dead or stalled, as most do; null for one that does. */
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
    // What is not finite stays so: the end tells of every epoch.
    const parameters = this.#kernel.parameters();
    if (!allFinite(parameters)) return null;
    const state = this.#kernel.evaluate();
    if (isDead(state) || givesOneClass(state)) return null;
    return { parameters, firstLoss, lastLoss, deadReluSince: null, stalledSince: null, diverged: null };
  }

  /** Any run, with a look at the network after every epoch: since when, or where, what befell it. */
  async #epochByEpoch(run: FusedRun): Promise<Trained> {
    const trained = await train(startOn(this.#kernel, run), this.#samples, this.#epochs);
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
