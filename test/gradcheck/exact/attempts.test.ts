import { describe, expect, it } from '@jest/globals';
import { Attempts, defaultPrimes } from '../../../src/gradcheck/exact/attempts.ts';
import { ZeroDivisor } from '../../../src/gradcheck/exact/field.ts';
import { type Lane, RootOfRoot } from '../../../src/gradcheck/exact/lane.ts';
import type { Setting } from '../../../src/gradcheck/exact/sides.ts';
import { NeedExponents, NeedUnity, NotFree, type WorldOptions } from '../../../src/gradcheck/exact/world.ts';

interface Try {
  readonly lanes: readonly Lane[];
  readonly options: WorldOptions;
}

/** Attempts of which only the draws are looked at; each of them makes so many numbers. */
function attempts(count: number, { primes = [479, 383, 47], made = 0, seed = 1 } = {}) {
  const tries: Try[] = [];
  const made_ = new Attempts(count, primes, seed, (lanes, options) => {
    tries.push({ lanes, options });
    return { world: { made } } as Setting;
  });
  /** Throws what `errors` gives for each try, in turn, until it gives none. */
  const run = (errors: (at: number) => Error | null, free = false, squares?: boolean) =>
    made_.run(
      () => {
        const error = errors(tries.length);
        if (error !== null) throw error;
        return 'done';
      },
      free,
      squares,
    );
  return { run, tries };
}
const until = (count: number, error: () => Error) => (at: number) => (at <= count ? error() : null);
const inLane = (lane: number, draws?: number) => () =>
  Object.assign(new ZeroDivisor('0 / 0', draws), { lane });

describe('lanes', () => {
  it('are as many as asked for, from 1 to the number of primes, on different ones', () => {
    for (const count of [0, -1, 1.5, 4, Number.NaN])
      expect(() => attempts(count)).toThrow(`lanes: expected a whole number from 1 to 3, got ${count}`);
    const { run, tries } = attempts(3);
    expect(run(() => null)).toBe('done');
    expect(tries[0]!.lanes.map(({ p }) => p.modulus).toSorted((a, b) => a - b)).toEqual([47, 383, 479]);
    expect(new Set(tries[0]!.lanes.map(({ seed }) => seed)).size).toBe(3);
    expect(attempts(1).run(() => null)).toBe('done');
  });

  it('take any prime first, by the seed', () => {
    const seeds: number[] = [];
    const first = Array.from({ length: 30 }, (_, seed) => {
      const { run, tries } = attempts(1, { seed });
      run(() => null);
      seeds.push(tries[0]!.lanes[0]!.seed);
      return tries[0]!.lanes[0]!.p.modulus;
    });
    expect(new Set(first)).toEqual(new Set([47, 383, 479]));
    // Of 32 bits
    expect([Math.max(...seeds) > 2 ** 31, Math.max(...seeds) < 2 ** 32]).toEqual([true, true]);
  });

  it('are over primes between 2^19 and 2^20 by default', () => {
    const primes = defaultPrimes();
    expect(primes).toHaveLength(489);
    expect([Math.min(...primes) > 2 ** 19, Math.max(...primes)]).toEqual([true, 1048127]);
  });
});

