import { testRunner } from '../runner.ts';
import { gradcheckMatchers } from './matcher.ts';

/** The expect of Jest or Vitest, as far as it is used here. */
interface Expect {
  extend(matchers: typeof gradcheckMatchers): void;
}

/** Where an expect comes from when it is no global. */
const MODULES = { jest: '@jest/globals', vitest: 'vitest' } as const;

/** Registers the matchers with the global expect, if there is one; else says which module has an expect, or null. */
export function registerGlobally(): string | null {
  const { expect } = globalThis as { expect?: Partial<Expect> };
  // Other libraries may have a global of that name.
  if (typeof expect?.extend === 'function') {
    registerWith({ expect });
    return null;
  }
  const runner = testRunner();
  return runner === null ? null : MODULES[runner];
}

/** Registers the matchers with the expect of a test runner's module. */
export function registerWith(runner: { expect: Partial<Expect> }): void {
  runner.expect.extend?.(gradcheckMatchers);
}
