/** The mutation self-test: planted mistakes that the checker must catch. */
export { formatSelfTest } from './format.ts';
export { type SelfTestOptions, selfTest, subjects } from './selfTest.ts';
export type { Mistake, Subject } from './subject.ts';
