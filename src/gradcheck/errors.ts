/** A spec or an option that cannot be checked: one line, with the spec and the input at fault. */
export class GradcheckInputError extends Error {
  override readonly name = 'GradcheckInputError';
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
