/** A spec or an option that cannot be checked: one line, with the spec and the input at fault. */
export class GradcheckInputError extends Error {
  override readonly name = 'GradcheckInputError';
}

/** A function of a spec that threw. */
export class ThrownError extends GradcheckInputError {
  /** The text of its own error. */
  readonly reason: string;

  constructor(spec: string, thrower: string, reason: string) {
    super(`${spec}: ${thrower} threw: ${reason}`);
    this.reason = reason;
  }
}

/** The text of whatever was thrown; objects without a prototype and with traps are thrown, too. */
export function errorText(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'a thrown value that cannot be read';
  }
}
