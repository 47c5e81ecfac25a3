import { describe, expect, it } from '@jest/globals';
import { layout, type PlotSpec } from '../../../../src/report/parts/figureSpec.ts';
import { axesOf } from '../../../../src/report/parts/still/axes.ts';
import { colorScaleOf } from '../../../../src/report/parts/still/colors.ts';
import { halfStep, rangeOf } from '../../../../src/report/parts/still/extent.ts';
import { type Point, thinLine, thinMarkers } from '../../../../src/report/parts/still/thin.ts';
import type { Coordinate, Heatmap, StillTrace } from '../../../../src/report/parts/still/traces.ts';

type Values = readonly (number | null)[];
const line = (x: Values, y: Values): StillTrace => ({ type: 'scatter', mode: 'lines', x, y }) as StillTrace;
const dots = (x: Values, y: Values): StillTrace => ({ type: 'scatter', mode: 'markers', x, y }) as StillTrace;
const area = (x: Values, y: Values): StillTrace => ({ ...line(x, y), fill: 'tozeroy' }) as StillTrace;
const bars = (x: Values, y: Values): StillTrace => ({ type: 'bar', x, y }) as StillTrace;
const map = {
  type: 'heatmap',
  z: [
    [1, 2, 3],
    [4, 5, 6],
  ],
} as Heatmap as StillTrace;
const plain = (value: Coordinate): number => (value === null ? Number.NaN : Number(value));
const exponent = (value: Coordinate): number => Math.log10(plain(value));
const A = [0, 10];

describe('the range of an axis', () => {
  it.each<[string, StillTrace[], 'x' | 'y', object, readonly [number, number]]>([
    ['lines end at the edge', [line(A, A)], 'x', {}, [0, 10]],
    ['and have a twentieth above and below', [line(A, A)], 'y', {}, [-0.5, 10.5]],
    ['markers have it all around', [dots(A, A)], 'x', {}, [-0.5, 10.5]],
    ['lines with markers too', [line([2, 4], A), dots([0, 10], A)], 'x', {}, [-0.5, 10.5]],
    ['an area begins at 0', [area(A, [2, 10])], 'y', {}, [0, 10.5]],
    ['or ends there', [area(A, [-10, -2])], 'y', {}, [-10.5, 0]],
    ['but not across', [area([2, 10], A)], 'x', {}, [2, 10]],
    ['bars begin at 0', [bars([1, 2], [2, 10])], 'y', {}, [0, 10.5]],
    ['bars have half of their distance beside them', [bars([1, 2, 4], A)], 'x', {}, [0.5, 4.5]],
    ['one bar is 1 wide', [bars([3], [1])], 'x', {}, [2.5, 3.5]],
    ['cells lie around whole numbers, across', [map], 'x', {}, [-0.5, 2.5]],
    ['and down', [map], 'y', {}, [-0.5, 1.5]],
    ['no rows are nothing, across', [{ ...map, z: [] } as StillTrace], 'x', {}, [0, 1]],
    ['one value has half a unit, and a twentieth of a unit', [dots([5], [5])], 'y', {}, [4.45, 5.55]],
    ['nothing is 0 to 1', [], 'y', {}, [0, 1]],
    ['gaps are nothing', [line([0, 1, 2], [null, 2, 4])], 'y', {}, [1.9, 4.1]],
    ['from 0 where the layout says so', [line(A, [2, 10])], 'y', { rangemode: 'tozero' }, [0, 10.5]],
    ['on a logarithmic axis there is no 0', [area(A, [1, 100])], 'y', { type: 'log' }, [-0.1, 2.1]],
    ['turned round', [line(A, A)], 'y', { autorange: 'reversed' }, [10.5, -0.5]],
    ['as the layout says', [line(A, A)], 'y', { range: [3, 1], autorange: 'reversed' }, [3, 1]],
  ])('%s', (_, traces, letter, axis, range) => {
    const number = 'type' in axis ? exponent : plain;
    const found = rangeOf(traces, letter, axis, number);
    expect(found.map((value) => Number(value.toFixed(9)))).toEqual(range);
  });

  it('half a step is half of the smallest distance', () => {
    expect([halfStep([4, 1, 2]), halfStep([3, 3, 9]), halfStep([3]), halfStep([])]).toEqual([
      0.5, 3, 0.5, 0.5,
    ]);
  });
});

