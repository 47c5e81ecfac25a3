/** The exact check: gradients decided as identities over finite fields. */
export {
  type ExactOptions,
  type ExactResult,
  exactCheck,
  type SideResult,
  type Verdict,
  type WrongElement,
} from './check.ts';
export { Duals } from './dual.ts';
export type { ExactInput, ExactSubject } from './sides.ts';
