import { afterEach, describe, expect, it } from '@jest/globals';
import { look } from '../../../src/notebook/inference/look.ts';
import { Choice, Select } from '../../../src/report/parts/choice.tsx';
import { EpochSlider } from '../../../src/report/parts/epochSlider.tsx';
import { Figure } from '../../../src/report/parts/figure.tsx';
import { layout } from '../../../src/report/parts/figureSpec.ts';
import { Fold } from '../../../src/report/parts/fold.tsx';
import { moveTo } from '../../../src/report/parts/moveTo.ts';
import { NumberTable } from '../../../src/report/parts/numberTable.tsx';
import { PairTable, Share } from '../../../src/report/parts/pair.tsx';
import { Pixels } from '../../../src/report/parts/pixels.tsx';
import { Sum } from '../../../src/report/parts/probability.tsx';
import { reveal } from '../../../src/report/parts/reveal.ts';
import { Section } from '../../../src/report/parts/section.tsx';
import { Table } from '../../../src/report/parts/table.tsx';
import { openState } from '../../../src/report/state.ts';
import type { Pair } from '../../../src/results/compare.ts';
import { elements, type Handler, markup, rendered } from '../../support/markup.ts';
import { readSection } from '../../support/page.ts';
import { pageRun } from '../../support/pageRun.ts';
import { compareResult } from '../../support/results.ts';

describe('the slider of the epoch', () => {
  const shown = (frame: number, frames = 3) => {
    const run = pageRun();
    const state = openState({ ...run, frames: run.frames.slice(0, frames) });
    state.frame.value = frame;
    const text = markup(EpochSlider, { id: 'epoch' }, state);
    const { min, max, value, disabled, ...rest } = elements(text, 'input')[0]!;
    const output = /<output[^>]*>(.*?)<\/output>/.exec(text)?.[1];
    return [
      min,
      max,
      value,
      disabled === '',
      elements(text, 'button')[0]!.disabled === '',
      rest['aria-valuetext'],
      output,
    ];
  };

  it('goes from the start to the last epoch, and stands still where there is only the start', () => {
    expect(shown(0)).toEqual(['0', '2', '0', false, false, 'before training', 'start']);
    expect(shown(1)).toEqual(['0', '2', '1', false, false, 'after epoch 1', '1']);
    expect(shown(0, 1)).toEqual(['0', '0', '0', true, true, 'before training', 'start']);
  });
});

describe('choices', () => {
  it('have the chosen value checked, and tell which one is chosen', () => {
    const chosen: unknown[] = [];
    const onChange = (value: unknown) => chosen.push(value);
    const choice = { name: 'c', legend: 'C', values: ['a', 'b'], value: 'b', onChange };
    expect(elements(markup(Choice, choice), 'input').map(({ checked }) => checked)).toEqual([undefined, '']);
    const inputs = rendered(Choice, choice).filter(({ type }) => type === 'input');
    (inputs[0]!.props.onChange as Handler)({});
    const select = { id: 's', label: 'S', options: ['a', 'b'], value: 1, onChange };
    expect(elements(markup(Select, select), 'option').map(({ selected }) => selected)).toEqual([
      undefined,
      '',
    ]);
    const list = rendered(Select, select).find(({ type }) => type === 'select')!;
    (list.props.onChange as Handler)({ currentTarget: { selectedIndex: 0 } });
    expect(chosen).toEqual(['a', 0]);
  });
});

describe('tables', () => {
  it('of numbers have three decimals below 1000, and their colours with a scale', () => {
    const rows = [
      [0, 0.5, -999.9],
      [1000, -1000, 1e-9],
    ];
    expect(readSection(NumberTable, { caption: 'N', rows })).toEqual([
      ...['N', '| | 0 | 1 | 2 |', '| 0 | 0 | 0.500 | -999.900 |', '| 1 | 1.00e+3 | -1.00e+3 | 0.000 |'],
    ]);
    expect(elements(markup(NumberTable, { caption: 'N', rows }), 'td').every(({ style }) => !style)).toBe(
      true,
    );
    const scale = { name: 'ink', low: 0, high: 1 } as const;
    const cells = elements(markup(NumberTable, { caption: 'N', rows: [[0, 1]], scale }), 'td');
    expect(cells.map(({ style }) => style)).toEqual([
      ...[undefined, 'background:#ffffff;color:#000;', 'background:#000000;color:#fff;'],
    ]);
  });

  it('have texts to the left, labels for narrow screens, and scroll unless they are stacked', () => {
    const table = {
      caption: 'T',
      columns: [{ label: 'A' }, { label: 'B', text: true }, { label: 'C' }],
      rows: [['a', 'b', 'c']],
    };
    const text = markup(Table, table);
    expect(elements(text, 'th')).toEqual([
      { scope: 'col' },
      { scope: 'col', class: 'text' },
      { scope: 'col' },
      { scope: 'row' },
    ]);
    expect(elements(text, 'td')).toEqual([{ class: 'text', 'data-label': 'B' }, { 'data-label': 'C' }]);
    expect(elements(text, 'section')).toEqual([{ class: 'scroll', 'aria-label': 'T', tabindex: '0' }]);
    const stacked = markup(Table, { ...table, stacked: true });
    expect([elements(stacked, 'section'), elements(stacked, 'table')]).toEqual([
      [],
      [{ class: 'table table--stacked' }],
    ]);
  });
});

