import { describe, expect, it } from '@jest/globals';
import { Residues } from '../../../src/gradcheck/exact/algebra.ts';
import { CLEAN, Entry, type Numbers, union } from '../../../src/gradcheck/exact/entry.ts';
import { ZeroDivisor } from '../../../src/gradcheck/exact/field.ts';
import { Lane, ROOT_DRAWS, type RootOfRoot } from '../../../src/gradcheck/exact/lane.ts';
import { P, Q } from './carried.ts';

const vec = (re: number[], im: number[] | null = null) => ({
  re: Float64Array.from(re),
  im: im && Float64Array.from(im),
});
const [first, second] = [new Lane(P, 1), new Lane(383, 2)];
const about = { constant: false, taint: CLEAN, tangentTaint: CLEAN, faithful: false, pure: false };
type Value = ReturnType<typeof vec>;

/** The numbers of a tensor in one lane or in two, without exponents unless given. */
function entryOf(values: readonly Value[], exponent: Numbers['exponent'] = null, asked = () => {}): Entry {
  const lanes = [first, second].slice(0, values.length);
  const numbers = values.map((value) => ({ value, tangent: null, exponent }));
  return new Entry({ lanes, needExponents: asked }, values[0]!.re.length, numbers, about);
}
const keyed = (values: readonly Value[], odd = false) => {
  const { keys, sign } = entryOf(values).keys(odd);
  return { keys: Array.from(keys.high, (high, k) => `${high} ${keys.low[k]}`), sign: [...sign] };
};

describe('the keys of numbers', () => {
  it('are equal for equal numbers, with an imaginary part of 0 or none, and differ otherwise', () => {
    const [a, b, c] = keyed([vec([3, 4, 3])]).keys;
    expect([a === c, a === b]).toEqual([true, false]);
    const complex = keyed([vec([3, 4, 3, 3], [0, 5, 5, P - 5])]).keys;
    expect(complex[0]).toBe(a);
    expect(new Set([a, b, ...complex]).size).toBe(5);
    // 5 and 5 i
    expect(keyed([vec([0, 5], [5, 0])]).keys[0]).not.toBe(keyed([vec([0, 5])]).keys[1]);
  });

  it('depend on the numbers of every lane', () => {
    const { keys } = keyed([vec([3, 3, 4]), vec([7, 8, 7])]);
    expect(new Set(keys).size).toBe(3);
    expect(new Set(keyed([vec(Array.from({ length: P }, (_, k) => k))]).keys).size).toBe(P);
  });

  it('are those of a number or of its negative, the smaller one, with a sign', () => {
    const half = (P - 1) / 2;
    const all = keyed([vec([3, P - 3, 0, half, half + 1])], true);
    expect(all.sign).toEqual([1, -1, 0, 1, -1]);
    expect([all.keys[0] === all.keys[1], all.keys[3] === all.keys[4]]).toEqual([true, true]);
    expect(new Set(all.keys).size).toBe(3);
    expect(keyed([vec([3, P - 3])]).sign).toEqual([1, 1]);
    // -(3 + 5 i), and 3 - 5 i, which is another number; without a real part the imaginary one decides.
    const complex = keyed([vec([3, P - 3, 3, 0, 0], [5, P - 5, P - 5, 4, P - 4])], true);
    expect(complex.sign).toEqual([1, -1, 1, 1, -1]);
    const [one, minus, conjugate, i, minusI] = complex.keys;
    expect([one === minus, one === conjugate, i === minusI]).toEqual([true, false, true]);
  });

  it('have the sign of the first lane in every lane', () => {
    const pair = keyed([vec([3, P - 3, 3]), vec([7, 383 - 7, 383 - 7])], true);
    expect(pair.sign).toEqual([1, -1, 1]);
    expect([pair.keys[0] === pair.keys[1], pair.keys[0] === pair.keys[2]]).toEqual([true, false]);
    // 0 in one lane only
    const zero = keyed([vec([3, P - 3]), vec([0, 0])], true);
    expect(zero.keys[0]).toBe(zero.keys[1]);
  });

  it('are made once', () => {
    const entry = entryOf([vec([3])]);
    const [even, odd] = [entry.keys(false), entry.keys(true)];
    expect(even).not.toBe(odd);
    expect(entry.keys(true)).toBe(odd);
    expect(entry.view(0).keys(true)).toBe(entry.keys(true));
  });
});

