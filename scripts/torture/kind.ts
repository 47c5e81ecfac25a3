/** The environment of a torture run. */
export interface World {
  /** The folder of the package under test, with `src` and `dist`. */
  readonly root: string;
  /** A folder for all files that are written, removed at the end. */
  readonly scratch: string;
  /**
   * A folder with train.json, compare.json, sweep.json, audit.json and report.html of small runs, made on first use.
   */
  results(): string;
}

/** A generator of numbers in [0, 1) from a seed. */
export type Random = () => number;

/** The fault that was found, in words; null if there is none. */
export type Problem = string | null;

/** One way to put the program under stress. */
export interface Kind {
  /**
   * Prepares everything that the trials share.
   *
   * @returns one trial, which draws all its choices from its random numbers; or the reason why there can be none here
   */
  start(world: World): Promise<Started | string>;
}

export interface Started {
  trial(random: Random, folder: string): Promise<Problem>;
  stop(): Promise<void>;
}

export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)]!;

/** An integer from `least` to `most`. */
export const whole = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

/** The first of several findings. */
export const firstOf = (...problems: readonly Problem[]): Problem =>
  problems.find((problem) => problem !== null) ?? null;
