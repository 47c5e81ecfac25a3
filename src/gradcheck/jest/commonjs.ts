/** `backproof/jest` for CommonJS: see index.ts. The types of both are in jest.d.ts. */
import { registerGlobally, registerWith } from './register.ts';

export { gradcheckMatchers } from './matcher.ts';

declare const require: (module: string) => Parameters<typeof registerWith>[0];

const runner = registerGlobally();
if (runner !== null) {
  try {
    registerWith(require(runner));
  } catch {
    // In a program started by a test there is no expect to register with.
  }
}
