import { fileURLToPath } from 'node:url';
import base from '../../jest.config.js';

const [pattern] = Object.keys(base.transform);

/** @type {import('jest').Config} */
const config = {
  ...base,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  transform: { [pattern]: '<rootDir>/scripts/mutate/transform.cjs' },
  testSequencer: '<rootDir>/scripts/mutate/sequencer.cjs',
  maxWorkers: 1,
  bail: 1,
};
export default config;
