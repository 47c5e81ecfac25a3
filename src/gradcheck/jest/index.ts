/**
 * The package entry `backproof/jest`: importing it in a test, or in a setup file, of Jest or Vitest registers the
 * matcher `await expect(spec).toPassGradcheck(options)`. Its types, those of the test runners included, are in
 * jest.d.ts, by hand: the compiler would drop what makes them work without either runner.
 */
import { registerGlobally, registerWith } from './register.ts';

export { gradcheckMatchers } from './matcher.ts';

const runner = registerGlobally();
if (runner !== null) {
  try {
    registerWith(await import(runner));
  } catch {
    // A program that a test has started: there is no expect to register with.
  }
}
