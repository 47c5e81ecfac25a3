import { describe, expect, it } from '@jest/globals';
import { Duals, wrongInDoubles } from '../../../src/gradcheck/exact/dual.ts';
import { compared, comparedInDoubles, searched, suspicious } from '../../../src/gradcheck/exact/locate.ts';
import type { Gradients, Setting } from '../../../src/gradcheck/exact/sides.ts';
import type { ExactSubject } from '../../../src/gradcheck/exact/subject.ts';
import { exact, input, range, settingOf, tf } from './support.ts';

type F = ExactSubject['forward'];
const identity: F = (_tf, { x }) => x!;

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
    expect(comparedInDoubles(setting, zeros, zeros).wrong).toEqual({});
    expect(at(1 - 1.01e-5)).toEqual([{ x: 1 }, { x: 1 }]);
    // Of the larger of the two gradients, however small both are
    const tiny = (first: number) => gradientsOf([first, ...Array(7).fill(0)], Array(8).fill(0));
    const apart = (a: number, b: number) => comparedInDoubles(setting, tiny(a), tiny(b)).wrong;
    expect([apart(1e-3, 1e-3 + 0.99e-10), apart(1e-3, 1e-3 + 1.01e-10)]).toEqual([{}, { x: 1 }]);
    expect([apart(1e-3, 0), apart(0, 1e-3)]).toEqual([{ x: 1 }, { x: 1 }]);
    // A difference to a number that is none is one in every element, for the largest is none either.
    expect(at(Number.NaN)).toEqual([
      { x: 8, w: 8 },
      { x: 8, w: 8 },
    ]);
  });

  const searchedIn = (lanes: number, wrong: number[], size = 64) => {
    let passes = 0;
    const f: F = (tf, { x }) => {
      passes++;
      return tf.mul(3, x!);
    };
    const long = { inputs: [input('x', range(size))], forward: f };
    const own = settingOf(long, size, { lanes });
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
    expect(searchedIn(lanes, [])).toEqual({ found: [], passes: 1 });
    // One pass for all, and six halvings: two passes each where the first half fails, and else one.
    expect(searchedIn(lanes, [63])).toEqual({ found: [63], passes: 7 });
    expect(searchedIn(lanes, [0])).toEqual({ found: [0], passes: 13 });
    expect(searchedIn(lanes, [5, 6, 40]).found).toEqual([5, 6, 40]);
    expect(searchedIn(lanes, range(64)).found).toEqual(range(10));
  });

  it.each([
    [2 ** 14, 150],
    [2 ** 16, 77],
    [2 ** 17, 45],
  ])('of %d elements are looked for in %d passes', (size, most) => {
    // Each of the nine is the first of its part, so every halving takes two passes.
    const wrong = range(9).map((k) => (k * size) / 16);
    const { found, passes } = searchedIn(0, wrong, size);
    expect([passes, found]).toEqual([most, wrong.slice(0, found.length)]);
  });

  const off = (error: number): ExactSubject => ({
    inputs: [input('x', [2])],
    forward: (tf, { x }) => tf.mul(3, x!),
    backward: (tf, _inputs, dy) => ({ x: tf.mul(3 * (1 + error), dy) }),
  });

  it('are suspicious from 2^-36 of all terms, which are two of the same size here', () => {
    expect(suspicious(tf, off(0.99 * 2 ** -35), [1], 1)).toEqual([]);
    expect(suspicious(tf, off(-1.01 * 2 ** -35), [1], 1)).toEqual([{ name: 'x', flat: 0 }]);
    // No rule for a kernel of the backward, which is wrong.
    const backward: ExactSubject['backward'] = (tf, _inputs, dy) => ({ x: tf.unique(dy).values });
    expect(suspicious(tf, { ...off(1), backward }, [1], 1)).toEqual([]);
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
    expect(wrong(off(1), () => ({ cause: 'none' }))).toBe(false);
    expect(wrong({ ...off(1), forward: (tf, { x }) => tf.log(tf.neg(x!)) })).toBe(false);
    expect(wrong({ ...off(1), arithmetic: tf })).toBe(false);
    expect(wrong(off(Number.NaN))).toBe(false);
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
    };
    const wrong = (error: number) => {
      const backward: ExactSubject['backward'] = (tf, { x: at }, dy) => ({
        x: tf.mul(-(2 ** 60) * (1 + error), tf.mul(dy, tf.onesLike(at!))),
      });
      return wrongInDoubles(tf, { ...cancelling, backward }, (setting) => setting.backward(), [1], 1);
    };
    expect(wrong(1e-7)).toBe(false);
    // The neighbour 2^-49 away has a slope smaller by 2^-18, half of which is the spread; it counts a hundredfold.
    expect([wrong(0.98 * 100 * 2 ** -18), wrong(1.02 * 100 * 2 ** -18)]).toEqual([false, true]);
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
