import { describe, expect, it } from '@jest/globals';
import type { Data, Layout, Shape } from 'plotly.js-dist-min';
import { layout, type PlotSpec } from '../../../../src/report/parts/figureSpec.ts';
import { type Axis, axesOf } from '../../../../src/report/parts/still/axes.ts';
import { AxisTexts, GridLines } from '../../../../src/report/parts/still/axis.tsx';
import { BarMarks } from '../../../../src/report/parts/still/bars.tsx';
import { coloredPaths, colorScaleOf } from '../../../../src/report/parts/still/colors.ts';
import { ColorBar, HeatmapCells } from '../../../../src/report/parts/still/heatmap.tsx';
import { Legend } from '../../../../src/report/parts/still/legend.tsx';
import { ScatterMarks } from '../../../../src/report/parts/still/scatter.tsx';
import { AnnotationText, ShapeMarks } from '../../../../src/report/parts/still/shapes.tsx';
import { plainText } from '../../../../src/report/parts/still/text.ts';
import type { Bar, Heatmap, Scatter, StillTrace } from '../../../../src/report/parts/still/traces.ts';
import { elements, markup } from '../../../support/markup.ts';

/** From 0 to 10 on both axes, upwards and to the right, so that 1 is 10 percent. */
const TEN = { xaxis: { range: [0, 10] }, yaxis: { range: [0, 10] } } as const;
const specOf = (data: readonly StillTrace[], more: object = TEN): PlotSpec => ({
  data: [...data] as Data[],
  layout: layout('', more as Partial<Layout>),
});
const axes = (traces: readonly StillTrace[] = [], more: object = TEN): Map<string, Axis> =>
  axesOf(specOf(traces, more), traces);
describe('bars', () => {
  const bar = (more: object): Bar => ({ type: 'bar', x: [2, 4], y: [5, 10], ...more }) as Bar;
  const drawn = (trace: Bar, place: { index: number; of: number }, gap = 0, more: object = TEN) => {
    const found = axes([trace], more);
    const text = markup(BarMarks, { trace, ...place, x: found.get('x')!, y: found.get('y')!, gap });
    return elements(text, 'path').map(({ d, fill }) => [fill, d]);
  };
  const only = { index: 0, of: 1 };

  it('stand around their places, as far apart as the gap is', () => {
    expect(drawn(bar({}), only)).toEqual([['#1f77b4', 'M10 100V50H30V100zM30 100V0H50V100z']]);
    expect(drawn(bar({}), only, 0.5)).toEqual([['#1f77b4', 'M15 100V50H25V100zM35 100V0H45V100z']]);
  });

  it('share their place from left to right', () => {
    expect(drawn(bar({}), { index: 0, of: 2 })[0]![1]).toBe('M10 100V50H20V100zM30 100V0H40V100z');
    expect(drawn(bar({}), { index: 1, of: 2 })[0]![1]).toBe('M20 100V50H30V100zM40 100V0H50V100z');
  });

  it('are as wide as they say, all or one by one', () => {
    expect(drawn(bar({ width: 1 }), only)[0]![1]).toBe('M15 100V50H25V100zM35 100V0H45V100z');
    expect(drawn(bar({ width: [1, 2] }), only)[0]![1]).toBe('M15 100V50H25V100zM30 100V0H50V100z');
  });

  it('have their colours, and are none where they have no height or no value', () => {
    const color = ['#000001', '#000002', '#000001', '#000001'];
    const four = bar({ x: [2, 4, 6, 8], y: [5, 10, 0, null], marker: { color } });
    expect(drawn(four, only)).toEqual([
      ['#000001', 'M10 100V50H30V100z'],
      ['#000002', 'M30 100V0H50V100z'],
    ]);
  });

  it('stand on the ground of a logarithmic axis, and hang from 0 below it', () => {
    const log = { ...TEN, yaxis: { type: 'log', range: [0, 2] } };
    expect(drawn(bar({ y: [1, 10] }), only, 0, log)).toEqual([['#1f77b4', 'M30 100V50H50V100z']]);
    const both = { ...TEN, yaxis: { range: [-10, 10] } };
    expect(drawn(bar({ y: [-5, 5] }), only, 0, both)[0]![1]).toBe('M10 50V75H30V50zM30 50V25H50V50z');
  });
});

