/** Bins for counting logits, each one wide; the first and the last include everything beyond. */
export const LOGIT_BINS = { from: -32, width: 1, count: 64 } as const;

/** The bin of a logit, signed towards its sample's label. */
export const binOf = (towardsLabel: number): number =>
  Math.min(
    LOGIT_BINS.count - 1,
    Math.max(0, Math.floor((towardsLabel - LOGIT_BINS.from) / LOGIT_BINS.width)),
  );

/** Maximum number of epochs after which the whole network is kept, not counting the start. */
const MOST_CHECKPOINTS = 200;

/** The epochs after which the whole network is kept: all, or MOST_CHECKPOINTS spread evenly, including the last. */
export function checkpointEpochs(epochs: number): ReadonlySet<number> {
  const kept = Math.min(epochs, MOST_CHECKPOINTS);
  return new Set(Array.from({ length: kept + 1 }, (_, at) => Math.round((at * epochs) / kept)));
}
