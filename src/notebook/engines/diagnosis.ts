import type { TrainingState } from './engine.ts';

/** The epoch (0: the start) since which something held until the end; null if it does not hold at the end. */
export function lastingSince(held: readonly boolean[]): number | null {
  const since = held.lastIndexOf(false) + 1;
  return since === held.length ? null : since;
}

/** Whether no pre-activation of any sample is positive. */
export const isDead = ({ activeFraction }: TrainingState): boolean => (activeFraction ?? 0) === 0;

/** Whether all predictions lie on the same side of 0.5. */
export const givesOneClass = ({ confusion: [[a, b], [c, d]] }: TrainingState): boolean =>
  a + c === 0 || b + d === 0;

/** The epochs since which a network is dead or stalled (0: the start); null if it is not. */
export interface Diagnosis {
  readonly deadReluSince: number | null;
  readonly stalledSince: number | null;
}

/**
 * The diagnosis of a run, from the state after each epoch, the start first. States other than the last are only
 * requested if the run ends dead or stalled.
 */
export function diagnose(count: number, stateAfter: (epoch: number) => TrainingState): Diagnosis {
  const last = stateAfter(count - 1);
  if (!isDead(last) && !givesOneClass(last)) return { deadReluSince: null, stalledSince: null };
  const states = Array.from({ length: count }, (_, epoch) => stateAfter(epoch));
  return {
    deadReluSince: lastingSince(states.map(isDead)),
    stalledSince: lastingSince(states.map(givesOneClass)),
  };
}
