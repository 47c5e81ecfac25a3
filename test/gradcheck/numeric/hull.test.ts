import { describe, expect, it } from '@jest/globals';
import { distanceFromHulls, nonNegativeLeastSquares } from '../../../src/gradcheck/numeric/hull.ts';

const point = (...x: number[]) => Float64Array.from(x);
const near = (found: Float64Array, expected: number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 12);
};

describe('weights of at least 0 that come nearest, by hand', () => {
  it.each<[string, number[][], number[], number[]]>([
    ['one column: the projection', [[3, 4]], [5, 10], [55 / 25]],
    ['one column that leads away', [[3, 4]], [-5, -10], [0]],
    [
      'two at right angles',
      [
        [2, 0],
        [0, 4],
      ],
      [6, -4],
      [3, 0],
    ],
    // x (1, 0) + y (1, 1) = (3, 2): y = 2, x = 1.
    [
      'two that are oblique',
      [
        [1, 0],
        [1, 1],
      ],
      [3, 2],
      [1, 2],
    ],
    // Beyond the second edge: the projection on it alone, (1 + 2) / 2.
    [
      'beyond an edge',
      [
        [1, 0],
        [1, 1],
      ],
      [1, 2],
      [0, 1.5],
    ],
    ['more rows than columns: 2 x = 1, x = 2, 2 x = 3', [[2, 1, 2]], [1, 2, 3], [10 / 9]],
    [
      'a column of zeros',
      [
        [0, 0],
        [1, 0],
      ],
      [2, 1],
      [0, 2],
    ],
    [
      'a column twice: the first of them',
      [
        [1, 1],
        [1, 1],
      ],
      [2, 2],
      [2, 0],
    ],
    [
      'nothing to reach',
      [
        [1, 2],
        [3, 4],
      ],
      [0, 0],
      [0, 0],
    ],
    ['no column', [], [1], []],
    // (1, 1, 1) is the best alone and comes first; with the others its weight would be -0.1, and it leaves.
    [
      'three of which the first leaves',
      [
        [1, 1, 1],
        [1, 0, 0],
        [0, 1, 0],
      ],
      [1, 1, -0.1],
      [0, 1, 1],
    ],
    [
      'a column far longer than the others',
      [
        [1e9, 0],
        [0, 1],
      ],
      [1, 1],
      [1e-9, 1],
    ],
  ])('%s', (_name, columns, right, weights) => {
    const given = columns.map((column) => point(...column));
    const found = nonNegativeLeastSquares(given, point(...right));
    near(found, weights);
    for (const weight of found) expect(weight).toBeGreaterThanOrEqual(0);
  });
});

it.each([
  [[[-2, -1, -3], [-3, 0, -2], [-1, 2, 3]], [-3, -4, 4]],
  [[[2, 2, -3], [1, 3, 0], [-2, 0, 2]], [-4, 1, 3]],
  [[[-3, -2, -2, 0], [2, 0, 1, 1], [1, 3, -2, 1], [3, 3, 0, 2], [0, -1, -2, 3]], [3, 4, -1, 4]],
  [[[2, 0, 3, -2], [2, 2, -3, 0], [-2, 0, 1, 2], [-1, -1, 1, -1], [-3, 2, 2, 3], [-2, -1, -1, -3]], [-2, -2, 0, -4]],
])('where several leave, in turn or at once, no move comes nearer: %j to %j', (columns, right) => {
  const weights = nonNegativeLeastSquares(columns.map((column) => point(...column)), point(...right));
  const rest = right.map((x, row) => columns.reduce((sum, column, k) => sum - weights[k]! * column[row]!, x));
  // The conditions of Karush, Kuhn and Tucker: what is left points along no column, and across those that have a weight.
  for (const [k, column] of columns.entries()) {
    const along = column.reduce((sum, x, row) => sum + x * rest[row]!, 0);
    expect(weights[k]! > 0 ? Math.abs(along) : along).toBeLessThan(1e-12);
    expect(weights[k]).toBeGreaterThanOrEqual(0);
  }
}); // biome-ignore format: matrices

it('a column that leaves has no weight, however large the others are', () => {
  const columns = [point(1, 1, 1), point(1, 0, 0), point(0, 1, 0)];
  const found = nonNegativeLeastSquares(columns, point(1e9 / 3, 1e9 / 7, -1e8 / 3));
  expect(found[0]).toBe(0);
  expect([found[1]! / (1e9 / 3), found[2]! / (1e9 / 7)]).toEqual([
    expect.closeTo(1, 12),
    expect.closeTo(1, 12),
  ]);
  // Without the last, 13 x - 3 y = -2 and 2 y - 3 x = 4; rounding leaves it a weight above 1e-14.
  const unit = 1e9 / 7;
  const rounded = nonNegativeLeastSquares(
    [point(-3, -2, 0), point(1, 0, 1), point(2, -1, 3)],
    point(0, unit, 4 * unit),
  );
  near(
    rounded.map((weight) => weight / unit),
    [8 / 17, 46 / 17, 0],
  );
});

it('a column that has a weight is not chosen again, whatever rounding leaves along it', () => {
  // The first two reach (0, 1, 0), and rounding leaves more along them than the third has to gain.
  const found = nonNegativeLeastSquares(
    [point(3, 1e-8, 0), point(-1, 3e-8, 0), point(0, 0, 1)],
    point(0, 1, 1e-9),
  );
  expect(found[2]).toBe(1e-9);
});

