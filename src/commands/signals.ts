import { constants } from 'node:os';

/** A signal that asked the run to end, and the exit code that says so. */
export interface Stop {
  readonly signal: AbortSignal;
  /** 128 + the signal's number once one has come, else null. */
  exitCode(): 130 | 143 | null;
}

/** Turns the first Ctrl-C or SIGTERM into an abort, so that work can be written; the second ends the process. */
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
