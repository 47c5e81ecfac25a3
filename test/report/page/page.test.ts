import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { offerCopying } from '../../../src/report/page/copy.ts';
import { offerDownloads } from '../../../src/report/page/download.ts';
import { followPlaying } from '../../../src/report/page/play.ts';
import { MapData } from '../../../src/report/parts/map.tsx';
import { openState } from '../../../src/report/state.ts';
import { type Handler, rendered } from '../../support/markup.ts';
import { pageRun } from '../../support/pageRun.ts';

/** Globals of a browser, for one test. */
const give = (globals: object): void => {
  Object.assign(globalThis, globals);
};
afterEach(() => {
  for (const name of ['document', 'getSelection', 'navigator', 'XMLSerializer'])
    delete (globalThis as Record<string, unknown>)[name];
  jest.restoreAllMocks();
});

/** A button with its data, and a way to press it. */
const buttonOf = (dataset: Record<string, string>, textContent = '', figure: unknown = null) => {
  let press: () => unknown = () => {};
  const button = {
    ...{ dataset, textContent, hidden: true },
    addEventListener: (_: string, handler: () => unknown) => {
      press = handler;
    },
    closest: () => figure,
  };
  return { button, press: () => press() };
};

describe('the cursor that plays', () => {
  const timers: { tick: () => void; milliseconds: number }[] = [];
  const open = () => {
    timers.length = 0;
    const cleared: unknown[] = [];
    jest
      .spyOn(globalThis, 'setInterval')
      .mockImplementation(((tick: () => void, milliseconds: number) =>
        timers.push({ tick, milliseconds })) as never);
    jest.spyOn(globalThis, 'clearInterval').mockImplementation((timer) => void cleared.push(timer));
    const state = openState(pageRun());
    followPlaying(state);
    return { state, cleared };
  };

  it('moves on twelve times a second, and stops at the end', () => {
    const { state, cleared } = open();
    expect(timers).toEqual([]);
    state.frame.value = 0;
    state.playing.value = true;
    expect(timers.map(({ milliseconds }) => Math.round(12 * milliseconds))).toEqual([1000]);
    timers[0]!.tick();
    expect([state.frame.value, state.playing.value, cleared]).toEqual([1, true, []]);
    timers[0]!.tick();
    expect([state.frame.value, state.playing.value, cleared]).toEqual([2, false, [1]]);
  });

  it('goes no further than the end, and stops when it is told to', () => {
    const { state, cleared } = open();
    state.playing.value = true;
    timers[0]!.tick();
    expect([state.frame.value, state.playing.value]).toEqual([2, false]);
    state.frame.value = 0;
    state.playing.value = true;
    state.playing.value = false;
    expect([cleared, timers.length]).toEqual([[1, 2], 2]);
  });
});

