import { availableParallelism } from 'node:os';

// Before the workers start: inside a test process.env is a copy, which TensorFlow's library does not see.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

/** @type {import('jest').Config} */
const config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testEnvironment: '<rootDir>/test/support/environment.cjs',
  transform: { '\\.tsx?$': '<rootDir>/test/support/transform.cjs' },
  globalSetup: '<rootDir>/test/support/globalSetup.js',
  testSequencer: '<rootDir>/test/support/order.cjs',
  // One more than cores: suites wait for programs and browsers that they start. On two cores the longest of them computed
  // for 80 % of the time that they took.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 120_000,
};
export default config;
