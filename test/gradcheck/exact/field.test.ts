import { describe, expect, it } from '@jest/globals';
import { Constants, meantBy } from '../../../src/gradcheck/exact/constants.ts';
import { Doubles, PrimeField, type Vec, ZeroDivisor } from '../../../src/gradcheck/exact/field.ts';
import { Lane, safePrimes } from '../../../src/gradcheck/exact/lane.ts';
import { squaresOf } from '../../../src/gradcheck/exact/squares.ts';
import { uniformNumbers } from '../../../src/numerics/random.ts';

const primes = [...safePrimes(2 ** 20)].filter((p) => p > 2 ** 19);
const lane = new Lane(primes[0]!, 5);
const { p, q } = lane;
const squares = squaresOf(p);
const vec = (...re: number[]): Vec => ({ re: Float64Array.from(re), im: null });

function randomVec(field: PrimeField, size: number, seed: number, complex = false): Vec {
  const random = uniformNumbers(seed);
  const draw = () => Float64Array.from({ length: size }, () => Math.floor(random() * field.modulus));
  return { re: draw(), im: complex ? draw() : null };
}

describe('primes', () => {
  it('are 489 safe ones with remainder 15 modulo 16', () => {
    expect(primes).toHaveLength(489);
    expect(primes.every((prime) => prime % 16 === 15)).toBe(true);
  });

  it('have 2 for a square modulo p and modulo q, and -1 for none', () => {
    for (const prime of primes.slice(0, 20)) {
      const [modP, modQ] = [new PrimeField(prime), new PrimeField((prime - 1) / 2)];
      expect(modP.raise(2, (prime - 1) / 2)).toBe(1);
      expect(modQ.raise(2, (modQ.modulus - 1) / 2)).toBe(1);
      expect(modP.raise(prime - 1, (prime - 1) / 2)).toBe(prime - 1);
    }
  });
});

describe('arithmetic modulo p', () => {
  it('agrees with whole numbers of any length', () => {
    const [a, b] = [randomVec(p, 500, 1), randomVec(p, 500, 2)];
    const product = p.mul(a, b);
    const modulus = BigInt(p.modulus);
    a.re.forEach((x, k) => {
      expect(product.re[k]).toBe(Number((BigInt(x) * BigInt(b.re[k]!)) % modulus));
    });
    const large = Float64Array.of(2 ** 53, -(2 ** 53), 2 ** 52 + 1, -1, 0);
    expect([...p.reduce(large)]).toEqual(
      Array.from(large, (x) => Number(((BigInt(x) % modulus) + modulus) % modulus)),
    );
  });

  it('is that of the largest residues, and of any whole number up to 2^53', () => {
    const { modulus } = p;
    const largest = [modulus - 1, modulus - 2, (modulus + 1) / 2, 1, 0];
    for (const x of largest)
      for (const y of largest) {
        const right = Number((BigInt(x) * BigInt(y)) % BigInt(modulus));
        expect([p.times(x, y), p.mul(vec(x), vec(y)).re[0]]).toEqual([right, right]);
      }
    // Beside multiples of the modulus, whose quotients round up to them
    for (let k = 2 ** 33 - 200; k < 2 ** 33; k++)
      expect([...p.reduce(Float64Array.of(k * modulus - 1, k * modulus, -k * modulus + 1))]).toEqual([
        modulus - 1,
        0,
        1,
      ]);
  });

  it('divides, with an imaginary part too', () => {
    for (const complex of [false, true]) {
      const [a, b] = [randomVec(p, 100, 3, complex), randomVec(p, 100, 4, complex)];
      const back = p.mul(p.div(a, b), b);
      expect(back.re).toEqual(a.re);
      expect(back.im).toEqual(a.im);
    }
    expect(() => p.inverse(vec(3, 0, 5))).toThrow(ZeroDivisor);
  });

  it('raises to whole powers of either sign', () => {
    const a = randomVec(p, 10, 6, true);
    expect(p.power(a, 3)).toEqual(p.mul(a, p.mul(a, a)));
    expect(p.mul(p.power(a, -2), p.square(a)).re).toEqual(new Float64Array(10).fill(1));
    expect(p.power(a, 0).re).toEqual(new Float64Array(10).fill(1));
  });
});

