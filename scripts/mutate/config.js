import { fileURLToPath } from 'node:url';
import base from '../../jest.config.js';

const [pattern] = Object.keys(base.transform);

/**
 * The suites' own configuration, with a mutant, or a folder of sources with switches, handed to the transform. Jest keeps
 * what it transformed by the whole configuration: each mutant gets modules of its own.
 * @param {import('./run.ts').Task} task
 * @returns {import('jest').Config}
 */
export const configFor = ({ mutant, switches }) => ({
  ...base,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  transform: {
    [pattern]: ['<rootDir>/scripts/mutate/transform.cjs', { mutant, sources: switches?.sources ?? null }],
  },
  testEnvironment: '<rootDir>/scripts/mutate/environment.cjs',
  testEnvironmentOptions: switches === null ? {} : { task: switches.task },
  // The AssemblyScript is compiled once, before the first suite.
  globalSetup: undefined,
  reporters: [],
});