describe('lines and markers', () => {
  const drawn = (trace: object, more: object = TEN) => {
    const whole = { type: 'scatter', x: [0, 10], y: [10, 5], ...trace } as Scatter;
    const found = axes([whole], more);
    return markup(ScatterMarks, { trace: whole, x: found.get('x')!, y: found.get('y')! });
  };

  it('have colours of each other where they have none', () => {
    const [line] = elements(drawn({ mode: 'lines', marker: { color: '#000001' } }), 'path');
    expect(line).toEqual({ class: 'still__line', stroke: '#000001', 'stroke-width': '2', d: 'M0,0L100,50' });
    const [dots] = elements(drawn({ mode: 'markers', line: { color: '#000002' } }), 'path');
    expect(dots).toEqual({
      ...{ class: 'still__markers', stroke: '#000002', 'stroke-width': '6', 'stroke-linecap': 'round' },
      d: 'M0 0h0M100 50h0',
    });
    expect(elements(drawn({}), 'path').map(({ stroke }) => stroke)).toEqual(['#1f77b4', '#1f77b4']);
  });

  it('are what the mode says, and lines from 20 points on', () => {
    const kinds = (trace: object) => elements(drawn(trace), 'path').map((path) => path.class);
    const long = (count: number) => Array.from({ length: count }, () => 1);
    expect(kinds({ mode: 'lines+markers' })).toEqual(['still__line', 'still__markers']);
    expect(kinds({ x: undefined, y: long(19) })).toEqual(['still__line', 'still__markers']);
    expect(kinds({ x: undefined, y: long(20) })).toEqual(['still__line']);
  });

  it('fill what is under a line, in its colour or in their own', () => {
    const own = elements(drawn({ mode: 'lines', fill: 'tozeroy', line: { color: '#000001' } }), 'path')[0]!;
    expect(own).toEqual({
      ...{ class: 'still__fill', fill: '#000001', 'fill-opacity': '0.2' },
      d: 'M0,0L100,50L100,100L0,100Z',
    });
    const other = elements(drawn({ mode: 'lines', fill: 'tozeroy', fillcolor: 'red' }), 'path')[0]!;
    expect([other.fill, other['fill-opacity']]).toEqual(['red', undefined]);
    const log = { ...TEN, yaxis: { type: 'log', range: [0, 2] } };
    expect(elements(drawn({ mode: 'lines', fill: 'tozeroy' }, log), 'path')[0]!.d).toMatch(
      /L100,100L0,100Z$/,
    );
  });

  it('leave a gap where an axis cannot show a point', () => {
    const log = { ...TEN, yaxis: { type: 'log', range: [0, 2] } };
    const gap = elements(drawn({ mode: 'lines', x: [0, 5, 10], y: [1, 0, 100] }, log), 'path');
    expect(gap[0]!.d).toBe('M0,100ZM100,0Z');
  });

  it('are diamonds of an area: a side squared, at their places, as opaque as they say', () => {
    const text = drawn({
      mode: 'markers',
      marker: { symbol: 'diamond', size: 8, opacity: 0.5, color: '#00f' },
    });
    expect(elements(text, 'g')).toEqual([{ opacity: '0.5' }]);
    expect(elements(text, 'svg').slice(1)).toEqual([
      { 'aria-hidden': 'true', class: 'still__at', x: '0%', y: '0%' },
      { 'aria-hidden': 'true', class: 'still__at', x: '100%', y: '50%' },
    ]);
    // d3's diamond2 reaches sqrt(area) * 0.62625 to each side.
    expect(elements(text, 'path')[0]).toEqual({ fill: '#00f', d: 'M0,-5L5,0L0,5L-5,0Z' });
    const round = drawn({ mode: 'markers', marker: { opacity: 0.25, symbol: 'square', size: 3 } });
    expect([elements(round, 'g')[0]!.opacity, elements(round, 'path')[0]!['stroke-linecap']]).toEqual([
      '0.25',
      'square',
    ]);
    expect(elements(drawn({ mode: 'lines', marker: { symbol: 'diamond' } }), 'path')).toHaveLength(1);
  });
});

