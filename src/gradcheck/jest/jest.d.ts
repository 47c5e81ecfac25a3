/** The types of `backproof/jest`, for Jest (@types/jest or @jest/globals) and Vitest. */

// A project has one of these modules; if TypeScript does not find one, there is nothing to augment. Without the imports
// it would not look for them.
// biome-ignore-start lint/suspicious/noTsIgnore: @ts-expect-error fails in projects that have the module
/** @ts-ignore: without Jest's own types */
import type {} from 'expect';
/** @ts-ignore: without Vitest */
import type {} from 'vitest';
import type { GradcheckOptions } from '../index.ts';

/** The matcher of backproof/jest. */
export interface GradcheckMatchers {
  /**
   * Checks the gradients of a spec: a GradcheckSpec of backproof/gradcheck. Await it. A check that is inconclusive or
   * unsupported fails the test, with `.not` as well.
   */
  toPassGradcheck(options?: GradcheckOptions): Promise<void>;
}

/** For `expect.extend(gradcheckMatchers)`, if importing backproof/jest found no expect to register them with. */
export declare const gradcheckMatchers: {
  toPassGradcheck(
    this: { readonly isNot?: boolean },
    spec: unknown,
    options?: GradcheckOptions,
  ): Promise<{ readonly pass: boolean; readonly message: () => string }>;
};

// The type parameters of these interfaces must be written exactly as in those packages. Each interface declares the method
// itself: a program of ES modules and CommonJS sees this file twice, and an interface cannot extend two GradcheckMatchers.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: see above
    interface Matchers<R, T = {}> {
      /** Checks the gradients of a spec, as GradcheckMatchers says. Await it. */
      toPassGradcheck(options?: GradcheckOptions): Promise<void>;
    }
  }
}

/** @ts-ignore: without Jest's own types */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    /** Checks the gradients of a spec, as GradcheckMatchers says. Await it. */
    toPassGradcheck(options?: GradcheckOptions): Promise<void>;
  }
}

/** @ts-ignore: without Vitest */
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: see above
  interface Assertion<T = any> {
    /** Checks the gradients of a spec, as GradcheckMatchers says. Await it. */
    toPassGradcheck(options?: GradcheckOptions): Promise<void>;
  }
}
// biome-ignore-end lint/suspicious/noTsIgnore: the end of these modules
