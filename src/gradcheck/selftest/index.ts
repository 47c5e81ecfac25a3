/** The mutation self-test: planted mistakes that the checker must catch. */
export { formatSelfTest } from './format.ts';
export { layerSubjects, type SelfTestOptions, selfTest } from './selfTest.ts';
export type { Mistake, Subject } from './subject.ts';
