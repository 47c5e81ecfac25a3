import { fileURLToPath } from 'node:url';
import base from '../../jest.config.js';

const [pattern] = Object.keys(base.transform);

/**
 * The suites' own configuration, with a mutant handed to the transform. Jest keeps what it transformed by the whole
 * configuration: each mutant gets modules of its own.
 * @param {import('./mutants.ts').Mutant | null} mutant
 * @returns {import('jest').Config}
 */
export const configFor = (mutant) => ({
  ...base,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  transform: { [pattern]: ['<rootDir>/scripts/mutate/transform.cjs', { mutant }] },
  testEnvironment: '<rootDir>/scripts/mutate/environment.cjs',
  // The AssemblyScript is compiled once, before the first suite.
  globalSetup: undefined,
  reporters: [],
});
