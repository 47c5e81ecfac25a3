/** Uniform numbers in [0, 1), 32 bits each: the mulberry32 generator, the same sequence on every machine. */
export function uniformNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Entries of both signs (if there are at least two), all different, with magnitudes in [0.5, 1.5), so never tiny. */
export function unequalEntries(size: number, random: () => number): Float64Array {
  const entries = new Float64Array(size);
  let negative = 0;
  for (let i = 0; i < size; i++) {
    const magnitude = 0.5 + random();
    const sign = random() < 0.5 ? -1 : 1;
    if (sign < 0) negative++;
    entries[i] = sign * magnitude;
  }
  if (size > 1 && (negative === 0 || negative === size)) entries[0] = -entries[0]!;
  return entries;
}

/** `count` different numbers below `size`, ascending (Floyd's algorithm). */
export function distinctIndices(size: number, count: number, random: () => number): number[] {
  const chosen = new Set<number>();
  for (let limit = size - Math.min(count, size); limit < size; limit++) {
    const candidate = Math.floor(random() * (limit + 1));
    chosen.add(chosen.has(candidate) ? limit : candidate);
  }
  return [...chosen].sort((a, b) => a - b);
}