describe('an attempt', () => {
  it('passes on what it is to do', () => {
    const { run, tries } = attempts(1);
    run(() => null, true);
    run(() => null, false, true);
    const plain = { exponents: false, freeRoots: false };
    expect(tries.map(({ options }) => options)).toEqual([
      { ...plain, free: true, squares: false },
      { ...plain, free: false, squares: true },
    ]);
  });

  it('ends without a result where branches cannot be free, and with any other error', () => {
    expect(attempts(1).run(() => new NotFree())).toBeNull();
    expect(() => attempts(1).run(() => new TypeError('ours'))).toThrow(new TypeError('ours'));
  });

  it('begins again once with exponents, on the same draw', () => {
    const { run, tries } = attempts(2);
    expect(run(until(1, () => new NeedExponents()))).toBe('done');
    expect(tries.map(({ options }) => options.exponents)).toEqual([false, true]);
    expect(tries[1]!.lanes).toEqual(tries[0]!.lanes);
    expect(() => run(() => new NeedExponents())).toThrow(NeedExponents);
  });

  it('draws only the lane again that failed', () => {
    const { run, tries } = attempts(3, { primes: [1048343, 479, 383, 47] });
    expect(run(until(1, inLane(1)))).toBe('done');
    const [before, after] = tries.map(({ lanes }) => lanes) as [readonly Lane[], readonly Lane[]];
    expect([after[0] === before[0], after[1] === before[1], after[2] === before[2]]).toEqual([
      true,
      false,
      true,
    ]);
    // The prime that was left
    expect(new Set([...before, after[1]!].map(({ p }) => p.modulus)).size).toBe(4);
    const first = attempts(1);
    expect(first.run(until(1, () => new ZeroDivisor('')))).toBe('done');
    expect(first.tries[1]!.lanes[0]).not.toBe(first.tries[0]!.lanes[0]);
  });

  it('takes 8 draws a lane for no accident, or as many as the failure says', () => {
    expect(attempts(2).run(until(16, inLane(0)))).toBe('done');
    expect(() => attempts(2).run(until(17, inLane(0)))).toThrow('0 / 0, 17 draws of 2 lanes');
    expect(attempts(1).run(until(3, inLane(0, 3)))).toBe('done');
    expect(() => attempts(1).run(until(4, inLane(0, 3)))).toThrow('0 / 0, 4 draws of 1 lanes');
    const twice = attempts(1);
    expect(
      [8, 16].map((count) => twice.run((at) => (at === count + 1 || at === 18 ? null : inLane(0)()))),
    ).toEqual(['done', 'done']);
  });

  it('takes as many for all lanes together after 2^25 numbers', () => {
    const late = (made: number) => () =>
      attempts(4, { primes: [1048343, 479, 383, 47], made }).run(inLane(0, 7));
    expect(late(2 ** 22 + 1)).toThrow('0 / 0, 8 draws of 4 lanes');
    expect(late(2 ** 22)).toThrow('0 / 0, 9 draws of 4 lanes');
    expect(late(2 ** 26)).toThrow('0 / 0, 8 draws of 4 lanes');
    expect(late(1)).toThrow('0 / 0, 29 draws of 4 lanes');
  });

  it('leaves roots of roots free where no draw has them', () => {
    const { run, tries } = attempts(1);
    expect(run(until(65, () => new RootOfRoot(1)))).toBe('done');
    expect(tries.map(({ options }) => options.freeRoots).indexOf(true)).toBe(65);
    const many = attempts(2);
    expect(many.run(until(1, () => new RootOfRoot(6)))).toBe('done');
    expect(many.tries.map(({ options }) => options.freeRoots)).toEqual([false, true]);
  });

  it('keeps to primes that have the roots of unity', () => {
    // 48 and 384 are multiples of 16 and of 48, 480 of 16 and 32, all of 3.
    // Whichever of the three is not drawn first
    for (let seed = 0; seed < 20; seed++) {
      const { run, tries } = attempts(2, { seed });
      expect(run(until(1, () => new NeedUnity(32)))).toBe('done');
      expect(tries[1]!.lanes.map(({ p }) => p.modulus).toSorted()).toEqual([383, 479]);
      expect(run((at) => (at < 5 ? inLane(0)() : null))).toBe('done');
      expect(new Set(tries.slice(1).flatMap(({ lanes }) => lanes.map(({ p }) => p.modulus)))).toEqual(
        new Set([383, 479]),
      );
    }
    expect(() => attempts(3).run(() => new NeedUnity(32))).toThrow(
      'a Fourier transform of length 32: 2 primes have its roots of unity, 3 lanes need one each',
    );
    const kept = attempts(3);
    expect(kept.run(until(1, () => new NeedUnity(16)))).toBe('done');
    expect(kept.tries[1]!.lanes).toEqual(kept.tries[0]!.lanes);
  });
});
