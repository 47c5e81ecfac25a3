import { describe, expect, it } from '@jest/globals';
import { PLAIN } from '../../../src/gradcheck/exact/dual.ts';
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
import { input, PRIME, settingOf, tf } from './support.ts';

type F = ExactSubject['forward'];
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

describe('a gradient that throws', () => {
  const inputs = [input('x', [2, 3])];
  const throwing: F = (tf, { x }) =>
    tf.customGrad((y, save) => {
      (save as (tensors: Tensor[]) => void)([y as Tensor]);
      return {
        value: tf.square(y as Tensor),
        gradFunc: () => {
          throw new Error('deliberate');
        },
      };
    })(x!);

  it('leaves no tensors behind', () => {
    const own = settingOf({ inputs, forward: throwing }, 2);
    const before = tf.memory().numTensors;
    const { outcome } = own.autodiff(throwing);
    expect(outcome).toEqual({ cause: 'it throws: deliberate' });
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state.activeTape).toBeNull();
  });

  it('inside another gradient leaves the tape of that one alone', () => {
    const outer = (x: Tensor): Tensor => {
      const y = tf.square(x);
      settingOf({ inputs, forward: throwing }, 2).autodiff(throwing);
      return tf.mul(y, x);
    };
    // The derivative of x^3
    expect([
      ...tf
        .grad(outer)(tf.tensor([2, 3]))
        .dataSync(),
    ]).toEqual([12, 27]);
  });

  it('of forward, or of no kind at all, cannot be proved', () => {
    const failing: F = () => {
      throw new Error('deliberate');
    };
    const own = settingOf({ inputs, forward: failing }, 2);
    expect(() => own.autodiff(failing)).toThrow('it throws: deliberate');
  });
});
