import open from 'open';
import { environmentFailure } from './errors.ts';

/**
 * Opens a file in the user's browser.
 * @throws Failure (environment) if the system has no program to open it
 */
export async function openPage(path: string): Promise<void> {
  try {
    await open(path);
  } catch (error) {
    throw environmentFailure(
      `--open: expected a program that opens ${path}, got "${(error as Error).message}"; open it by hand`,
    );
  }
}
