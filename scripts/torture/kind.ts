/** Where a torture runs, and what it has at hand. */
export interface World {
  /** The package on trial: its folder, with `src` and `dist`. */
  readonly root: string;
  /** A folder for everything that is written, removed at the end. */
  readonly scratch: string;
  /** A folder with train.json, compare.json, sweep.json, audit.json and report.html of small runs, made when asked for. */
  results(): string;
}

/** Numbers in [0, 1) of a seed. */
export type Random = () => number;

/** The fault in what happened, in words; null where nothing is. */
export type Problem = string | null;

/** One way to be hard on the program. */
export interface Kind {
  /**
   * Makes ready what all trials share.
   * @returns one trial, which draws all that it chooses from its numbers; or why there can be none here
   */
  start(world: World): Promise<Started | string>;
}

export interface Started {
  trial(random: Random, folder: string): Promise<Problem>;
  stop(): Promise<void>;
}

export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)]!;

/** A whole number from `least` to `most`. */
export const whole = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

/** The first of several findings. */
export const firstOf = (...problems: readonly Problem[]): Problem =>
  problems.find((problem) => problem !== null) ?? null;
