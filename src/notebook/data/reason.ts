/** What went wrong, in the words of whoever threw it; errors of other realms are not instances of our Error. */
export function reasonOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  return String(message || code || error);
}
