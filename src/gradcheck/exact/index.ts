/** The exact check: gradients decided as identities over finite fields. */
export { type ExactOptions, type ExactResult, exactCheck } from './check.ts';
export type { Coverage } from './coverage.ts';
export { Duals } from './dual.ts';
export type { SideResult, Verdict } from './judge.ts';
export type { WrongElement } from './locate.ts';
export type { ExactInput, ExactSubject } from './sides.ts';
