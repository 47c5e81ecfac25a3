import { mersenne } from 'pure-rand/generator/mersenne';

/**
 * NumPy's legacy generator, numpy.random.seed(seed): MT19937, 53-bit doubles, and Gaussians by the polar method.
 * Bit-identical to NumPy's, up to the last bit of log and sqrt.
 * Source: numpy/random/src/legacy/legacy-distributions.c and mt19937.c.
 *
 * seed: an integer 0..2^32-1
 */
export class NumpyRandom {
  readonly #twister;
  #kept: number | null = null;

  constructor(seed: number) {
    this.#twister = mersenne(seed);
  }

  /** Uniform in [0, 1) with 53 random bits: 27 from one draw, 26 from the next. */
  random(): number {
    const high = this.#twister.next() >>> 5;
    const low = this.#twister.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Standard normal: the second of each pair is returned first, the other is kept for the next call. */
  standardNormal(): number {
    if (this.#kept !== null) {
      const kept = this.#kept;
      this.#kept = null;
      return kept;
    }
    for (;;) {
      const x1 = 2 * this.random() - 1;
      const x2 = 2 * this.random() - 1;
      const r2 = x1 * x1 + x2 * x2;
      if (r2 >= 1 || r2 === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(r2)) / r2);
      this.#kept = factor * x1;
      return factor * x2;
    }
  }
}