describe('a heatmap', () => {
  const map = {
    type: 'heatmap',
    colorscale: 'Greys',
    z: [
      [0, 1, 1, null],
      [0, 0, 1, 1],
    ],
  } as Heatmap;

  it('has a path for each colour, with neighbours in a row as one', () => {
    expect(coloredPaths(map, colorScaleOf(map)).map(({ path }) => path)).toEqual([
      'M0 0h1v1h-1zM0 1h2v1h-2z',
      'M1 0h2v1h-2zM2 1h2v1h-2z',
    ]);
  });

  it('has cells of one unit around whole numbers, the first row below', () => {
    const found = axes([map], { xaxis: { range: [-0.5, 4.5] }, yaxis: { range: [-0.5, 3.5] } });
    const text = markup(HeatmapCells, { trace: map, x: found.get('x')!, y: found.get('y')! });
    expect(elements(text, 'g')[0]!.transform).toBe('matrix(20 0 0 -25 0 100)');
    for (const z of [[], [[]]])
      expect(markup(HeatmapCells, { trace: { ...map, z }, x: found.get('x')!, y: found.get('y')! })).toBe('');
  });

  it('has a bar of 48 steps, the highest on top, with five or so ticks', () => {
    const text = markup(ColorBar, { trace: map });
    const steps = elements(text, 'path');
    expect(steps).toHaveLength(48);
    // The middle of the first step is 1 - 0.5 / 48 of the way to white, 255.
    expect([steps[0], steps[47]]).toEqual([
      { fill: 'rgb(252, 252, 252)', d: 'M0 0h1v1h-1z' },
      { fill: 'rgb(3, 3, 3)', d: 'M0 47h1v1h-1z' },
    ]);
    expect(elements(text, 'svg')[1]).toMatchObject({ x: '10', width: '14', viewBox: '0 0 1 48' });
    expect(elements(text, 'g')[1]!.transform).toBe('translate(29 4)');
    expect([...text.matchAll(/<text y="([^"]*)">([^<]*)/g)].map(([, y, label]) => [label, y])).toEqual([
      ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => [String(value), `${100 - 100 * value}%`]),
    ]);
    const thick = markup(ColorBar, { trace: { ...map, colorbar: { thickness: 20 } } });
    expect([elements(thick, 'svg')[1]!.width, elements(thick, 'g')[1]!.transform]).toEqual([
      '20',
      'translate(35 4)',
    ]);
  });
});

describe('a legend', () => {
  const line = (name: string, more: object = {}): StillTrace =>
    ({ type: 'scatter', mode: 'lines', x: [1], y: [1], name, ...more }) as StillTrace;
  const keys = (traces: readonly StillTrace[], more: object = {}): string =>
    markup(Legend, { traces, spec: specOf(traces, more) });
  const names = (text: string) => [...text.matchAll(/<\/svg>(.*?)<\/li>/g)].map(([, name]) => name);

  it('names what has a name and is shown, if there are several or it is asked for', () => {
    const two = [line('one'), line('<b>two</b>')];
    expect(names(keys(two))).toEqual(['one', 'two']);
    expect(keys([line('one')])).toBe('');
    expect(names(keys([line('one')], { showlegend: true }))).toEqual(['one']);
    expect(keys(two, { showlegend: false })).toBe('');
    expect(keys([line(''), line('')])).toBe('');
    expect(keys([line('one'), line('two', { showlegend: false })])).toBe('');
    expect(
      names(keys([...two, line('three', { showlegend: false }), line('four', { visible: false })])),
    ).toEqual([...['one', 'two']]);
    expect(names(keys([...two, { type: 'heatmap', z: [[1]], name: 'map' } as StillTrace]))).toEqual([
      'one',
      'two',
    ]);
  });

  it('stands below the picture, or in its corner', () => {
    const list = (more: object) => elements(keys([line('one'), line('two')], more), 'ul')[0]!.class;
    expect(list({})).toBe('still__legend still__legend--corner');
    expect(list({ legend: { orientation: 'h' } })).toBe('still__legend');
  });

  it('shows the look of each: a line and its dash, a marker and its shape, a bar', () => {
    const key = (trace: StillTrace) => keys([trace], { showlegend: true });
    const dashed = key(line('one', { line: { color: '#001', dash: 'dot' } }));
    expect(elements(dashed, 'path')).toEqual([
      ...[
        {
          class: 'still__line',
          d: 'M0 5h24',
          stroke: '#001',
          'stroke-width': '2',
          'stroke-dasharray': '2 3',
        },
      ],
    ]);
    const mark = (symbol: string) => key(line('one', { mode: 'markers', marker: { color: '#002', symbol } }));
    expect(elements(mark('circle'), 'path')).toEqual([
      {
        ...{ class: 'still__markers', d: 'M12 5h0', stroke: '#002' },
        ...{ 'stroke-width': '6', 'stroke-linecap': 'round' },
      },
    ]);
    expect(elements(mark('square'), 'path')[0]!['stroke-linecap']).toBe('square');
    expect(elements(mark('diamond'), 'g')).toEqual([{ transform: 'translate(12 5)' }]);
    expect(elements(mark('diamond'), 'path')).toEqual([{ fill: '#002', d: 'M0,-3.8L3.8,0L0,3.8L-3.8,0Z' }]);
    expect(elements(key(line('one', { mode: 'lines+markers' })), 'path')).toHaveLength(2);
    // Of size 1 it is drawn for its place in the order only.
    expect(elements(key(line('one', { mode: 'lines+markers', marker: { size: 1 } })), 'path')).toHaveLength(
      1,
    );
    const bar = { type: 'bar', x: [1], y: [1], name: 'one', marker: { color: '#003' } } as StillTrace;
    expect(elements(key(bar), 'rect')).toEqual([{ width: '12', height: '10', x: '6', fill: '#003' }]);
  });
});

