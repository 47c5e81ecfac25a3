/** A spec or an option that cannot be checked; the message is one line and names the spec and the input at fault. */
export class GradcheckInputError extends Error {
  override readonly name = 'GradcheckInputError';
}

/** A function of a spec that threw. */
export class ThrownError extends GradcheckInputError {
  /** The text of the error that it threw. */
  readonly reason: string;

  constructor(spec: string, thrower: string, reason: string) {
    super(`${spec}: ${thrower} threw: ${reason}`);
    this.reason = reason;
  }
}

/** The text of anything that can be thrown, including objects without a prototype and proxies that throw. */
export function errorText(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'a thrown value that cannot be read';
  }
}
