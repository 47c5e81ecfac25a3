import { describe, expect, it } from '@jest/globals';
import { PrimeField, ZeroDivisor } from '../../../src/gradcheck/exact/field.ts';
import { hashed, Lane, RootOfRoot, safePrimes, textSalt } from '../../../src/gradcheck/exact/lane.ts';
import { mod, over, P, Q, rootOf } from './carried.ts';

const lanes = Array.from({ length: 30 }, (_, seed) => new Lane(P, seed));
const [lane] = lanes as [Lane];
const none = { sign: null, lost: false, random: false };
const vec = (re: number[], im: number[] | null = null) => ({
  re: Float64Array.from(re),
  im: im && Float64Array.from(im),
});
const keysOf = (...pairs: [number, number][]) => ({
  high: Uint32Array.from(pairs, ([high]) => high),
  low: Uint32Array.from(pairs, ([, low]) => low),
});

describe('safe primes', () => {
  it('below 512 that are 15 modulo 16: 479 = 2 * 239 + 1, 383 = 2 * 191 + 1, 47 = 2 * 23 + 1', () => {
    expect([...safePrimes(512)]).toEqual([479, 383, 47]);
    expect([...safePrimes(480)]).toEqual([479, 383, 47]);
    expect([...safePrimes(479)]).toEqual([383, 47]);
    expect([...safePrimes(47)]).toEqual([]);
  });
});