describe('a pair of gradients', () => {
  const [pair] = compareResult().pairs as [Pair];
  const { kernel } = pair.parameters;
  const told = (verdict: Pair['verdict'], more: object) => {
    const some = { ...pair, verdict, parameters: { ...pair.parameters, kernel: { ...kernel, ...more } } };
    return readSection(PairTable, { pair: some }).find((line) => line.startsWith('| kernel'));
  };
  const worst = 'kernel[2][3] epoch 2, sample 41 manual 6.24124 autodiff 6.24124';

  it('a share is too much from above 1', () => {
    const shares = [0.41, 1, 1.01, Number.MAX_VALUE].map((value) => markup(Share, { value }));
    expect(shares).toEqual([
      ...['<span>0.41</span>', '<span>1</span>'],
      ...['<span class="over">1.01 (too much)</span>', '<span class="over">none is allowed</span>'],
    ]);
  });

  it('says of a parameter what the pair says only where steps failed, and nothing where there are none', () => {
    const rest = `0.41 | 1.4e-6 | ${worst} | 4.2e-5 | 1 | 11 |`;
    expect(told('fail', {})).toBe(`| kernel | 16,000 | (pass) Right | ${rest}`);
    expect(told('fail', { failedSteps: 1 })).toBe(`| kernel | 16,000 | (fail) Wrong | ${rest}`);
    expect(told('inconclusive', { failedSteps: 1 })).toBe(`| kernel | 16,000 | (warn) Cannot tell | ${rest}`);
    expect(told('pass', { steps: 0, worst: null, minCosine: null })).toBe(
      '| kernel | 0 | (warn) Cannot tell | 0.41 | 1.4e-6 | no step | 4.2e-5 | zero | 11 |',
    );
  });

  it('has ten digits of the cosine', () => {
    expect(markup(PairTable, { pair })).toContain('>0.9999999998<');
    const logged = { ...pair, loss: 'logged' as const };
    expect(readSection(PairTable, { pair: logged })[0]).toBe(
      'Manual and autodiff float32, logged loss, with its 1e-7 (pass) Right',
    );
  });
});

it('a map is a square of cells, with a white frame in a black one at its place', () => {
  const values = Float64Array.of(0, 0, 1, 0);
  const picture = { label: 'A map', values, scale: { name: 'ink', low: 0, high: 1 } } as const;
  const text = markup(Pixels, { ...picture, id: 'map', mark: { row: 1, column: 0, size: 2 } });
  expect(elements(text, 'svg')[0]).toMatchObject({ id: 'map', viewBox: '0 0 2 2', 'aria-label': 'A map' });
  const [ground, ...frames] = elements(text, 'rect');
  expect([ground, elements(text, 'path')]).toEqual([
    { width: '2', height: '2', fill: '#ffffff' },
    [{ fill: '#000000', d: 'M0 1h1v1h-1z' }],
  ]);
  expect(frames).toMatchObject([
    { x: '0', y: '1', width: '2', height: '2', stroke: '#000', 'stroke-width': '4.5' },
    { x: '0', y: '1', width: '2', height: '2', stroke: '#fff', 'stroke-width': '2' },
  ]);
  expect(elements(markup(Pixels, picture), 'rect')).toHaveLength(1);
});