describe('shapes and notes', () => {
  const shape = (given: object) => markup(ShapeMarks, { shape: given as Partial<Shape>, axes: axes() });

  it('a line goes from one place to the other, by axes, panels or the whole picture', () => {
    expect(elements(shape({ type: 'line', x0: 1, y0: 2, x1: 3, y1: 4 }), 'line')[0]).toEqual({
      ...{ x1: '10%', x2: '30%', y1: '80%', y2: '60%', stroke: '#1f77b4', 'stroke-width': '2' },
    });
    const parts = {
      yaxis: { range: [0, 10], domain: [0, 0.5] },
      xaxis: { range: [0, 10], domain: [0.2, 1] },
    };
    const given = { type: 'line', x0: 0.25, x1: 0.25, y0: 0.25, y1: 0.25, line: { width: 1, dash: 'dash' } };
    const at = (xref: string, yref: string) => {
      const found = markup(ShapeMarks, {
        shape: { ...given, xref, yref } as Partial<Shape>,
        axes: axes([], parts),
      });
      const { x1, y1 } = elements(found, 'line')[0]!;
      return [x1, y1];
    };
    // A quarter of the way: of the picture, of the panel, which begins at 20 % and has 80 %, and of a unit of ten.
    expect(at('paper', 'paper')).toEqual(['25%', '75%']);
    expect(at('x domain', 'y domain')).toEqual(['40%', '87.5%']);
    expect(at('x', 'y')).toEqual(['22%', '98.75%']);
    expect(at('x7', 'y7')).toEqual(['25%', '75%']);
  });

  it('a rectangle lies between its corners, whichever come first, without a border of no width', () => {
    const filled = { type: 'rect', x0: 4, x1: 2, y0: 1, y1: 6, fillcolor: '#eee', opacity: 0.5 };
    expect(elements(shape({ ...filled, line: { width: 0 } }), 'rect')[0]).toEqual({
      ...{ x: '20%', y: '40%', width: '20%', height: '50%', fill: '#eee', opacity: '0.5' },
    });
    expect(
      elements(shape({ ...filled, fillcolor: undefined, line: { color: '#123', dash: 'dot' } }), 'rect')[0],
    ).toEqual({
      ...{ x: '20%', y: '40%', width: '20%', height: '50%', fill: 'none', opacity: '0.5' },
      ...{ stroke: '#123', 'stroke-width': '2', 'stroke-dasharray': '2 3' },
    });
  });

  it('a note stands at its place, moved to the right and up, or at the foot of its arrow', () => {
    const note = (annotation: object) => markup(AnnotationText, { annotation, axes: axes() });
    const still = { x: 5, y: 2, text: 'here', showarrow: false };
    const moved = note({
      ...still,
      xshift: 3,
      yshift: 4,
      font: { size: 9 },
      xanchor: 'right',
      yanchor: 'top',
    });
    expect([elements(moved, 'svg')[0], elements(moved, 'text')[0]]).toEqual([
      { 'aria-hidden': 'true', class: 'still__at', x: '50%', y: '80%' },
      { x: '3', y: '-4', dy: '1em', 'text-anchor': 'end', 'font-size': '9' },
    ]);
    expect(elements(note(still), 'text')[0]).toEqual({
      x: '0',
      y: '0',
      dy: '0.35em',
      'text-anchor': 'middle',
    });
    const pointed = note({ ...still, showarrow: true });
    expect(elements(pointed, 'line')[0]).toEqual({
      class: 'still__arrow',
      x1: '-10',
      y1: '-30',
      x2: '0',
      y2: '0',
    });
  });

  it('texts are plain, whether they are texts or have one', () => {
    expect(['<b>a</b>', { text: 'b<br>c' }, null, undefined, {}, 7].map(plainText)).toEqual([
      ...['a', 'b c', '', '', '', ''],
    ]);
  });
});

