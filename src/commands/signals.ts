import { constants } from 'node:os';

/** A stop signal that a run can check, and the exit code for it. */
export interface Stop {
  readonly signal: AbortSignal;
  /** 128 + the signal's number once one has arrived, otherwise null. */
  exitCode(): 130 | 143 | null;
}

/**
 * Turns the first Ctrl-C or SIGTERM into an abort, so that finished work can be written; the second ends the process.
 */
export function listenForStop(): Stop {
  const controller = new AbortController();
  let exitCode: 130 | 143 | null = null;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const code = name === 'SIGINT' ? 130 : 143;
      if (exitCode !== null) process.exit(128 + constants.signals[name]);
      exitCode = code;
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
