import type { Samples } from '../../../notebook/data/images.ts';
import type { LiveSettings } from './settings.ts';
import { LiveTrainer, type Try } from './trainer.ts';

/** Longest time for which training blocks the page, in milliseconds. */
const SLICE = 30;

/** The callbacks of a session. */
export interface SessionHooks {
  onTry(result: Try): void;
  /** Called if training is not possible. */
  onFailure(error: Error): void;
  /** Waits for the next animation frame. */
  nextFrame(): Promise<unknown>;
}

/** Trains with the settings requested last, at most once a frame, and in slices that keep the page responsive. */
export class LiveSession {
  readonly #images: { train: Samples; test: Samples };
  readonly #kernelSize: number;
  readonly #hooks: SessionHooks;
  #trainer: LiveTrainer | null = null;
  #wanted: LiveSettings | null = null;
  #works = false;

  constructor(images: { train: Samples; test: Samples }, kernelSize: number, hooks: SessionHooks) {
    this.#images = images;
    this.#kernelSize = kernelSize;
    this.#hooks = hooks;
  }

  /** Requests training with these settings; an unfinished earlier request is dropped. */
  want(settings: LiveSettings): void {
    this.#wanted = settings;
    if (this.#works) return;
    this.#works = true;
    this.#work()
      .catch(this.#hooks.onFailure)
      .finally(() => {
        this.#works = false;
      });
  }

  async #work(): Promise<void> {
    const { onTry, nextFrame } = this.#hooks;
    this.#trainer ??= await LiveTrainer.load(this.#images, this.#kernelSize);
    while (this.#wanted) {
      this.#trainer.begin(this.#wanted);
      this.#wanted = null;
      for (let result: Try | null = null; !result && !this.#wanted; ) {
        await nextFrame();
        result = this.#trainer.advance(SLICE);
        if (result) onTry(result);
      }
    }
  }
}