describe('the ticks of an axis', () => {
  const ticks = (axis: object, traces: StillTrace[] = [dots(A, A)]) => {
    const spec: PlotSpec = { data: [], layout: layout('', { yaxis: axis }) };
    const found = axesOf(spec, traces).get('y')!.ticks;
    return found.map(({ at, label, exponent }) =>
      [Number(at.toFixed(6)), label, exponent].slice(0, exponent === undefined ? 2 : 3),
    );
  };

  it.each<[string, object, unknown[]]>([
    [
      'at round numbers',
      { range: [0, 10], nticks: 3 },
      [
        [100, '0'],
        [50, '5'],
        [0, '10'],
      ],
    ],
    [
      'where they are told to be',
      { range: [0, 4], tickvals: [1, 3] },
      [
        [75, '1'],
        [25, '3'],
      ],
    ],
    ['with what they are told to say', { range: [0, 4], tickvals: [1], ticktext: ['one'] }, [[75, 'one']]],
    [
      'none outside',
      { range: [0, 4], tickvals: [-1, 0, 4, 5] },
      [
        [100, '0'],
        [0, '4'],
      ],
    ],
    [
      'at a distance',
      { range: [0, 1], dtick: 0.5 },
      [
        [100, '0'],
        [50, '0.5'],
        [0, '1'],
      ],
    ],
    [
      'as percentages',
      { range: [0, 1], dtick: 0.5, tickformat: '.0%' },
      [
        [100, '0%'],
        [50, '50%'],
        [0, '100%'],
      ],
    ],
    [
      'at decades',
      { type: 'log', range: [-1, 1], exponentformat: 'power' },
      [
        [100, '10', -1],
        [50, '1'],
        [0, '10', 1],
      ],
    ],
    [
      'at decades in numbers',
      { type: 'log', range: [-1, 1] },
      [
        [100, '0.1'],
        [50, '1'],
        [0, '10'],
      ],
    ],
    [
      'at every other decade',
      { type: 'log', range: [0, 4], dtick: 2 },
      [
        [100, '1'],
        [50, '100'],
        [0, '10000'],
      ],
    ],
    [
      'at no more decades than there is room for',
      { type: 'log', range: [0, 12] },
      [0, 2, 4, 6, 8, 10, 12].map((at) => [Number((100 - at / 0.12).toFixed(6)), String(10 ** at)]),
    ],
  ])('%s', (_, axis, expected) => expect(ticks(axis)).toEqual(expected));

  it('panels have their parts of the picture, from the top', () => {
    const spec: PlotSpec = {
      data: [],
      layout: layout('', { yaxis: { domain: [0.75, 1] }, yaxis2: { domain: [0, 0.5] } }),
    };
    const axes = axesOf(spec, [{ ...dots(A, A), yaxis: 'y2' } as StillTrace]);
    const places = [...axes].map(([name, { start, length }]) => [name, start, length]);
    expect(places).toEqual([
      ['x', 0, 100],
      ['y', 0, 25],
      ['y2', 50, 50],
    ]);
    expect(axes.get('y2')!.place(10)).toBeCloseTo(100 * (0.5 / 11), 9);
  });
});

describe('the colours of a heatmap', () => {
  const scaleOf = (z: (number | null)[][], more: object = {}) =>
    colorScaleOf({ type: 'heatmap', z, ...more } as Heatmap);

  it.each<[(number | null)[][], object, readonly [number, number]]>([
    [
      [
        [2, null],
        [5, 3],
      ],
      {},
      [2, 5],
    ],
    [[[2, 5]], { zmin: 0, zmax: 9 }, [0, 9]],
    [[[4, 4]], {}, [4, 5]],
    [[[null]], {}, [0, 1]],
  ])('of %j with %j reach from %j', (z, more, [low, high]) => {
    expect(scaleOf(z, more)).toMatchObject({ low, high });
  });

  it('are of 96 levels, the outermost for what lies beyond', () => {
    const { level, at, color } = scaleOf([[0, 96]], { colorscale: 'Greys' });
    expect([-1, 0, 0.99, 1, 95, 96, 200].map(level)).toEqual([0, 0, 0, 1, 95, 95, 95]);
    expect([at(0), at(1), at(-1)]).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    // Level 48 lies at 48.5 / 96 of the scale.
    expect(color(48)).toBe('rgb(129, 129, 129)');
    const turned = scaleOf([[0, 96]], { colorscale: 'Greys', reversescale: true });
    expect([turned.at(0), turned.at(1)]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  });
});

describe('what is long', () => {
  const points = (count: number, y: (at: number) => number): Point[] =>
    Array.from({ length: count }, (_, at): Point => [at, y(at)]);

  it('is thinned from 321 points on', () => {
    for (const count of [320, 321]) {
      const all = points(count, () => 50);
      expect(thinLine(all).length < count).toBe(count > 320);
      // 321 markers on 320 places: the last one is on another.
      const close = all.map((_, at): Point => [at / 1000, 50]);
      expect(thinMarkers(close).length < count).toBe(count > 320);
    }
  });

  it('keeps of each column the lowest and the highest point, in order, and gaps', () => {
    const all: Point[] = points(1600, (at) => at % 10);
    all[5] = null;
    const thinned = thinLine(all);
    // 160 columns of ten points from 0 to 9.
    expect(thinned.slice(0, 5)).toEqual([[0, 0], null, [9, 9], [10, 0], [19, 9]]);
    expect(thinned).toHaveLength(321);
  });

  it('loses no point at the edges of its columns', () => {
    // 320 columns' worth and one more: the last of 160 columns has three points, of which the middle one goes.
    const all = points(321, (at) => at);
    expect(thinLine(all)).toEqual(all.filter((_, at) => at !== 319));
  });

  it('keeps of markers on one spot the last', () => {
    const all = points(400, () => 10).map(
      (point, at): Point => (at === 7 ? null : [at < 200 ? 0.3 : 0.32, point![1]]),
    );
    expect(thinMarkers(all)).toEqual([
      [0.3, 10],
      [0.32, 10],
    ]);
  });
});
