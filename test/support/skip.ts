import { describe } from '@jest/globals';

/**
 * A suite that needs something this machine may lack. Where `missing` says what, the suite is skipped with a line that
 * says so; with CI=true it runs all the same, and fails on what it lacks.
 */
export function describeUnless(missing: string | null, name: string, tests: () => void): void {
  const skipped = missing !== null && process.env.CI !== 'true';
  if (skipped) process.stderr.write(`SKIPPED ${name}: ${missing}\n`);
  (skipped ? describe.skip : describe)(name, tests);
}
