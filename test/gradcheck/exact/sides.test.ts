import { describe, expect, it } from '@jest/globals';
import { Duals, PLAIN, wrongInDoubles } from '../../../src/gradcheck/exact/dual.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import { compared, comparedInDoubles, searched, suspicious } from '../../../src/gradcheck/exact/locate.ts';
import {
  differs,
  type Gradients,
  Setting,
  shapeOf,
  taintOf,
  tensorsOf,
} from '../../../src/gradcheck/exact/sides.ts';
import { squaresOf } from '../../../src/gradcheck/exact/squares.ts';
import { type ExactSubject, placesOf } from '../../../src/gradcheck/exact/subject.ts';
import type { Tensor, TF } from '../../../src/gradcheck/types.ts';
import { tf as float32 } from '../../../src/tfjs/tfjs.ts';
import { exact, tf } from './support.ts';

const PRIME = 1048343;
type F = ExactSubject['forward'];
const input = (name: string, values: readonly number[], more = {}) => ({
  ...{ name, shape: [values.length], dtype: 'float32' as const, values },
  ...more,
});
const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
const settingOf = (subject: ExactSubject, size: number, { lanes = 1, exponents = false, seed = 1 } = {}) =>
  new Setting(
    tf,
    subject,
    range(lanes).map((k) => new Lane(PRIME, 7 * k + seed)),
    { ...PLAIN, exponents },
    [size],
    seed,
  );
const identity: F = (_tf, { x }) => x!;

describe('random numbers for the inputs', () => {
  const x = [2, -3, 0, 0.5, -0.25, ...Array<number>(40).fill(0)];
  const given = input('given', [1, 2], { differentiated: false });
  const whole = input('whole', [1, 0], { dtype: 'int32' });
  const subject = { inputs: [input('x', x), given, whole], forward: identity };
  const setting = settingOf(subject, 45, { exponents: true });
  const { p, q } = setting.world.lanes[0]!;
  const squares = squaresOf(p);
  const drawn = setting.forward(identity).numbers;

  it('are squares for positive numbers, minus squares for negative ones, both for 0', () => {
    const isSquare = Array.from(drawn[0]!.value.re, (each) => squares.has(each));
    expect([isSquare[0], isSquare[1], isSquare[3], isSquare[4]]).toEqual([true, false, true, false]);
    const ofZeros = isSquare.slice(5).filter(Boolean).length;
    expect([ofZeros > 8, ofZeros < 32]).toEqual([true, true]);
    expect(drawn[0]!.value.re.every((each) => each > 0 && each < PRIME)).toBe(true);
    expect(drawn[0]!.exponent!.q.every((each) => each > 0 && each < q.modulus)).toBe(true);
    expect(drawn[0]!.exponent).toMatchObject({ sign: null, lost: false, random: false });
    expect(new Set([...drawn[0]!.value.re, ...drawn[0]!.tangent!.re]).size).toBe(90);
  });

  it('go in the directions drawn, of degree 1 with tangents of degree 0', () => {
    expect([...setting.directions.keys()]).toEqual(['x']);
    expect(drawn[0]!.tangent).toEqual(setting.directions.get('x')![0]);
    expect([[...drawn[1]!.value.re], [...drawn[1]!.tangent!.re]]).toEqual([
      [1, 0],
      [0, 0],
    ]);
    const other = setting.forward((_tf, { given }) => given!);
    expect(other.numbers.map(({ tangent }) => tangent)).toEqual([null, null]);
    expect([...other.numbers[1]!.value.re]).toEqual([1, 0]);
    expect([other.about.constant, other.about.pure, other.about.faithful]).toEqual([false, true, true]);
    expect(setting.forward((_tf, { whole }) => whole!).about.constant).toBe(true);
    expect(setting.forward(identity, new Map()).numbers[0]!.tangent).toBeNull();
  });

  it('have an upstream gradient of both signs from 0.5 to 1.5, that has no direction', () => {
    const sizes = setting.dyReal.map(Math.abs);
    expect([Math.min(...sizes) >= 0.5, Math.max(...sizes) < 1.5, setting.dyReal.length]).toEqual([
      true,
      true,
      45,
    ]);
    expect([Math.min(...sizes) < 0.6, Math.max(...sizes) > 1.4]).toEqual([true, true]);
    expect(new Set(setting.dyReal.map(Math.sign)).size).toBe(2);
    const [residues, degrees] = setting.dy.numbers;
    expect([residues!.tangent, [...degrees!.value.re], degrees!.tangent]).toEqual([null, [0, 0], null]);
    expect(squares.has(residues!.value.re[0]!)).toBe(setting.dyReal[0]! > 0);
  });

  it('are the same with exponents as without, and others for another seed', () => {
    const of = (options: object) => settingOf(subject, 45, options).forward(identity).numbers[0]!;
    expect(of({}).value).toEqual(drawn[0]!.value);
    expect(of({}).exponent).toBeNull();
    expect(of({ seed: 2 }).value).not.toEqual(drawn[0]!.value);
  });

  it('in double precision are the numbers themselves, with directions from 0.5 to 1.5', () => {
    const [own] = settingOf(subject, 45, { lanes: 0 }).forward(identity).numbers;
    expect([...own!.value.re]).toEqual(x);
    const sizes = own!.tangent!.re.map(Math.abs);
    expect([Math.min(...sizes) >= 0.5, Math.max(...sizes) < 1.5]).toEqual([true, true]);
    expect(new Set(own!.tangent!.re.map(Math.sign)).size).toBe(2);
  });

  it('belong to float inputs that gradients are due by, and to variables', () => {
    const w = tf.variable(tf.tensor([[1, 2]]));
    const places = placesOf({ ...subject, variables: { w } });
    expect(places.map(({ name, shape }) => [name, shape])).toEqual([
      ['x', [45]],
      ['w', [1, 2]],
    ]);
    expect([...Array.from(places[1]!.values)]).toEqual([1, 2]);
    w.dispose();
  });
});

