/** A part of the work and its duration. */
export interface TimedPart {
  readonly name: string;
  readonly seconds: number;
}

/** Records the duration of each part. */
export class Timer {
  readonly parts: TimedPart[] = [];

  /** Runs the work, and records its duration if it succeeds. */
  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.parts.push({ name, seconds: (performance.now() - started) / 1000 });
    return result;
  }
}