describe('an axis', () => {
  const PARTS = {
    xaxis: { range: [0, 10], domain: [0.2, 0.7], tickvals: [0, 5], title: { text: 'Across' } },
    yaxis: { range: [0, 10], domain: [0.5, 0.9], tickvals: [0, 5], title: { text: 'Up' } },
  };
  const pair = (letter: 'x' | 'y', more: object = {}) => {
    const both = { ...PARTS, [`${letter}axis`]: { ...PARTS[`${letter}axis`], ...more } };
    const found = axes([], both);
    return { axis: found.get(letter)!, across: found.get(letter === 'x' ? 'y' : 'x')! };
  };

  it('has grid lines through its panel at its ticks', () => {
    // Across, 5 is in the middle of 20 % to 70 %; up, the panel is from 10 % to 50 % from the top.
    expect(elements(markup(GridLines, pair('x')), 'line')).toEqual([
      { x1: '20%', x2: '20%', y1: '10%', y2: '50%' },
      { x1: '45%', x2: '45%', y1: '10%', y2: '50%' },
    ]);
    expect(elements(markup(GridLines, pair('y')), 'line')).toEqual([
      { y1: '50%', y2: '50%', x1: '20%', x2: '70%' },
      { y1: '30%', y2: '30%', x1: '20%', x2: '70%' },
    ]);
    for (const hidden of [{ showgrid: false }, { visible: false }])
      expect(markup(GridLines, pair('x', hidden))).toBe('');
  });

  it('has its labels and its title at the edge of the panel', () => {
    const across = markup(AxisTexts, { ...pair('x'), room: 64 });
    expect(elements(across, 'g')).toEqual([
      { class: 'still__ticks', 'text-anchor': 'middle', transform: 'translate(0 17)' },
    ]);
    expect(elements(across, 'text')).toEqual([
      { x: '20%', y: '50%' },
      { x: '45%', y: '50%' },
      { class: 'still__title', x: '45%', y: '50%', dy: '38', 'text-anchor': 'middle' },
    ]);
    const up = markup(AxisTexts, { ...pair('y'), room: 64 });
    expect(elements(up, 'g')).toEqual([
      { class: 'still__ticks', 'text-anchor': 'end', transform: 'translate(-6 4)' },
    ]);
    expect(elements(up, 'text')).toEqual([
      { x: '0', y: '50%' },
      { x: '0', y: '30%' },
      { class: 'still__title', 'text-anchor': 'middle', transform: 'translate(-48) rotate(-90)' },
    ]);
    expect(elements(up, 'svg')[0]).toMatchObject({ x: '0', y: '30%' });
  });

  it('has none where they are switched off', () => {
    expect(markup(AxisTexts, { ...pair('x', { visible: false }), room: 64 })).toBe('');
    expect(
      elements(markup(AxisTexts, { ...pair('x', { showticklabels: false }), room: 64 }), 'text'),
    ).toHaveLength(1);
    expect(
      elements(markup(AxisTexts, { ...pair('y', { title: undefined }), room: 64 }), 'text'),
    ).toHaveLength(2);
  });

  it('has powers of ten with a raised exponent', () => {
    const log = pair('y', { type: 'log', range: [-1, 1], exponentformat: 'power', tickvals: undefined });
    const text = markup(AxisTexts, { ...log, room: 64 });
    expect(
      [...text.matchAll(/>(1?0?)(?:<tspan dy="-0.4em" font-size="0.75em">([^<]*)<\/tspan>)?<\/text>/g)].map(
        ([, label, exponent]) => [label, exponent],
      ),
    ).toEqual([
      ['10', '−1'],
      ['1', undefined],
      ['10', '1'],
    ]);
  });
});
