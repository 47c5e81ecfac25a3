import type { TrainingState } from './engine.ts';

/** From which epoch on (0: the start) something held to the end; null where it does not hold at the end. */
export function lastingSince(held: readonly boolean[]): number | null {
  const since = held.lastIndexOf(false) + 1;
  return since === held.length ? null : since;
}

/** Whether no pre-activation of any sample is positive. */
export const isDead = ({ activeFraction }: TrainingState): boolean => (activeFraction ?? 0) === 0;

/** Whether every sample is put on the same side of 0.5. */
export const givesOneClass = ({ confusion: [[a, b], [c, d]] }: TrainingState): boolean =>
  a + c === 0 || b + d === 0;