describe('hashes', () => {
  /** The finalizer of MurmurHash3; that of 1 is the hash of no bytes with seed 1. */
  function finalized(n: number): number {
    const mask = 0xffffffffn;
    let h = BigInt(n) & mask;
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & mask;
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & mask;
    return Number(h ^ (h >> 16n));
  }

  it('of text are FNV-1a', () => {
    expect(['', 'a', 'foobar'].map(textSalt)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });

  it("of numbers are made of MurmurHash3's finalizer, with 52 bits before the remainder", () => {
    expect([finalized(0), finalized(1), finalized(0xffffffff)]).toEqual([0, 0x514e28b7, 0x81f16f39]);
    for (const [high, low, salt, modulus] of [
      [1, 2, 3, P],
      [0xdeadbeef, 17, 0x811c9dc5, 1048343],
      [5, 0xfffffff0, 0, 2 ** 26],
    ] as const) {
      const first = finalized((high ^ finalized(salt)) >>> 0);
      const second = finalized((low ^ finalized((first + 0x9e3779b9) >>> 0)) >>> 0);
      const wide = (BigInt(second) << 20n) + BigInt(finalized((second ^ first) >>> 0) >>> 12);
      expect(hashed(high, low, salt, modulus)).toBe(Number(wide % BigInt(modulus)));
    }
  });

  it('of keys differ by name, lane and field, and are the same for the same keys', () => {
    const large = new Lane(1048343, 1);
    const keys = keysOf([1, 2], [3, 4], [1, 2]);
    const made = large.hash(keys, 'sin', large.p);
    expect(made[0]).toBe(made[2]);
    const all = [
      ...[made[0], made[1], large.hash(keys, 'cos', large.p)[0], large.hash(keys, 'sin', large.q)[0]],
      ...[new Lane(1048343, 2).hash(keys, 'sin', large.p)[0]],
    ];
    expect(new Set(all).size).toBe(5);
    // Not the same residue in both fields.
    expect(large.hash(keys, 'sin', large.q)[0]).not.toBe(made[0]! % large.q.modulus);
    expect(large.hash(keys, 'sin', large.p)).toEqual(made);
  });
});

describe('a lane', () => {
  it('has a generator in every draw: e^1 is not 1, and its powers are all squares', () => {
    for (const each of lanes) {
      const q = Float64Array.from({ length: Q }, (_, k) => k);
      const { re, im } = each.exp({ q, ...none });
      expect(im).toBeNull();
      const squares = Array.from({ length: Q }, (_, k) => mod((k + 1) ** 2)).toSorted((a, b) => a - b);
      expect([...re].toSorted((a, b) => a - b)).toEqual(squares);
      expect(re[0]).toBe(1);
      expect([...re]).toEqual(Array.from(q, (k) => Number(BigInt(re[1]!) ** BigInt(k) % BigInt(P))));
    }
    expect(
      new Set(lanes.map((each) => each.exp({ q: Float64Array.of(1), ...none }).re[0])).size,
    ).toBeGreaterThan(5);
    expect(new Set(lanes.map(({ salt }) => salt)).size).toBe(30);
    expect(Math.max(...lanes.map(({ salt }) => salt))).toBeGreaterThan(2 ** 31);
  });

  it('has logarithms of squares, and of their negatives with a sign', () => {
    const squares = Float64Array.of(4, 9, 25);
    const { sign, q } = lane.log(squares);
    expect(sign).toBeNull();
    const negative = lane.log(squares.map((x, k) => (k === 1 ? P - x : x)));
    expect(negative).toEqual({ q, sign: Float64Array.of(0, 1, 0), lost: false, random: false });
    expect(lane.exp(negative).re).toEqual(Float64Array.of(4, P - 9, 25));
    expect(() => lane.log(Float64Array.of(4, 0))).toThrow('the logarithm of zero in the field');
  });

  it('has a generator of the whole circle', () => {
    // 1048127 + 1 = 2^6 * 3 * 53 * 103
    for (let seed = 0; seed < 200; seed++) {
      const large = new Lane(1048127, seed);
      for (const n of [53, 103]) expect([seed, new Set(large.unity(n).sin).size]).toEqual([seed, n]);
    }
  });

  it('has roots of unity: points of the circle, the eighth of which is sqrt(1/2) (1 + i)', () => {
    const half = rootOf(over(1, 2));
    for (const each of lanes)
      for (const n of [1, 2, 3, 8, 16, 48]) {
        const { cos, sin } = each.unity(n);
        expect([cos.length, cos[0], sin[0]]).toEqual([n, 1, 0]);
        const points = Array.from(cos, (c, k) => `${c} ${sin[k]}`);
        expect(new Set(points).size).toBe(n);
        for (let k = 0; k < n; k++) {
          expect(mod(cos[k]! ** 2 + sin[k]! ** 2)).toBe(1);
          // (c + si)^2 is the point of twice the angle.
          const twice = (2 * k) % n;
          expect([mod(cos[k]! ** 2 - sin[k]! ** 2), mod(2 * cos[k]! * sin[k]!)]).toEqual([
            cos[twice],
            sin[twice],
          ]);
          const next = (k + 1) % n;
          const [c, s] = [cos[1 % n]!, sin[1 % n]!];
          expect([mod(cos[k]! * c - sin[k]! * s), mod(cos[k]! * s + sin[k]! * c)]).toEqual([
            cos[next],
            sin[next],
          ]);
        }
        if (n === 8) expect([cos[1], sin[1]]).toEqual([half, half]);
      }
    // 480 = 2^5 3 5: all points of the circle, whatever the seed.
    for (let seed = 0; seed < 30; seed++) {
      const { cos, sin } = new Lane(479, seed).unity(480);
      expect(new Set(Array.from(cos, (c, k) => `${c} ${sin[k]}`)).size).toBe(480);
    }
    const { cos } = new Lane(1048343, 4).unity(24);
    // cos 60 = 1/2, cos 90 = 0
    expect([cos[4], cos[6], cos[12]]).toEqual([(1048343 + 1) / 2, 0, 1048342]);
  });
});

describe('roots', () => {
  it('of all complex numbers that have one square to them, and their real part is a square', () => {
    let without = 0;
    for (let a = 0; a < P; a++)
      for (let b = 1; b < P; b++) {
        let has = false;
        for (let x = 0; x < P && !has; x++)
          for (let y = 0; y < P && !has; y++) has = mod(x * x - y * y) === a && mod(2 * x * y) === b;
        if (!has) {
          without++;
          expect(() => lane.sqrt(vec([a], [b]))).toThrow(RootOfRoot);
          continue;
        }
        const { re, im } = lane.sqrt(vec([a], [b]));
        const [x, y] = [re[0]!, im![0]!];
        expect([mod(x * x - y * y), mod(2 * x * y)]).toEqual([a, b]);
        expect(rootOf(x) ** 2 % P).toBe(x);
      }
    expect(without).toBe(((P ** 2 - 1) / 2) | 0);
  });

  it('beside plain ones, and no imaginary part if none is needed', () => {
    expect(lane.sqrt(vec([4, 9]))).toEqual(vec([rootOf(4), rootOf(9)]));
    expect(lane.sqrt(vec([4, P - 9, 0]))).toEqual(vec([rootOf(4), 0, 0], [0, rootOf(9), 0]));
    expect(lane.sqrt(vec([4, 9], [0, 0]))).toEqual(vec([rootOf(4), rootOf(9)]));
  });

  it('of numbers with an imaginary part can be free: a number of their own, never 0', () => {
    const all: number[] = [];
    for (let a = 0; a < P; a++) {
      const { re, im } = lane.sqrt(vec([a, 4], [5, 0]), true);
      expect([re[1], im]).toEqual([rootOf(4), null]);
      all.push(re[0]!);
    }
    expect(Math.min(...all)).toBeGreaterThan(0);
    expect(Math.max(...all)).toBeLessThan(P);
    expect(new Set(all).size).toBeGreaterThan(20);
    expect(lane.sqrt(vec([3], [5]), true).re[0]).toBe(all[3]);
    expect(lane.sqrt(vec([5], [3]), true).re[0]).not.toBe(all[3]);
  });

  it('of roots are drawn again 64 times where there are up to five, and else not at all', () => {
    expect([new RootOfRoot(5).draws, new RootOfRoot(6).draws]).toEqual([64, 0]);
    expect(new ZeroDivisor('').draws).toBe(8);
    // 1 + 2i has the norm 5, which is no square.
    const missing = (count: number) => {
      try {
        return lane.sqrt(vec([...Array<number>(count).fill(1), 4], [...Array<number>(count).fill(2), 0]));
      } catch (error) {
        return (error as ZeroDivisor).draws;
      }
    };
    expect([missing(5), missing(6)]).toEqual([64, 0]);
  });
});

describe.each([47, 1048343, 67108859])('the numbers modulo %d', (modulus) => {
  const field = new PrimeField(modulus);
  const large = BigInt(modulus);
  const some = [0, 1, 2, 22, 23, 24, (modulus - 1) / 2, (modulus + 1) / 2, modulus - 2, modulus - 1];
  const rest = (x: bigint): number => Number(((x % large) + large) % large);
  const all: [number, number][] = some.flatMap((a) => some.map((b): [number, number] => [a, b]));
  for (let k = 1; k < 3000; k++) all.push([(k * 7919) % modulus, (k * 104729 + 5) % modulus]);
  const [as, bs] = [0, 1].map((at) => Float64Array.from(all, (pair) => pair[at]!)) as [
    Float64Array,
    Float64Array,
  ];

  it('add, subtract, multiply and divide as whole numbers do', () => {
    const by = (f: (a: bigint, b: bigint) => bigint) =>
      Float64Array.from(all, ([a, b]) => rest(f(BigInt(a), BigInt(b))));
    expect(field.add2(as, bs)).toEqual(by((a, b) => a + b));
    expect(field.sub2(as, bs)).toEqual(by((a, b) => a - b));
    expect(field.mul2(as, bs)).toEqual(by((a, b) => a * b));
    expect(Float64Array.from(all, ([a, b]) => field.times(a, b))).toEqual(by((a, b) => a * b));
    const nonzero = as.map((a) => a || 1);
    expect(field.mul2(field.inverse1(nonzero), nonzero).every((x) => x === 1)).toBe(true);
    expect(field.total1(as)).toBe(rest(all.reduce((sum, [a]) => sum + BigInt(a), 0n)));
  });

  it('are centred, reduced and made of integers and fractions', () => {
    for (const [k, x] of field.centre(as).entries()) {
      expect(Math.abs(x)).toBeLessThanOrEqual((modulus - 1) / 2);
      expect(rest(BigInt(x))).toBe(as[k]);
    }
    const wide = [
      0,
      modulus,
      -modulus,
      5 * modulus - 1,
      -1,
      1 - modulus,
      2 ** 53 - modulus,
      modulus - 2 ** 53,
    ];
    expect([...field.reduce(Float64Array.from(wide))]).toEqual(wide.map((x) => rest(BigInt(x))));
    for (const x of wide) {
      expect(field.residue(x)).toBe(rest(BigInt(x)));
      expect(field.residue(BigInt(x) * 2n ** 40n + 1n)).toBe(rest(BigInt(x) * 2n ** 40n + 1n));
    }
    expect(field.residue(-modulus)).toBe(0);
    expect(field.times(field.fraction(3, 7).re[0]!, 7)).toBe(3);
    expect(field.raise(2, 0)).toBe(1);
    expect(field.raise(3, 21)).toBe(rest(3n ** 21n));
    expect(() => field.invert(0)).toThrow('a division by zero in the field');
  });

  it('are drawn from 1 to the largest', () => {
    expect([...field.draw(3, () => 0)]).toEqual([1, 1, 1]);
    expect([...field.draw(1, () => 1 - 2 ** -32)]).toEqual([modulus - 1]);
  });
});

describe('vectors with an imaginary part', () => {
  const { p } = lane;
  const [a, b] = [vec([3, 40], [5, 6]), vec([10, 2], [7, 1])];
  const real = vec([10, 2]);
  it('add, multiply and divide as complex numbers do', () => {
    expect(p.add(a, b)).toEqual(vec([13, 42], [12, 7]));
    expect(p.sub(a, real)).toEqual(vec([P - 7, 38], [5, 6]));
    expect(p.sub(real, a)).toEqual(vec([7, 9], [P - 5, P - 6]));
    expect(p.neg(a)).toEqual(vec([44, 7], [42, 41]));
    expect(p.mul(a, b)).toEqual(vec([mod(30 - 35), mod(80 - 6)], [mod(21 + 50), mod(40 + 12)]));
    expect(p.mul(a, real)).toEqual(vec([30, 80 - P], [50 - P, 12]));
    expect(p.mul(real, a)).toEqual(p.mul(a, real));
    expect(p.square(a)).toEqual(vec([mod(9 - 25), mod(1600 - 36)], [30, mod(480)]));
    const norm = [9 + 25, 1600 + 36];
    expect(p.inverse(a)).toEqual(
      vec([over(3, norm[0]!), over(40, norm[1]!)], [over(-5, norm[0]!), over(-6, norm[1]!)]),
    );
    expect(p.total(a)).toEqual(vec([43], [11]));
    expect(p.total(real)).toEqual(vec([12]));
    expect(p.plusOne(a)).toEqual(vec([4, 41], [5, 6]));
    expect(p.oneMinus(a)).toEqual(vec([mod(-2), mod(-39)], [42, 41]));
    expect(p.scale(a, 3, 2)).toEqual(vec([over(9, 2), over(120, 2)], [over(15, 2), 9]));
  });

  it('stretch one number, also to its zeroth power', () => {
    expect(p.mul(vec([2]), a)).toEqual(vec([6, 33], [10, 12]));
    expect(p.add(a, vec([1], [1]))).toEqual(vec([4, 41], [6, 7]));
    expect(p.power(real, 0)).toEqual(vec([1, 1]));
    expect(p.power(a, 3)).toEqual(p.mul(a, p.mul(a, a)));
    expect(p.power(a, -1)).toEqual(p.inverse(a));
    expect(p.power(real, 5)).toEqual(vec([mod(10 ** 5), 32]));
  });
});
