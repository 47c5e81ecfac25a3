import type { Samples } from '../../../notebook/data/images.ts';
import { type Diagnosis, diagnose } from '../../../notebook/engines/diagnosis.ts';
import type { Engine } from '../../../notebook/engines/engine.ts';
import { AccuracyMeter } from '../../../notebook/engines/fused/accuracy.ts';
import { compileFused, FusedKernel } from '../../../notebook/engines/fused/kernel.ts';
import { loggedLossOf } from '../../../notebook/engines/loggedLoss.ts';
import { startReference } from '../../../notebook/engines/reference.ts';
import { areBounded, initialParameters, type Parameters } from '../../../notebook/model/parameters.ts';
import type { LiveSettings } from './settings.ts';

/** The result of a try; if it diverged, up to the last epoch before. */
export interface Try extends Diagnosis {
  readonly settings: LiveSettings;
  readonly losses: readonly number[];
  readonly parameters: Parameters;
  readonly trainAccuracy: number | null;
  readonly testAccuracy: number | null;
  /** Share of positive pre-activations over all training images at the end. */
  readonly activeFraction: number;
  /** The step whose logit was not finite; null if there was none. */
  readonly diverged: { readonly epoch: number; readonly sample: number } | null;
  /** Time spent on training and evaluation. */
  readonly milliseconds: number;
}

/**
 * Trains on a run's images in the page, as `train --engine fused` does; with a planted mistake, as `train --engine
 * reference` would. One try at a time.
 */
export class LiveTrainer {
  readonly #train: Samples;
  readonly #kernelSize: number;
  readonly #fused: FusedKernel;
  readonly #onTraining: AccuracyMeter;
  readonly #onTest: AccuracyMeter;
  #engine: Pick<Engine, 'advance' | 'parameters'>;
  #settings: LiveSettings | null = null;
  /** The network after each epoch, the start first. */
  #reached: Parameters[] = [];
  #losses: number[] = [];
  #diverged: Try['diverged'] = null;
  #milliseconds = 0;

  /** @throws Error if WebAssembly has no SIMD */
  constructor({ train, test }: { train: Samples; test: Samples }, kernelSize: number) {
    this.#train = train;
    this.#kernelSize = kernelSize;
    this.#fused = new FusedKernel(train, kernelSize);
    this.#onTraining = new AccuracyMeter(this.#fused, train);
    this.#onTest = new AccuracyMeter(new FusedKernel(test, kernelSize), test);
    this.#engine = this.#fused;
  }

  /** Compiles off the main thread. @throws Error if WebAssembly has no SIMD */
  static async load(images: { train: Samples; test: Samples }, kernelSize: number): Promise<LiveTrainer> {
    await compileFused();
    return new LiveTrainer(images, kernelSize);
  }

  /** Starts a try; an unfinished one is dropped. */
  begin(settings: LiveSettings): void {
    const started = performance.now();
    const { seed, learningRate, mistake } = settings;
    const parameters = initialParameters(seed, this.#kernelSize);
    if (mistake === null) {
      this.#fused.begin({ parameters, learningRate });
      this.#engine = this.#fused;
    } else {
      this.#engine = startReference({ samples: this.#train, parameters, learningRate }, mistake);
    }
    this.#settings = settings;
    this.#reached = [this.#engine.parameters()];
    this.#losses = [];
    this.#diverged = null;
    this.#milliseconds = performance.now() - started;
  }

  /** Trains for the given number of milliseconds, but at least one epoch; returns the finished try, or null. */
  advance(milliseconds: number): Try | null {
    const settings = this.#settings;
    if (!settings) throw new Error('LiveTrainer: expected a try that was begun, got none');
    const started = performance.now();
    do this.#epoch();
    while (!this.#isOver(settings) && performance.now() - started < milliseconds);
    const result = this.#isOver(settings) ? this.#outcome() : null;
    this.#milliseconds += performance.now() - started;
    return result && { ...result, settings, milliseconds: this.#milliseconds };
  }

  #isOver({ epochs }: LiveSettings): boolean {
    return this.#diverged !== null || this.#losses.length >= epochs;
  }

  #epoch(): void {
    const { count, labels } = this.#train;
    const epoch = this.#losses.length + 1;
    const logits = this.#engine.advance(0, count);
    let sum = 0;
    for (let sample = 0; sample < count; sample++) {
      if (!Number.isFinite(logits[sample])) {
        this.#diverged = { epoch, sample };
        return;
      }
      sum += loggedLossOf(logits[sample]!, labels[sample]!);
    }
    const parameters = this.#engine.parameters();
    if (!areBounded(parameters)) {
      this.#diverged = { epoch, sample: count - 1 };
      return;
    }
    this.#losses.push(sum / count);
    this.#reached.push(parameters);
  }

  #outcome(): Omit<Try, 'settings' | 'milliseconds'> {
    const parameters = this.#reached.at(-1)!;
    const stateAfter = (epoch: number) => {
      this.#fused.begin({ parameters: this.#reached[epoch]!, learningRate: 0 });
      return this.#fused.evaluate();
    };
    return {
      losses: this.#losses,
      parameters,
      ...diagnose(this.#reached.length, stateAfter),
      activeFraction: stateAfter(this.#reached.length - 1).activeFraction ?? 0,
      trainAccuracy: this.#onTraining.accuracy(parameters),
      testAccuracy: this.#onTest.accuracy(parameters),
      diverged: this.#diverged,
    };
  }
}
