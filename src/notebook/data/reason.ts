/** The message of an error or of any other thrown value; errors of other realms are not instances of our Error. */
export function reasonOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  return String(message || code || error);
}
