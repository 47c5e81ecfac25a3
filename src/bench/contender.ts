import type { ContenderResult } from '../results/bench.ts';

/** How a contender's process is started; it is handed the problem's file between `args` and `more`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Somebody who trains the network in a process of its own. */
export interface Contender
  extends Pick<ContenderResult, 'id' | 'name' | 'how' | 'side' | 'version' | 'seed' | 'epochs' | 'runs'> {
  /** Or why it cannot start here, and what to do about it. */
  readonly launch: Launch | { readonly missing: string };
  /** Jobs in each round: several of what takes little, so that its median is as steady as the others'. */
  readonly jobsInTurn: number;
  /** Jobs before the first round. */
  readonly warmUps: number;
}

/** A job as a contender reports it. */
export interface JobDone {
  readonly milliseconds: number;
  /** The logged loss of each run's last epoch. */
  readonly losses: readonly number[];
}