describe('the sum that makes the logit', () => {
  const sum = (weight: number, bias: number) => {
    const parameters = {
      ...{ kernel: new Float64Array(25).fill(1), bias },
      weight: Float64Array.from({ length: 144 }, (_, at) => (at === 0 ? weight : at === 1 ? -2 * weight : 0)),
    };
    const pixels = new Float32Array(256).fill(0.25);
    return readSection(Sum, { seen: look(parameters, pixels), bias }, openState(pageRun()));
  };

  it('has the bias, both sides with their places, the logit and its probability', () => {
    // Each of 25 products is 1/4, so reluOut is 6.25 everywhere.
    expect(sum(1, 0.25)).toEqual([
      ...['0.250 bias', '+ 6.250 for 1, 1 place', '− 12.500 for 8, 1 place', '= -6.000 logit'],
      '→ 0.2% probability of 1',
    ]);
    expect(sum(0, 0).slice(0, 3)).toEqual([
      '0.000 bias',
      '+ 0.000 for 1, 0 places',
      '− 0.000 for 8, 0 places',
    ]);
  });

  it('has powers of ten from 10,000 on', () => {
    expect(sum(0, 9999)[0]).toBe('9999.000 bias');
    expect(sum(0, -10_000)[0]).toBe('-1.00e+4 bias');
  });
});

describe('a figure', () => {
  const spec = { data: [], layout: layout('A plot', {}) };
  const figure = { id: 'plot', spec, label: 'A plot', columns: [{ label: 'A' }], rows: [[1]] };
  const parts = (more: object) => {
    const text = markup(Figure, { ...figure, ...more });
    const plot = elements(text, 'div').find(({ id }) => id === 'plot')!;
    return [
      elements(text, 'figure')[0]!.class,
      plot['data-live'],
      text.includes('plot-spec'),
      /<figcaption>(.*?)</.exec(text)?.[1],
    ];
  };

  it('carries what Plotly draws, unless an island has it; a caption, if there is one; and may be square', () => {
    expect(parts({})).toEqual(['figure', undefined, true, undefined]);
    expect(parts({ live: true, square: true, children: 'Words' })).toEqual([
      'figure figure--square',
      'true',
      false,
      'Words',
    ]);
  });
});

it('a fold is a table of data or a part to read, closed unless it is to be open', () => {
  const folds = [{}, { data: true }, { open: true }].map(
    (more) => elements(markup(Fold, { summary: 'S', children: 'x', ...more }), 'details')[0],
  );
  expect(folds).toEqual([{ class: 'fold' }, { class: 'data' }, { class: 'fold', open: '' }]);
});

it('a section has its finding as its title, or a title', () => {
  const finding = { status: 'warn', word: 'Dead', sentence: 'It died' } as const;
  const section = { id: 's', question: 'Alive?', children: 'x' };
  expect(readSection(Section, { ...section, finding, title: 'A title' })).toEqual([
    'Alive? (warn) Dead',
    'It died',
    'x',
  ]);
  expect(readSection(Section, { ...section, title: 'A title' })).toEqual(['Alive?', 'A title', 'x']);
});

describe('a part that a link leads to', () => {
  type Details = { open: boolean; parentElement: { closest: () => Details | null } | null };
  const details = (around: Details | null = null): Details => ({
    ...{ open: false, parentElement: { closest: () => around } },
  });
  const part = (isSection: boolean, folds: Details[], around: Details | null) => ({
    matches: (name: string) => name === '.section' && isSection,
    querySelectorAll: (name: string) => (name === '.fold' ? folds : []),
    closest: () => around,
    scrollIntoView: () => moves.push('scrolled'),
    focus: (how: object) => moves.push(how),
  });
  const moves: unknown[] = [];
  const give = (parts: Record<string, unknown>) =>
    Object.assign(globalThis, { document: { getElementById: (id: string) => parts[id] ?? null } });
  afterEach(() => {
    delete (globalThis as { document?: unknown }).document;
  });

  it('opens the folds around it, and those in it where it is a section', () => {
    const [outer, inner] = [details(), details()];
    const around = details(outer);
    const at = part(true, [inner], around);
    give({ at });
    expect([reveal('at'), outer.open, around.open, inner.open]).toEqual([at, true, true, true]);
    const closed = details();
    give({ at: part(false, [closed], null) });
    expect([reveal('at'), closed.open, reveal('nowhere')]).toEqual([null, false, null]);
  });

  it('comes into view with its folds open, and has the focus where it should be', () => {
    const inner = details();
    give({ at: part(true, [inner], null), answer: part(false, [], null) });
    moveTo('at', 'answer');
    expect([inner.open, moves]).toEqual([true, ['scrolled', { preventScroll: true }]]);
  });
});