it('double precision computes as the numbers do', () => {
  const doubles = new Doubles();
  const of = (...values: number[]) => Float64Array.from(values);
  expect([...doubles.add2(of(1, 2), of(3))]).toEqual([4, 5]);
  expect([...doubles.sub2(of(1), of(3, 5))]).toEqual([-2, -4]);
  expect([...doubles.mul2(of(2, -3), of(4, 5))]).toEqual([8, -15]);
  expect([...doubles.inverse1(of(2, -4))]).toEqual([0.5, -0.25]);
  expect(doubles.total1(of(1, 2, 4))).toBe(7);
  expect([...doubles.fraction(3, 4).re, ...doubles.fraction(3).re]).toEqual([0.75, 3]);
});

describe('a lane', () => {
  const none = { sign: null, lost: false, random: false };

  it('has exp of a sum for the product of exps', () => {
    const [a, b] = [randomVec(q, 50, 7).re, randomVec(q, 50, 8).re];
    const product = p.mul(lane.exp({ q: a, ...none }), lane.exp({ q: b, ...none }));
    expect(lane.exp({ q: q.add2(a, b), ...none })).toEqual(product);
  });

  it('has exp of the logarithm for the number itself, its sign included', () => {
    const x = randomVec(p, 200, 9);
    expect(lane.exp(lane.log(x.re)).re).toEqual(x.re);
    expect(() => lane.log(Float64Array.of(0))).toThrow(ZeroDivisor);
  });

  it('has a root of every number in GF(p)[i], a square where there is one', () => {
    const x = randomVec(p, 200, 10);
    const root = lane.sqrt(x);
    const square = p.square(root);
    expect(square.re).toEqual(x.re);
    expect(square.im!.every((y) => y === 0)).toBe(true);
    root.re.forEach((y, k) => {
      expect(squares.has(y) && squares.has(root.im![k]!)).toBe(true);
    });
  });

  it('has a root of half of the numbers with an imaginary part, and says of which not', () => {
    let found = 0;
    for (let seed = 0; seed < 200; seed++) {
      const x = randomVec(p, 1, seed + 100, true);
      try {
        expect(p.square(lane.sqrt(x))).toEqual(x);
        found++;
      } catch (error) {
        expect(error).toBeInstanceOf(ZeroDivisor);
      }
    }
    expect(found).toBeGreaterThan(70);
    expect(found).toBeLessThan(130);
  });
});

describe('constants', () => {
  const of = (x: number) => new Constants(lane).of(x);

  it('are the fractions, decimals and binary fractions that doubles stand for', () => {
    const fractions: [number, number, number][] = [
      [0.1, 1, 10],
      [1 / 3, 1, 3],
      [-2 / 7, -2, 7],
      [1e-7, 1, 1e7],
      [1.0005, 2001, 2000],
      [123456.789, 123456789, 1000],
      [0.75, 3, 4],
      [1 + 2 ** -30, 2 ** 30 + 1, 2 ** 30],
      [12, 12, 1],
    ];
    for (const [x, top, bottom] of fractions) {
      expect([x, of(x)[0]]).toEqual([x, p.fraction(top, bottom).re[0]]);
      expect([x, of(x)[1]]).toEqual([x, q.fraction(top, bottom).re[0]]);
    }
  });

  it('are multiples of sqrt 2 and sqrt pi', () => {
    const [halfRoot, gelu, pi] = [Math.SQRT1_2, Math.sqrt(2 / Math.PI), Math.PI].map((x) => of(x)) as [
      ReturnType<typeof of>,
      ReturnType<typeof of>,
      ReturnType<typeof of>,
    ];
    for (const [plane, field] of [
      [0, p],
      [1, q],
    ] as const) {
      expect(field.times(halfRoot[plane], halfRoot[plane])).toBe(field.fraction(1, 2).re[0]);
      expect(field.times(field.times(gelu[plane], gelu[plane]), pi[plane])).toBe(2);
    }
  });

  it('are random numbers of their own where they stand for nothing simple: squares of the same sign', () => {
    const x = 0.12345678901234568;
    expect(meantBy(x)).toBeNull();
    const constants = new Constants(lane);
    const [positive, , simple] = constants.of(x);
    expect(simple).toBe(false);
    expect(constants.of(x)[0]).toBe(positive);
    expect(squares.has(positive)).toBe(true);
    expect(constants.of(-x)[0]).toBe(p.modulus - positive);
    expect(new Constants(new Lane(primes[1]!, 6)).of(x)[0]).not.toBe(positive);
  });

  it('hardly ever take a random double for a simple one', () => {
    const random = uniformNumbers(3);
    const fresh = () => (random() + random() * 2 ** -32) * 10 ** (6 * random() - 3);
    const simple = Array.from({ length: 20_000 }, fresh).filter((x) => meantBy(x) !== null).length;
    expect(simple).toBeLessThan(20);
  });
});
