import { expect, it } from '@jest/globals';
import {
  decadeAxis,
  epochAxis,
  layout,
  legendBelow,
  mode,
  upTo,
  valueAxis,
} from '../../../src/report/parts/figureSpec.ts';

it('a plot is on white, does not move under the pointer, and has room for its texts', () => {
  expect(layout('A title', { showlegend: false })).toEqual({
    title: {
      ...{ text: 'A title', x: 0, xref: 'container', xanchor: 'left' },
      font: { size: 14.5, weight: 600 },
    },
    font: { family: 'system-ui, sans-serif', size: 12.5, color: '#1c2530' },
    ...{ paper_bgcolor: '#fff', plot_bgcolor: '#fff' },
    margin: { l: 64, r: 16, t: 44, b: 48 },
    ...{ dragmode: false, hovermode: 'closest', showlegend: false },
  });
  expect(layout('', { hovermode: 'x' }).hovermode).toBe('x');
});

it('a legend below has room under the title of its axis', () => {
  expect(legendBelow).toEqual({
    legend: { orientation: 'h', x: 0, y: -0.3, yanchor: 'top' },
    margin: { l: 64, r: 16, t: 44, b: 96 },
  });
});

it('epochs begin at 0 and end with some room: half an epoch, or 1.5 % of them', () => {
  const ends = [1, 10, 33, 40, 1000].map((epochs) => epochAxis(epochs).range);
  expect(ends).toEqual([1.5, 10.5, 33.5, 40.6, 1015].map((end) => [0, end]));
  expect([epochAxis(10).dtick, epochAxis(10).nticks]).toEqual([1, undefined]);
  expect([epochAxis(11).dtick, epochAxis(11).nticks]).toEqual([undefined, 9]);
  expect(epochAxis(11)).toMatchObject({ title: { text: 'Epoch' }, tickformat: 'd', zeroline: false });
});

it('values have a title at some distance', () => {
  expect(valueAxis('Loss')).toEqual({
    title: { text: 'Loss', standoff: 8 },
    ...{ gridcolor: '#dfe4ea', linecolor: '#dfe4ea', zeroline: false },
  });
});

it.each([
  ['whole decades around the values, of which 0 is none', [0.02, 0, 5], [-2, 1], 1],
  ['one decade for one value', [1], [0, 1], 1],
  ['one decade below 1', [0.02, 0.05], [-2, -1], 1],
  ['one decade for nothing', [], [0, 1], 1],
  ['a tick at each of six decades', [1e-6, 1], [-6, 0], 1],
  ['and at every other of seven', [1e-6, 10], [-6, 1], 2],
  ['in any order', [1e3, 1e9, 1e5], [3, 9], 1],
])('decades: %s', (_, values, [low, high], dtick) => {
  expect(decadeAxis('Loss', values)).toEqual({
    ...valueAxis('Loss'),
    ...{ type: 'log', exponentformat: 'power', range: [low! - 0.15, high! + 0.15], dtick },
  });
});

it('epochs are counted from 1, and up to 30 of them have markers', () => {
  expect([upTo(0), upTo(3)]).toEqual([[], [1, 2, 3]]);
  expect([1, 30, 31].map(mode)).toEqual(['lines+markers', 'lines+markers', 'lines']);
});