describe('what can be saved', () => {
  /** Catches what is saved from a document that has these parts. */
  const catching = (parts: object) => {
    const links: { download?: string; href?: string; click: () => void }[] = [];
    const blobs: Blob[] = [];
    const createElement = () => {
      const link = { click: () => links.push(link) };
      return link;
    };
    give({ document: { ...parts, createElement } });
    jest.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return 'blob:1';
    });
    jest.spyOn(globalThis, 'setTimeout').mockImplementation((() => 0) as never);
    return { links, blobs };
  };
  const saved = (data: Record<string, string>, figure: unknown, text: string | null = null) => {
    const { button, press } = buttonOf(data, '', figure);
    const [name] = Object.keys(data);
    const caught = catching({
      querySelectorAll: (selector: string) => (selector === `[data-${name}]` ? [button] : []),
      getElementById: (id: string) => (id === 'kept' ? { textContent: text } : null),
    });
    offerDownloads();
    press();
    return { hidden: button.hidden, ...caught };
  };
  const row = (...cells: string[]) => ({ cells: cells.map((textContent) => ({ textContent })) });

  it('a table, with quotes where a cell has a comma, a quote or a line', async () => {
    const table = { rows: [row('Epoch', ' Loss, exact '), row('a "b"', 'two\nlines'), row('1', '0.5')] };
    const { hidden, links, blobs } = saved({ download: 'loss' }, { querySelector: () => table });
    expect([hidden, links.map(({ download, href }) => [download, href])]).toEqual([
      false,
      [['backproof-loss.csv', 'blob:1']],
    ]);
    expect([blobs[0]!.type, await blobs[0]!.text()]).toEqual([
      'text/csv',
      'Epoch,"Loss, exact"\r\n"a ""b""","two\nlines"\r\n1,0.5',
    ]);
    expect(saved({ download: 'loss' }, null).links).toEqual([]);
  });

  it('a map, as its numbers and as a picture of 480 pixels', async () => {
    const values = Float64Array.of(1, 2, 3, 4);
    const map = {
      id: 'conv-out',
      title: 'convOut',
      formula: '',
      label: 'a map',
      scale: 'signed',
      values,
    } as const;
    const seen = rendered(MapData, { maps: [map] });
    const press = (label: string) =>
      (seen.find(({ props }) => props['aria-label'] === label)!.props.onClick as Handler)({});
    const attributes: string[] = [];
    const clone = { setAttribute: (name: string, value: string) => attributes.push(`${name} ${value}`) };
    const { links, blobs } = catching({
      getElementById: (id: string) => (id === 'conv-out' ? { cloneNode: () => clone } : null),
    });
    give({
      XMLSerializer: class {
        serializeToString = (of: unknown) => (of === clone ? '<svg/>' : '');
      },
    });
    press('Save data: convOut');
    press('Save picture: convOut');
    expect(links.map(({ download }) => download)).toEqual([
      'backproof-conv-out.csv',
      'backproof-conv-out.svg',
    ]);
    expect(await Promise.all(blobs.map(async (blob) => [blob.type, await blob.text()]))).toEqual([
      ['text/csv', '1,2\n3,4\n'],
      ['image/svg+xml', '<svg/>'],
    ]);
    expect(attributes).toEqual(['width 480', 'height 480']);
  });

  it('the results, if the page has them', async () => {
    const { hidden, links, blobs } = saved({ results: 'kept' }, null, '{}');
    expect([hidden, links[0]!.download, blobs[0]!.type, await blobs[0]!.text()]).toEqual([
      ...[false, 'backproof-results.json', 'application/json', '{}'],
    ]);
    expect(saved({ results: 'elsewhere' }, null, '{}').links).toEqual([]);
  });
});

describe('a command', () => {
  const copied = async (refused: boolean) => {
    const done: unknown[] = [];
    const { button, press } = buttonOf({ copy: 'command' }, 'Copy');
    const lost = buttonOf({ copy: 'nowhere' }, 'Copy').button;
    const source = { textContent: 'backproof run' };
    give({
      document: {
        querySelectorAll: () => [lost, button],
        getElementById: (id: string) => (id === 'command' ? source : null),
      },
      getSelection: () => ({ selectAllChildren: (of: unknown) => done.push(of) }),
    });
    const clipboard = {
      writeText: async (text: string) => {
        if (refused) throw new Error('refused');
        done.push(text);
      },
    };
    Object.defineProperty(globalThis, 'navigator', { value: { clipboard }, configurable: true });
    let later: () => void = () => {};
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((call: () => void) => {
      later = call;
    }) as never);
    offerCopying();
    await press();
    const during = button.textContent;
    later();
    return [
      lost.hidden,
      button.hidden,
      during,
      button.textContent,
      done[0] === source ? 'selected' : done[0],
    ];
  };

  it('is copied by its button, or marked where the browser refuses', async () => {
    expect(await copied(false)).toEqual([true, false, 'Copied', 'Copy', 'backproof run']);
    expect(await copied(true)).toEqual([true, false, 'Marked', 'Copy', 'selected']);
  });
});