describe('the exponent of a tensor', () => {
  it('is the one that it carries', () => {
    const own = { q: Float64Array.of(5), sign: null, lost: false, random: false };
    expect(entryOf([vec([3])], own).exponent(0)).toBe(own);
  });

  it('is a random number for every number if it carries none, lane by lane', () => {
    let asked = 0;
    const entry = entryOf([vec([3, 4, 3]), vec([7, 8, 7])], null, () => asked++);
    const [one, other] = [entry.exponent(0), entry.view(1).exponent()];
    expect(one).toMatchObject({ sign: null, lost: false, random: true });
    expect([one.q[0] === one.q[2], other.q[0] === other.q[2]]).toEqual([true, true]);
    expect([Math.max(...one.q) < Q, Math.max(...other.q) < 191]).toEqual([true, true]);
    expect(one.q).not.toEqual(other.q);
    expect(entry.exponent(0)).toBe(one);
    expect(asked).toBe(3);
  });
});

it('taints are united, up to six causes', () => {
  const [a, b] = [new Set(['a']), new Set(['b'])];
  expect([union(), union(CLEAN, a), union(a, CLEAN, a)]).toEqual([CLEAN, a, a]);
  expect([union(CLEAN, a) === a, union(a, a) === a]).toEqual([true, true]);
  expect([...union(a, b, a)]).toEqual(['a', 'b']);
  expect([...union(new Set('abcd'), new Set('efgh'))]).toEqual([...'abcdef']);
});

describe('roots and powers of residues', () => {
  // 4 is a square, and -4 is not, for P is 3 modulo 4.
  const [square, other] = [vec([4]), vec([P - 4])];
  const errorOf = (f: () => unknown): ZeroDivisor => {
    try {
      f();
    } catch (error) {
      return error as ZeroDivisor;
    }
    throw new Error('expected it to throw');
  };

  it('are taken of any number, unless only squares will do', () => {
    const [any, strict] = [new Residues(first, {}), new Residues(first, { squares: true })];
    expect(any.sqrt(other).im).not.toBeNull();
    expect([any.sqrt(square).im, strict.sqrt(square).im]).toEqual([null, null]);
    expect([any.logOfBase(other).sign, strict.logOfBase(square).sign]).toEqual([Float64Array.of(1), null]);
    for (const f of [() => strict.sqrt(other), () => strict.logOfBase(other)]) {
      const error = errorOf(f);
      expect(error).toBeInstanceOf(ZeroDivisor);
      expect([error.message, error.draws]).toEqual(['a radicand is not a square in the field', ROOT_DRAWS]);
    }
  });

  it('have no logarithm where there is an imaginary part', () => {
    const error = errorOf(() => new Residues(first, {}).logOfBase(vec([4], [1])));
    expect([error.message, error.draws]).toEqual(['a power of a root is not in the field', ROOT_DRAWS]);
  });

  it('are free of their radicand only where roots of roots are', () => {
    const [free, bound] = [new Residues(first, { freeRoots: true }), new Residues(first, {})];
    const results = Array.from({ length: 8 }, (_, k) => vec([1], [k + 1])).map((x) => {
      expect(free.sqrt(x).im).toBeNull();
      try {
        const { re, im } = bound.sqrt(x);
        // (a + b i)^2
        return (re[0]! ** 2 - im![0]! ** 2 - 1) % P === 0 && (2 * re[0]! * im![0]! - x.im![0]!) % P === 0;
      } catch (error) {
        return (error as RootOfRoot).message;
      }
    });
    expect(new Set(results)).toEqual(new Set([true, 'a root of a root is not in the field']));
  });

  it('sine and cosine are points of the circle, and odd and even', () => {
    const residues = new Residues(first, {});
    const view = entryOf([vec([4, 9, P - 4])]).view(0);
    const [sin, cos] = [residues.sin(view).re, residues.cos(view).re];
    for (const k of [0, 1, 2]) expect((sin[k]! ** 2 + cos[k]! ** 2) % P).toBe(1);
    expect([(sin[0]! + sin[2]!) % P, cos[0]! - cos[2]!, sin[0] === sin[1]]).toEqual([0, 0, false]);
  });

  it('exponentials of a formula have no sign', () => {
    const residues = new Residues(first, {});
    const exponent = { q: Float64Array.of(5), sign: Float64Array.of(1), lost: false, random: false };
    const view = entryOf([square], exponent).view(0);
    const twice = residues.map(view, (field, x) => field.scale(x!, -2));
    expect([[...twice.value.re], twice.exponent()]).toEqual([
      [P - 8],
      { q: Float64Array.of(Q - 10), sign: null },
    ]);
    expect(residues.exp(twice)).toEqual(first.exp({ q: Float64Array.of(Q - 10), sign: null }));
    expect(residues.exp(view)).toEqual(first.exp(exponent));
  });
});
