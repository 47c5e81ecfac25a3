/** A part of the work, and how long it took. */
export interface TimedPart {
  readonly name: string;
  readonly seconds: number;
}

/** Keeps how long each part took. */
export class Timer {
  readonly parts: TimedPart[] = [];

  /** Does the work, and keeps how long it took where it succeeds. */
  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.parts.push({ name, seconds: (performance.now() - started) / 1000 });
    return result;
  }
}
