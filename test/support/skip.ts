import { describe } from '@jest/globals';

/**
 * A suite that needs something this machine may lack. If `missing` says what, the suite is skipped with a visible line;
 * with CI=true it runs anyway, and fails because of what is missing.
 */
export function describeUnless(missing: string | null, name: string, tests: () => void): void {
  const skipped = missing !== null && process.env.CI !== 'true';
  if (skipped) process.stderr.write(`SKIPPED ${name}: ${missing}\n`);
  (skipped ? describe.skip : describe)(name, tests);
}