describe('the two sides of the identity', () => {
  const subject = { inputs: [input('x', [2, -3, 5])], forward: ((tf, { x }) => tf.mul(3, x!)) as F };
  const setting = settingOf(subject, 3, { lanes: 2 });
  const { output, outcome } = setting.autodiff(subject.forward);
  const { gradients } = outcome as { gradients: Gradients };
  const at = (lane: number) => {
    const [dy] = [setting.dy.numbers[lane]!.value.re];
    const v = setting.directions.get('x')![lane]!.re;
    return { product: (k: number): bigint => 3n * BigInt(dy[k]!) * BigInt(v[k]!) };
  };

  it('are the sums over all elements, or over a part of one place', () => {
    for (const lane of [0, 1]) {
      const { product } = at(lane);
      const all = Number((product(0) + product(1) + product(2)) % BigInt(PRIME));
      const { left, right } = setting.contractions(output, gradients)[lane]!;
      expect([left.re[0], right.re[0]]).toEqual([all, all]);
      const moved = setting.within('x', 1, 2);
      const part = setting.contractions(setting.forward(subject.forward, moved), gradients, moved)[lane]!;
      const one = Number(product(1) % BigInt(PRIME));
      expect([part.left.re[0], part.right.re[0]]).toEqual([one, one]);
    }
    expect(setting.contractions(output, gradients)).toHaveLength(2);
    const still = setting.forward(subject.forward, new Map());
    expect(setting.sides(still).map(({ re }) => re[0])).toEqual([0, 0]);
  });

  it('in double precision have a difference, and the magnitudes of all terms', () => {
    const plain = settingOf(subject, 3, { lanes: 0 });
    const own = plain.autodiff(subject.forward);
    const right = (own.outcome as { gradients: Gradients }).gradients;
    const wrong: Gradients = new Map([
      ['x', { ...right.get('x')!, real: right.get('x')!.real.map((g) => 2 * g) }],
    ]);
    const v = plain.directions.get('x')![0]!.re;
    const terms = plain.dyReal.map((dy, k) => 3 * dy * v[k]!);
    const total = terms.reduce((sum, each) => sum + each, 0);
    const size = terms.reduce((sum, each) => sum + Math.abs(each), 0);
    const { difference, scale } = plain.contractionInDoubles(own.output, wrong);
    expect([difference, scale]).toEqual([expect.closeTo(-total, 12), expect.closeTo(3 * size, 12)]);
    expect(plain.contractionInDoubles(own.output, right).difference).toBeCloseTo(0, 14);
  });

  it('differ in the real or the imaginary part', () => {
    const vec = (re: number[], im: number[] | null = null) => ({
      re: Float64Array.from(re),
      im: im && Float64Array.from(im),
    });
    expect(differs(vec([1, 2]), vec([1, 3]), 0)).toBe(false);
    expect(differs(vec([1, 2]), vec([1, 3]), 1)).toBe(true);
    expect(differs(vec([1], [5]), vec([1]), 0)).toBe(true);
    expect(differs(vec([1]), vec([1], [5]), 0)).toBe(true);
    expect(differs(vec([1], [0]), vec([1]), 0)).toBe(false);
  });

  it('count kinks and sides of forward only, and zeros where there is no path', () => {
    const two = {
      inputs: [input('x', [0, 2]), input('other', [1, 2])],
      forward: ((tf, { x }) => tf.relu(x!)) as F,
    };
    const own = settingOf(two, 2);
    const of = own.autodiff(two.forward).outcome as { gradients: Gradients };
    expect([own.kinks, own.patterns.map(({ kernel }) => kernel)]).toEqual([1, ['Relu']]);
    const zeros = of.gradients.get('other')!;
    expect([[...zeros.real], [...zeros.entry.numbers[0]!.value.re]]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(taintOf(own, own.autodiff(two.forward).output, of.gradients).size).toBe(0);
    const free = new Setting(tf, two, own.world.lanes, { ...PLAIN, freeRoots: true }, [2], 1);
    const again = free.autodiff(two.forward);
    expect([...taintOf(free, again.output, (again.outcome as { gradients: Gradients }).gradients)]).toEqual([
      'the squares of roots of roots, which are left free',
    ]);
  });

  it('have the shape of a float tensor', () => {
    const shape = (f: (tf: TF, x: Tensor) => unknown) =>
      shapeOf(tf, subject, (tf, { x }) => f(tf, x!) as Tensor);
    const before = tf.memory().numTensors;
    expect(shape((tf, x) => tf.reshape(x, [1, 3]))).toEqual([1, 3]);
    expect(() => shape(() => 3)).toThrow('expected a tensor, got something else');
    expect(() => shape((tf, x) => tf.greater(x, 0))).toThrow('expected a float tensor, got bool');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('get tensors of their types, in the precision of the code', () => {
    const inputs = [
      input('x', [0.1]),
      input('k', [3], { dtype: 'int32' }),
      input('m', [1], { dtype: 'bool' }),
    ];
    const double = tensorsOf(tf, { inputs });
    expect(Object.values(double).map(({ dtype }) => dtype)).toEqual(['float32', 'int32', 'bool']);
    expect(double.x!.dataSync()[0]).toBe(0.1);
    const single = tensorsOf(float32 as unknown as TF, { inputs, arithmetic: tf });
    expect([single.x!.dataSync()[0], single.k!.dataSync()[0]]).toEqual([Math.fround(0.1), 3]);
    for (const tensor of Object.values(single)) tensor.dispose();
    for (const tensor of Object.values(double)) tensor.dispose();
  });
});

describe('wrong elements', () => {
  const subject = { inputs: [input('x', range(8)), input('w', range(8))], forward: identity };
  const setting = settingOf(subject, 8);
  const gradientsOf = (x: number[], w: number[]): Gradients =>
    new Map(
      Object.entries({ x, w }).map(([name, values]) => [
        name,
        { entry: setting.world.constant(values.map((x) => x || 0)), real: Float64Array.from(values) },
      ]),
    );
  const zeros = gradientsOf(Array(8).fill(0), Array(8).fill(0));

  it('are counted by place, and the first ten named', () => {
    const { elements, wrong } = compared(setting, gradientsOf(range(8), Array(8).fill(1)), zeros);
    expect(wrong).toEqual({ x: 7, w: 8 });
    expect(elements.map(({ name, flat }) => `${name}${flat}`)).toEqual([
      ...['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'w0', 'w1', 'w2'],
    ]);
    expect(compared(setting, zeros, zeros)).toEqual({ elements: [], wrong: {} });
  });

  it('in double precision differ by more than 1e-7 of the largest', () => {
    const at = (first: number) => {
      const row = [first, 100, 0, 0, 0, 0, 0, 0];
      const [yours, other] = [gradientsOf(row, row), gradientsOf([1, ...row.slice(1)], row)];
      return [comparedInDoubles(setting, yours, other).wrong, comparedInDoubles(setting, other, yours).wrong];
    };
    expect(at(1 + 0.99e-5)).toEqual([{}, {}]);
    expect(at(1 - 1.01e-5)).toEqual([{ x: 1 }, { x: 1 }]);
    // A difference to a number that is none is one in every element, for the largest is none either.
    expect(at(Number.NaN)).toEqual([
      { x: 8, w: 8 },
      { x: 8, w: 8 },
    ]);
  });

  const searchedIn = (lanes: number, ...wrong: number[]) => {
    let passes = 0;
    const f: F = (tf, { x }) => {
      passes++;
      return tf.mul(3, x!);
    };
    const long = { inputs: [input('x', range(64))], forward: f };
    const own = settingOf(long, 64, { lanes });
    const { gradients } = own.autodiff((tf, { x }) => tf.mul(3, x!)).outcome as { gradients: Gradients };
    const { entry, real } = gradients.get('x')!;
    const changed = entry.numbers.map((each, lane) =>
      lane < lanes
        ? { ...each, value: { re: each.value.re.map((g, k) => (wrong.includes(k) ? g + 1 : g)), im: null } }
        : each,
    );
    const planted: Gradients = new Map([
      [
        'x',
        {
          entry: Object.assign(Object.create(entry), { numbers: changed }) as typeof entry,
          real: real.map((g, k) => (wrong.includes(k) ? g + 1 : g)),
        },
      ],
    ]);
    const { elements, wrong: counted } = searched(own, f, planted);
    expect(counted).toBeNull();
    return { found: elements.map(({ flat }) => flat), passes };
  };

  it.each([0, 1])('are found by halving, in %d lanes', (lanes) => {
    expect(searchedIn(lanes)).toEqual({ found: [], passes: 1 });
    // One pass for all, and six halvings: two passes each where the first half fails, and else one.
    expect(searchedIn(lanes, 63)).toEqual({ found: [63], passes: 7 });
    expect(searchedIn(lanes, 0)).toEqual({ found: [0], passes: 13 });
    expect(searchedIn(lanes, 5, 6, 40).found).toEqual([5, 6, 40]);
    expect(searchedIn(lanes, ...range(64)).found).toEqual(range(10));
  });

  const off = (error: number): ExactSubject => ({
    inputs: [input('x', [2])],
    forward: (tf, { x }) => tf.mul(3, x!),
    backward: (tf, _inputs, dy) => ({ x: tf.mul(3 * (1 + error), dy) }),
  });

  it('are suspicious from 2^-36 of all terms, which are two of the same size here', () => {
    expect(suspicious(tf, off(0.99 * 2 ** -35), [1], 1)).toEqual([]);
    expect(suspicious(tf, off(-1.01 * 2 ** -35), [1], 1)).toEqual([{ name: 'x', flat: 0 }]);
  });

  it('are wrong in doubles from 1e-9 of all terms', () => {
    const wrong = (subject: ExactSubject, side = (setting: Setting) => setting.backward()) =>
      wrongInDoubles(tf, subject, side, [1], 1);
    expect(wrong(off(1.99e-9))).toBe(false);
    expect([wrong(off(2.02e-9)), wrong(off(-2.02e-9))]).toEqual([true, true]);
    expect(
      wrong({
        ...off(1),
        forward: (tf, { x }) => tf.mul(0, x!),
        backward: (tf, _i, dy) => ({ x: tf.zerosLike(dy) }),
      }),
    ).toBe(false);
    expect(wrong(off(1), () => ({ cause: 'none' }))).toBeNull();
    expect(wrong({ ...off(1), forward: (tf, { x }) => tf.log(tf.neg(x!)) })).toBeNull();
    expect(wrong({ ...off(1), arithmetic: tf })).toBeNull();
    expect(wrong(off(Number.NaN))).toBeNull();
    // The intended function has the gradient 6.
    expect(wrong({ ...off(1), gradientOf: (tf, { x }) => tf.mul(6, x!) })).toBe(false);
  });

  it('are wrong in doubles at the point itself, not far from it', () => {
    const beside: ExactSubject = {
      inputs: [input('x', [2])],
      forward: (tf, { x }) => tf.square(x!),
      // Off by 1e-7 wherever x is
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.add(tf.mul(2, x!), 1e-7)) }),
    };
    expect(wrongInDoubles(tf, beside, (setting) => setting.backward(), [1], 1)).toBe(true);
  });

  it('stay open where neighbours a few units in the last place away differ as much', () => {
    const x = 1 + 2 ** -30;
    // 1 / (x - 1) amplifies the last units by 2^30.
    const cancelling: ExactSubject = {
      inputs: [input('x', [x])],
      forward: (tf, { x }) => tf.reciprocal(tf.sub(x!, 1)),
      backward: (tf, { x: at }, dy) => ({ x: tf.mul(-(2 ** 60) * (1 + 1e-7), tf.mul(dy, tf.onesLike(at!))) }),
    };
    expect(wrongInDoubles(tf, cancelling, (setting) => setting.backward(), [1], 1)).toBe(false);
  });

  it('are told with their values by hand, by autodiff and by dual numbers', () => {
    const { elements, wrong } = exact({
      inputs: { x: [[1, 2, 4]] },
      forward: (tf, { x }) => tf.square(x!),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(x!, [2, 3, 2])) }),
    });
    expect(wrong).toEqual({ x: 1 });
    expect(elements.map(({ input, index }) => [input, ...index])).toEqual([['x', 0, 1]]);
    const [{ yours, autodiff, numeric }] = elements as [(typeof elements)[number]];
    expect([yours! / autodiff!, numeric! / autodiff!]).toEqual([1.5, expect.closeTo(1, 14)]);
  });

  it('by dual numbers are single elements of <dy, J>', () => {
    const product: ExactSubject = {
      inputs: [input('x', [2, 3]), input('y', [5, 7])],
      forward: (tf, { x, y }) => tf.mul(x!, y!),
      gradientOf: (tf, { x, y }) => tf.mul(4, tf.mul(x!, y!)),
    };
    const duals = new Duals(tf, product, [2]);
    expect([duals.element('x', 1, [10, 100]), duals.element('y', 0, [10, 100])]).toEqual([2800, 80]);
    expect([...duals.gradient('y', [10, 100])]).toEqual([80, 1200]);
    expect(duals.element('x', 0)).toBeCloseTo(20 * duals.dy[0]!, 12);
    const still = new Duals(tf, { ...product, gradientOf: (tf) => tf.tensor([1, 2]) }, [2]);
    expect([...still.derivative({ x: Float64Array.of(1, 1) })]).toEqual([0, 0]);
  });
});