it('columns that are almost the same keep the digits of their weights', () => {
  // P. Läuchli, Jordan-Elimination und Ausgleichung nach kleinsten Quadraten (1961): the sum of the columns
  const e = 1e-7;
  const found = nonNegativeLeastSquares(
    [point(1, e, 0, 0), point(1, 0, e, 0), point(1, 0, 0, e)],
    point(3, e, e, e),
  );
  near(found, [1, 1, 1]);
});

it('columns that almost cancel leave room for further ones, which add nothing', () => {
  const found = nonNegativeLeastSquares(
    [point(1, 1e-8), point(-1, 1e-8), point(1, 0), point(-1, 0)],
    point(0, 1),
  );
  expect([found[0]! * 2e-8, found[1]! * 2e-8]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
});

it('a column counts from 1e-15 of the way, and beside another from an angle of 1e-12', () => {
  const alone = (part: number) => nonNegativeLeastSquares([point(part, 1)], point(4, 0))[0];
  expect([alone(0.9e-15), alone(1.1e-15)]).toEqual([0, 4.4e-15]);
  expect(nonNegativeLeastSquares([point(1e-20)], point(1))[0]).toBe(1e20);
  // 4 x = y and part y = 1
  const beside = (part: number) =>
    nonNegativeLeastSquares([point(4, 0), point(-1, part)], point(0, 1))[0]! * 4 * part;
  expect([beside(1e-12), beside(1.1e-12)]).toEqual([0, expect.closeTo(1, 3)]);
});

describe('the distance from a sum of hulls', () => {
  it.each<[string, number[], number[][][], number[], number]>([
    // In units of what is allowed: 1 / 0.5 beside 1 / 0.25.
    ['of the coordinate furthest off', [1, 1], [[[0, 0]]], [0.5, 0.25], 4],
    [
      'to the nearest corner',
      [3, 0],
      [
        [
          [0, 0],
          [1, 0],
        ],
      ],
      [1, 1],
      2,
    ],
    [
      'to an edge: half of (1, -1)',
      [1, 1],
      [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      [1, 1],
      0.5,
    ],
    [
      'on the near side',
      [-2, 0],
      [
        [
          [0, 0],
          [1, 0],
        ],
      ],
      [1, 1],
      2,
    ],
    [
      'to the sum of two',
      [4, 4],
      [
        [
          [0, 0],
          [1, 0],
        ],
        [
          [0, 0],
          [0, 2],
        ],
      ],
      [1, 1],
      3,
    ],
    [
      'with a fixed part',
      [5, 1],
      [
        [[5, 0]],
        [
          [0, 0],
          [0, 1],
        ],
      ],
      [1, 1],
      0,
    ],
    [
      'of large numbers',
      [3e12, 0],
      [
        [
          [0, 0],
          [1e12, 0],
        ],
      ],
      [1e12, 1],
      2,
    ],
    [
      'of small numbers',
      [3e-12, 0],
      [
        [
          [0, 0],
          [1e-12, 0],
        ],
      ],
      [1e-12, 1],
      2,
    ],
    ['of zeros', [0, 0], [[[0, 0]]], [1, 1], 0],
  ])('%s', (_name, target, factors, allowed, distance) => {
    const hulls = factors.map((points) => points.map((each) => point(...each)));
    // The rows that hold the weights have a weight of 1e6 beside the coordinates.
    expect(distanceFromHulls(point(...target), hulls, point(...allowed))).toBeCloseTo(distance, 4);
  });
});

describe('a point and the hulls around it', () => {
  const allowed = point(0.01, 0.01);
  const corners = [point(1, 0), point(0, 1)];

  it('is 0 inside the hull of points, and the distance in what is allowed outside', () => {
    for (const inside of [point(0.5, 0.5), point(1, 0), point(0.25, 0.75)])
      expect(distanceFromHulls(inside, [corners], allowed)).toBeLessThan(1e-6);
    // The nearest point to [1, 1] is [0.5, 0.5].
    expect(distanceFromHulls(point(1, 1), [corners], allowed)).toBeCloseTo(50, 2);
    expect(distanceFromHulls(point(1, 0.5), [corners], allowed)).toBeCloseTo(25, 2);
  });

  it('takes one point of every factor', () => {
    const square = [
      [point(0, 0), point(1, 0)],
      [point(0, 0), point(0, 1)],
    ];
    expect(distanceFromHulls(point(0.3, 0.9), square, allowed)).toBeLessThan(1e-6);
    expect(distanceFromHulls(point(1, 1), square, allowed)).toBeLessThan(1e-6);
    expect(distanceFromHulls(point(0.3, 1.05), square, allowed)).toBeCloseTo(5, 2);
  });

  it('knows points that depend on each other', () => {
    const segment = [point(0, 0), point(1, 1), point(2, 2), point(1, 1)];
    expect(distanceFromHulls(point(1.5, 1.5), [segment], allowed)).toBeLessThan(1e-6);
    expect(distanceFromHulls(point(2.5, 2.5), [segment], allowed)).toBeCloseTo(50, 2);
  });
});

it('least squares of as many columns as there are free a column in each round', () => {
  const SIZE = 40;
  const columns = Array.from({ length: SIZE }, (_, k) => new Float64Array(SIZE).fill(1, k, k + 1));
  const right = Float64Array.from({ length: SIZE }, (_, k) => k + 1);
  expect(nonNegativeLeastSquares(columns, right)).toEqual(right);
});
