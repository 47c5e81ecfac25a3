/**
 * The exact check: gradients decided as identities over finite fields.
 *
 * field, squares, lane, constants: arithmetic modulo p, with exp, log and roots, and doubles as residues.
 * algebra, entry, world: the numbers that every tensor carries beside its real values.
 * call, rules: how these numbers are computed for the outputs of every kernel.
 * observe: runs the rules beside the kernels. sides: runs forward, autodiff and backward on random numbers.
 * attempts, judge, locate, check: the draws, the verdicts, the wrong elements, the result.
 * identity: whether two functions are equal. dual: the same rules in double precision.
 */
export { type ExactOptions, type ExactResult, exactCheck } from './check.ts';
export { Coverages, nearby } from './coverage.ts';
export { Duals } from './dual.ts';
export { exactIdentity, type IdentityResult, type IdentitySubject } from './identity.ts';
export type { SideResult, Verdict } from './judge.ts';
export { suspicious, type WrongElement } from './locate.ts';
export type { ExactInput, ExactSubject } from './subject.ts';
