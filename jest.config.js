// Before the workers start: inside a test process.env is a copy, which TensorFlow's library does not see.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

/** What inner loops use: test/support/transform.cjs says what becomes of it. */
const globals = [
  'Array',
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'Math',
  'Number',
  'Object',
  'Uint8Array',
];

/** @type {import('jest').Config} */
const config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '/dist/[^/]+\\.js$|\\.tsx?$': ['<rootDir>/test/support/transform.cjs', { globals }],
  },
  globalSetup: '<rootDir>/test/support/globalSetup.js',
  testSequencer: '<rootDir>/test/support/order.cjs',
  // Every core: the suites wait for programs that they start as much as they compute.
  maxWorkers: '100%',
  testTimeout: 120_000,
};
export default config;
