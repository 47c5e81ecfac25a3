/**
 * The package entry `backproof/jest`: importing it in a test or a setup file of Jest or Vitest registers the matcher
 * `await expect(spec).toPassGradcheck(options)`. Its types, including those for the test runners, are written by hand
 * in jest.d.ts, because the compiler would drop the lines that make them work without either runner.
 */
import { registerGlobally, registerWith } from './register.ts';

export { gradcheckMatchers } from './matcher.ts';

const runner = registerGlobally();
if (runner !== null) {
  try {
    registerWith(await import(runner));
  } catch {
    // In a program started by a test there is no expect to register with.
  }
}
