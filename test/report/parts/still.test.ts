import { describe, expect, it } from '@jest/globals';
import type { Data } from 'plotly.js-dist-min';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { renderReport } from '../../../src/report/index.ts';
import { layout, type PlotSpec } from '../../../src/report/parts/figureSpec.ts';
import { Still } from '../../../src/report/parts/still.tsx';
import { diverging } from '../../../src/report/sections/kernel/figure.ts';
import { realRun } from '../../support/realRun.ts';
import { compareResult } from '../../support/results.ts';

type Scatter = Extract<Data, { type?: 'scatter' }>;

const still = (data: Data[], more: PlotSpec['layout'] = {}): string =>
  renderToString(h(Still, { spec: { data, layout: layout('A title', more) } }));

/** The attributes of all paths with a class. */
const paths = (markup: string, name: string): Record<string, string>[] =>
  [...markup.matchAll(new RegExp(`<path class="${name}"([^>]*)>`, 'g'))].map(([, attributes]) =>
    Object.fromEntries(
      [...attributes!.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
  );

/** Tick labels with their position, horizontal or vertical. */
const ticks = (markup: string, letter: 'x' | 'y'): [string, string][] => {
  const [xs = '', ys = ''] = markup.match(/<g class="still__ticks".*?<\/g>/gs) ?? [];
  return [
    ...(letter === 'x' ? xs : ys).matchAll(new RegExp(`<text.*?${letter}="([^"]+)"[^>]*>(.*?)</text>`, 'gs')),
  ].map(([, place, label]) => [label!.replace(/<[^>]*>/g, '^').replace(/\^$/, ''), place!]);
};

const square: { xaxis: { range: [number, number] }; yaxis: { range: [number, number] } } = {
  xaxis: { range: [0, 10] },
  yaxis: { range: [0, 10] },
};

describe('a still picture', () => {
  it('draws a line through its points, with gaps, dashes and what is filled under it', () => {
    const markup = still(
      [
        {
          type: 'scatter',
          x: [0, 5, 6, 10],
          y: [0, 10, null, 5],
          mode: 'lines',
          fill: 'tozeroy',
          line: { color: '#123456', width: 3, dash: 'dash' },
        },
      ],
      square,
    );
    expect(paths(markup, 'still__line')).toEqual([
      { stroke: '#123456', 'stroke-width': '3', 'stroke-dasharray': '7 5', d: 'M0,100L50,0M100,50Z' },
    ]);
    expect(paths(markup, 'still__fill')[0]?.d).toBe('M0,100L50,0L50,100L0,100ZM100,50L100,100Z');
  });

  it('draws a step where a line is one', () => {
    const markup = still(
      [{ type: 'scatter', x: [0, 5], y: [0, 10], mode: 'lines', line: { shape: 'hv' } }],
      square,
    );
    expect(paths(markup, 'still__line')[0]?.d).toBe('M0,100L50,100L50,0');
  });

  it('draws markers by shape, size and colour', () => {
    const trace: Scatter = { type: 'scatter', x: [0, 5], y: [10, 0], mode: 'markers' };
    const round = paths(
      still([{ ...trace, marker: { size: 7, color: '#abcdef' } }], square),
      'still__markers',
    );
    expect(round).toEqual([
      { stroke: '#abcdef', 'stroke-width': '7', 'stroke-linecap': 'round', d: 'M0 0h0M50 100h0' },
    ]);
    const two = still([{ ...trace, marker: { symbol: 'square', color: ['#000001', '#000002'] } }], square);
    expect(paths(two, 'still__markers').map(({ stroke, d }) => [stroke, d])).toEqual([
      ['#000001', 'M0 0h0'],
      ['#000002', 'M50 100h0'],
    ]);
    expect(two).toContain('stroke-linecap="square"');
    const diamonds = still([{ ...trace, marker: { symbol: 'diamond' } }], square);
    expect(diamonds.match(/<svg[^>]* class="still__at" x="(0|50)%" y="(0|100)%">/g)).toHaveLength(2);
  });

  it('draws bars from 0, side by side or over each other', () => {
    const bars = (more: Partial<Extract<Data, { type?: 'bar' }>>, layout: PlotSpec['layout'] = {}) =>
      paths(
        still([{ type: 'bar', x: [1, 2], y: [10, 5], marker: { color: '#111111' }, ...more } as Data], {
          yaxis: { range: [0, 10] },
          bargap: 0,
          ...layout,
        }),
        'still__bar',
      ).map(({ d }) => d);
    expect(bars({})).toEqual(['M0 100V0H50V100zM50 100V50H100V100z']);
    expect(bars({ width: 0.5 }, { xaxis: { range: [0.5, 2.5] } })).toEqual([
      'M12.5 100V0H37.5V100zM62.5 100V50H87.5V100z',
    ]);
    expect(bars({ x: ['a', 'b'] })).toEqual(bars({}));
    const log: PlotSpec['layout'] = { yaxis: { type: 'log', range: [0, 2] } };
    expect(bars({ y: [10, 0] }, log)).toEqual(['M0 100V50H50V100z']);
    const pair: Data[] = [1, 2].map(() => ({ type: 'bar', x: [1, 2], y: [1, 1] }));
    const both = (barmode: 'group' | 'overlay') =>
      paths(still(pair, { bargap: 0, barmode }), 'still__bar').map(({ d }) => d?.slice(0, 8));
    expect(both('group')).toEqual(['M0 100V4', 'M25 100V']);
    expect(both('overlay')).toEqual(['M0 100V4', 'M0 100V4']);
  });

  it('draws a heatmap’s cells in their colours, neighbours of one colour as one, and its bar', () => {
    const markup = still(
      [
        {
          type: 'heatmap',
          z: [
            [0, 0, 1],
            [null, 0.5, 1],
          ],
          colorscale: diverging,
          zmin: 0,
          zmax: 1,
        } as Data,
      ],
      { yaxis: { autorange: 'reversed', scaleanchor: 'x' } },
    );
    const cells = /<g class="still__cells" transform="matrix\(([^)]*)\)">(.*?)<\/g>/s.exec(markup);
    const [across, , , down, left, top] = cells![1]!.split(' ').map(Number);
    expect([across, down, left, top]).toEqual([100 / 3, 50, 0, 0]);
    const colors = [...cells![2]!.matchAll(/fill="([^"]+)" d="([^"]+)"/g)].map(([, fill, d]) => [d, fill]);
    expect(colors.map(([d]) => d)).toEqual(['M0 0h2v1h-2z', 'M2 0h1v1h-1zM2 1h1v1h-1z', 'M1 1h1v1h-1z']);
    expect(colors[0]![1]).toMatch(/^rgb\(3\d, 10\d, 17\d\)$/);
    expect(colors[2]![1]).toMatch(/^rgb\(24\d, 24\d, 24\d\)$/);
    expect(markup).toMatch(/class="still__at still__colorbar".*<text y="40%">0\.6<\/text>/s);
    const named = still([{ type: 'heatmap', z: [[0, 1]], colorscale: 'Viridis', showscale: false }]);
    expect(named).toMatch(/fill="rgb\(6\d, \d, 8\d\)".*fill="rgb\(25\d, 23\d, 3\d\)"/s);
    expect(named).not.toContain('still__colorbar');
  });

  it('has axes from 0 to 1 where it has no values', () => {
    const empty = still([{ type: 'scatter', x: [], y: [], mode: 'lines' }]);
    expect(ticks(empty, 'x').at(0)).toEqual(['0', '0%']);
    expect(ticks(empty, 'x').at(-1)).toEqual(['1', '100%']);
  });

  it('draws a note with an arrow from it to its place, as Plotly does by itself, or without one', () => {
    const note = { x: 5, y: 5, text: 'here', ax: -20, ay: -40 };
    const noted = (showarrow?: boolean) =>
      still([{ type: 'scatter', x: [0, 10], y: [0, 10], mode: 'lines' }], {
        ...square,
        annotations: [showarrow === undefined ? note : { ...note, showarrow }],
      });
    for (const markup of [noted(), noted(true)]) {
      expect(markup).toContain('<line class="still__arrow" x1="-20" y1="-40" x2="0" y2="0"');
      expect(markup).toMatch(/<text x="-20" y="-40"[^>]*>here/);
    }
    expect(noted(false)).not.toContain('still__arrow');
    expect(noted(false)).toMatch(/<text x="0" y="0"[^>]*>here/);
  });

  it('labels its axes as Plotly does: spaced, by decades, by names, as told', () => {
    const line: Data = { type: 'scatter', x: [0, 10], y: [0.1, 0.3], mode: 'lines' };
    const linear = still([line], { yaxis: { range: [0, 0.3] } });
    expect(ticks(linear, 'x')[1]).toEqual(['2', '20%']);
    expect(ticks(linear, 'y').map(([label]) => label)).toEqual([
      '0',
      '0.05',
      '0.1',
      '0.15',
      '0.2',
      '0.25',
      '0.3',
    ]);
    const told = still([line], {
      xaxis: { dtick: 5 },
      yaxis: { tickformat: '.0%', range: [0, 1], nticks: 2 },
    });
    expect(ticks(told, 'x')).toEqual([
      ['0', '0%'],
      ['5', '50%'],
      ['10', '100%'],
    ]);
    expect(ticks(told, 'y').map(([label]) => label)).toEqual(['0%', '50%', '100%']);
    const log = still([line], { yaxis: { type: 'log', range: [-2, 0], exponentformat: 'power' } });
    expect(ticks(log, 'y')).toEqual(
      [
        ['10^−2', '100%'],
        ['10^−1', '50%'],
        ['10', '0%'],
      ].map(([label, place], at) => [at === 2 ? '1' : label, place]),
    );
    const names = still([{ type: 'bar', x: ['one', 'two'], y: [1, 2] }]);
    expect(ticks(names, 'x')).toEqual([
      ['one', '25%'],
      ['two', '75%'],
    ]);
    const values = still([line], { xaxis: { tickvals: [5], ticktext: ['half'] } });
    expect(ticks(values, 'x')).toEqual([['half', '50%']]);
  });

  it('lays panels that share an axis over each other', () => {
    const markup = still(
      [
        { type: 'scatter', x: [0, 1], y: [0, 1], mode: 'lines' },
        { type: 'scatter', x: [0, 1], y: [0, 1], yaxis: 'y2', mode: 'lines' },
      ],
      { yaxis: { domain: [0.5, 1] }, yaxis2: { domain: [0, 0.4] } },
    );
    const panels = [
      ...markup.matchAll(/class="still__panel" x="0%" y="([^"]+)" width="100%" height="([^"]+)"/g),
    ];
    expect(panels.map(([, y, height]) => [y, height])).toEqual([
      ['0%', '50%'],
      ['60%', '40%'],
    ]);
  });

  it('has the grid of a shared axis in each panel, and its labels under the one that it is anchored to', () => {
    const lines: Data[] = ['y', 'y2'].map((yaxis) => ({
      type: 'scatter',
      x: [0, 1],
      y: [0, 1],
      yaxis,
      mode: 'lines',
    }));
    const layout: PlotSpec['layout'] = { yaxis: { domain: [0.5, 1] }, yaxis2: { domain: [0, 0.25] } };
    const both = (anchor?: string) =>
      still(lines, { ...layout, xaxis: { tickvals: [0], ...(anchor && { anchor }) } } as PlotSpec['layout']);
    expect(
      [...both().matchAll(/<line x1="0%" x2="0%" y1="([^"]*)" y2="([^"]*)"/g)].map(([, ...y]) => y),
    ).toEqual([
      ['0%', '50%'],
      ['75%', '100%'],
    ]);
    const foot = (anchor?: string) => /<text x="0%" y="([^"]*)"/.exec(both(anchor))![1];
    expect([foot(), foot('y2'), foot('y')]).toEqual(['50%', '100%', '50%']);
  });

  it('has its margins around it, as many pixels for a colour bar, and the room for a square', () => {
    const style = (data: Data[], more: PlotSpec['layout'] = {}) =>
      /<svg aria-hidden="true" style="([^"]*)"/.exec(still(data, more))![1];
    const map: Data = { type: 'heatmap', z: [[1]] };
    const inside = (sides: number, ends: number) =>
      `width:calc(100% - ${sides}px);height:calc(100% - ${ends}px);`;
    expect(style([])).toBe(`left:64px;top:44px;${inside(80, 92)}`);
    expect(style([map])).toBe(`left:64px;top:44px;${inside(144, 92)}`);
    expect(style([{ ...map, showscale: false } as Data])).toBe(`left:64px;top:44px;${inside(80, 92)}`);
    const margin = { l: 1, r: 2, t: 4, b: 8 };
    expect(style([], { margin })).toBe(`left:1px;top:4px;${inside(3, 12)}`);
    const least = 'min(100cqw - 3px, 100cqh - 12px)';
    expect(style([], { margin, yaxis: { scaleanchor: 'x' } })).toBe(
      `left:1px;top:4px;width:${least};height:${least};`,
    );
    expect(still([], { margin })).toContain('<text class="still__heading" x="-1" y="3">A title</text>');
  });

  it('draws what lies below before the marks, what does not after them, and nothing that is hidden', () => {
    const trace: Data = { type: 'scatter', x: [0, 10], y: [0, 10], mode: 'lines' };
    const at = (layer?: 'below') => {
      const shapes = [{ type: 'rect', x0: 0, x1: 1, y0: 0, y1: 1, ...(layer && { layer }) } as const];
      const markup = still([trace], { ...square, shapes });
      return markup.indexOf('<rect') < markup.indexOf('still__panel');
    };
    expect([at('below'), at()]).toEqual([true, false]);
    expect(still([trace, { ...trace, visible: false }], square).match(/still__panel/g)).toHaveLength(1);
  });

  it('shows title, axis titles, legend, lines, areas and notes, without pseudo-HTML', () => {
    const trace: Scatter = { type: 'scatter', x: [0, 10], y: [0, 10], mode: 'lines' };
    const markup = still(
      [
        { ...trace, name: 'first' },
        { ...trace, name: 'second' },
      ],
      {
        ...square,
        xaxis: { ...square.xaxis, title: { text: 'Across<br>the page' } },
        shapes: [
          {
            type: 'line',
            x0: 5,
            x1: 5,
            y0: 0,
            y1: 1,
            yref: 'paper',
            line: { color: '#777777', dash: 'dot' },
          },
          { type: 'rect', x0: 2, x1: 4, y0: 0, y1: 5, fillcolor: '#eeeeee', line: { width: 0 } },
        ],
        annotations: [{ x: 5, y: 2, text: '<b>here</b>', showarrow: false, xanchor: 'left' }],
      },
    );
    expect(markup).toContain('>A title</text>');
    expect(markup).toContain('>Across the page</text>');
    expect(markup).toMatch(/<ul class="still__legend[^>]*>.*first.*second.*<\/ul>/s);
    expect(markup).toContain(
      '<line x1="50%" x2="50%" y1="100%" y2="0%" stroke="#777777" stroke-width="2" stroke-dasharray="2 3"',
    );
    expect(markup).toContain('<rect x="20%" y="50%" width="20%" height="50%" fill="#eeeeee"');
    expect(markup).toMatch(/x="50%" y="80%"><text[^>]* text-anchor="start">here<\/text>/);
  });

  it('thins what is long, and keeps its peaks', () => {
    const y = Array.from({ length: 5000 }, (_, at) => (at === 3210 ? 9 : Math.sin(at)));
    const markup = still([{ type: 'scatter', x: y.map((_, at) => at), y, mode: 'lines' }], {
      yaxis: { range: [-1, 9] },
    });
    const { d = '' } = paths(markup, 'still__line')[0] ?? {};
    expect(d.length).toBeLessThan(6000);
    expect(d).toContain('L64.21,0L');
    const crowd = { type: 'scatter', x: y.map((_, at) => at), y, mode: 'markers' } as const;
    expect(still([crowd], { yaxis: { range: [-1, 9] } }).length).toBeLessThan(60_000);
  });

  it('says what it cannot draw', () => {
    expect(() => still([{ type: 'violin', y: [1] }])).toThrow(/expected a trace of .*, got violin/);
    expect(() => still([{ type: 'heatmap', z: [[1]], colorscale: 'Jet' }])).toThrow(/colour scale, got Jet/);
    expect(() => still([], { shapes: [{ type: 'circle' }] })).toThrow(/line or rect, got circle/);
  });

  it('stays an empty picture where there is nothing', () => {
    const markup = still([
      { type: 'scatter', x: [], y: [] },
      { type: 'bar', x: [], y: [] },
      { type: 'heatmap', z: [] },
    ]);
    expect(markup).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the page’s still pictures', () => {
  it.each([1, 80, 1000])('are small beside the plots: %d epochs', async (epochs) => {
    const html = renderReport({ train: await realRun({ epochs }), compare: compareResult({ epochs }) });
    const stills =
      html.match(/<div class="figure__still".*?(?=<script|<figcaption|<div class="figure__tools">)/gs) ?? [];
    expect(stills.length).toBe(html.match(/class="figure__plot"/g)?.length);
    expect(stills.join('').length).toBeLessThan(200_000);
    expect(stills.join('')).not.toMatch(/NaN|Infinity|undefined/);
  });
});
