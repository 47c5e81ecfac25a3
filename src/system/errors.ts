/** The exit codes of the process, by meaning. */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  disagreement: 3,
  inconclusive: 4,
  environment: 5,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An expected failure: its message is for the user (expected, got, next step), without a stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

/** Wrong usage or bad input: exit code 2. */
export const usageFailure = (message: string): Failure => new Failure(EXIT.usage, message);

/** A backend, a browser or data that this machine lacks: exit code 5. */
export const environmentFailure = (message: string): Failure => new Failure(EXIT.environment, message);
