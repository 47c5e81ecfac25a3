import { testRunner } from '../runner.ts';
import { gradcheckMatchers } from './matcher.ts';

/** The part of Jest's or Vitest's expect that is used here. */
interface Expect {
  extend(matchers: typeof gradcheckMatchers): void;
}

/** The module of each test runner that exports expect, for runners without a global one. */
const MODULES = { jest: '@jest/globals', vitest: 'vitest' } as const;

/** Registers the matchers with the global expect. If there is none, returns the module that has one; otherwise null. */
export function registerGlobally(): string | null {
  const { expect } = globalThis as { expect?: Partial<Expect> };
  // Other libraries may define a global of that name.
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
