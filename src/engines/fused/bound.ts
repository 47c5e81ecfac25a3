import { accumulatedRounding } from '../../gradcheck/precision.ts';

/** The constants that the kernel takes its bound from. */
export interface Bound {
  /** Squares of norms as computed, times this, are at least the squares of (1 + gamma) times the norms. */
  readonly stretch: number;
  /** 2 gamma. */
  readonly slack: number;
}

/** placeholder */
export function boundOf(vectors: number): Bound {
  const gamma = accumulatedRounding(vectors + 2, 'float32');
  const ofNorm = accumulatedRounding(vectors + 5, 'float32');
  return { stretch: ((1 + gamma) ** 2 / (1 - ofNorm)) * (1 + 2 ** -40), slack: 2 * gamma * (1 + 2 ** -40) };
}
