/** The environment variable that each test runner sets for the code it runs. */
const VARIABLES = { JEST_WORKER_ID: 'jest', VITEST: 'vitest' } as const;

export type Runner = (typeof VARIABLES)[keyof typeof VARIABLES];

/** The test runner that this code runs in, or null. */
export function testRunner(): Runner | null {
  const env = globalThis.process?.env ?? {};
  return Object.entries(VARIABLES).find(([variable]) => env[variable] !== undefined)?.[1] ?? null;
}
