/** The mutation self-test: planted mistakes that the checker must catch. */
export { formatSelfTest } from './format.ts';
export { type SelfTestOptions, selfTest, testedLayers } from './selfTest.ts';
export type { Mistake, TestedLayer } from './subject.ts';
