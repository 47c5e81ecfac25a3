import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { VNode } from 'preact';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { blank, stroke } from '../../../src/report/sections/draw/brush.ts';
import { Canvas } from '../../../src/report/sections/draw/canvas.tsx';
import { DrawIsland } from '../../../src/report/sections/draw/island.tsx';
import { SeesIsland } from '../../../src/report/sections/sees/island.tsx';
import { TestIsland } from '../../../src/report/sections/test/island.tsx';
import { openState, type PageState } from '../../../src/report/state.ts';
import { elements, type Handler, markup, type Props, rendered } from '../../support/markup.ts';
import { plainForwards } from '../../support/plainForward.ts';
import { trainResult } from '../../support/results.ts';

const SIDE = 16;
const at = (row: number, column: number): number => SIDE * row + column;
const upTo = (pixels: Float32Array): Record<string, number> =>
  Object.fromEntries(
    [...pixels].flatMap((value, index) =>
      value === 0 ? [] : [[`${Math.floor(index / SIDE)},${index % SIDE}`, Math.round(255 * value)]],
    ),
  );

describe('the brush', () => {
  // Full up to 0.8 from the middle, and none from 1.8 on: 0.8 of 255 at 1, 0.3858 of it at the square root of 2.
  const dot = {
    '1,1': 98,
    '1,2': 204,
    '1,3': 98,
    '2,1': 204,
    '2,2': 255,
    '2,3': 204,
    '3,1': 98,
    '3,2': 204,
    '3,3': 98,
  };
  const middle = { x: 2.5, y: 2.5 };

  it('makes a dot, or a line as wide as it', () => {
    expect(upTo(stroke(blank(), middle, middle))).toEqual(dot);
    expect(upTo(stroke(blank(), middle, { x: 4.5, y: 2.5 }))).toEqual({
      ...{ '1,1': 98, '1,2': 204, '1,3': 204, '1,4': 204, '1,5': 98 },
      ...{ '2,1': 204, '2,2': 255, '2,3': 255, '2,4': 255, '2,5': 204 },
      ...{ '3,1': 98, '3,2': 204, '3,3': 204, '3,4': 204, '3,5': 98 },
    });
    // Across: (3, 2) and (2, 3) lie at the root of a half from the line, (2, 4) and (4, 2) at the root of 2.
    const across = upTo(stroke(blank(), middle, { x: 4.5, y: 4.5 }));
    expect([
      across['3,3'],
      across['2,3'],
      across['3,2'],
      across['2,4'],
      across['4,2'],
      across['5,5'],
    ]).toEqual([...[255, 255, 255, 98, 98, 98]]);
    expect(across['1,4']).toBeUndefined();
  });

  it('takes nothing away, and an eraser adds nothing', () => {
    const grey = blank().fill(0.5);
    const inked = stroke(grey, middle, middle);
    expect([inked[at(2, 2)], inked[at(1, 1)], inked[at(9, 9)]]).toEqual([1, 0.5, 0.5]);
    const erased = stroke(grey, middle, middle, true);
    expect([erased[at(2, 2)], erased[at(9, 9)]]).toEqual([0, 0.5]);
  });

  it('erases one pixel further than it inks', () => {
    const left = stroke(blank().fill(1), middle, middle, true);
    const grey = (row: number, column: number) => Math.round(255 * left[at(row, column)]!);
    // At distances 0, 1, the root of 2, 2, the root of 5, 3: ink at a distance less by 1.
    expect([grey(2, 2), grey(2, 3), grey(3, 3), grey(2, 4), grey(3, 4), grey(2, 5)]).toEqual([
      ...[0, 0, 0, 51, 111, 255],
    ]);
    expect(upTo(stroke(stroke(blank(), middle, middle), middle, middle, true))).toEqual({});
  });
});

const named = (seen: readonly VNode<Props>[], text: string): VNode<Props> =>
  seen.find(
    ({ type, props }) => type === 'button' && [props['aria-label'], props.children].flat().includes(text),
  )!;
const press = (vnode: VNode<Props>, event: unknown = {}): void => (vnode.props.onClick as Handler)(event);

const train = trainResult({ epochs: 4 });
const run = decodeRun(embedRun(train));
/** The test images on the wrong side of one half, the surest first, by plain loops. */
const readWrong = (): number[] =>
  plainForwards(train, train.images!.test)
    .map(({ label, prediction }, sample) => ({ sample, error: Math.abs(label - prediction) }))
    .filter(({ error }) => error > 0.5)
    .sort((a, b) => b.error - a.error)
    .map(({ sample }) => sample);
let state: PageState;
const moves: string[] = [];
beforeAll(() => {
  const element = (id: string) => ({
    matches: () => false,
    closest: () => null,
    scrollIntoView: () => moves.push(`to ${id}`),
    focus: () => moves.push(`focus ${id}`),
  });
  Object.assign(globalThis, { document: { getElementById: element } });
});
afterAll(() => {
  delete (globalThis as { document?: unknown }).document;
});
beforeEach(() => {
  state = openState(run);
  moves.length = 0;
});

describe('the canvas', () => {
  const said: string[] = [];
  const open = (erasing = false) => {
    said.length = 0;
    const seen = rendered(Canvas, { erasing, say: (text: string) => said.push(text) }, state);
    const { props } = seen.find(({ props }) => props.role === 'application')!;
    const call = (name: string, event: object) => (props[name] as Handler)(event);
    return { props, call };
  };
  const key = (name: string, more: object = {}) => {
    const event = { key: name, prevented: 0, preventDefault: () => event.prevented++, ...more };
    return event;
  };
  const full = (row: number, column: number) => state.drawn.value[at(row, column)];

  it('is painted by the keyboard from row 4, column 8 on, and says so', () => {
    const { call, props } = open();
    expect(props).toMatchObject({ class: 'canvas canvas--blank', tabIndex: 0 });
    // Its place is marked only while it has the focus.
    expect(elements(markup(Canvas, { erasing: false, say: () => {} }, state), 'rect')).toHaveLength(1);
    const space = key(' ');
    call('onKeyDown', space);
    expect([full(4, 8), full(4, 9), space.prevented]).toEqual([1, Math.fround(0.8), 1]);
    expect(said).toEqual(['Row 4, column 8: painted, 100.0% ink']);
    // Space is still down: an arrow draws.
    call('onKeyDown', key('ArrowRight'));
    expect([full(4, 9), said.at(-1)]).toEqual([1, 'Row 4, column 9: painted, 100.0% ink']);
    call('onKeyUp', { key: 'a' });
    call('onKeyDown', key('ArrowDown'));
    expect(full(5, 8)).toBe(1);
    call('onKeyUp', { key: ' ' });
    call('onKeyDown', key('ArrowLeft'));
    expect([full(4, 7), said.at(-1)]).toEqual([Math.fround(0.8), 'Row 4, column 7: 80.0% ink']);
    expect(open().props.class).toBe('canvas');
  });

  it('lets go of a held key when it loses the focus', () => {
    const { call } = open();
    call('onKeyDown', key(' '));
    call('onBlur', {});
    call('onKeyDown', key('ArrowLeft'));
    expect(full(4, 7)).toBe(Math.fround(0.8));
    call('onFocus', {});
    expect(said.at(-1)).toBe('Row 4, column 8: 100.0% ink');
  });

  it.each([
    ['Backspace', {}, false],
    ['Delete', {}, false],
    [' ', { shiftKey: true }, false],
    [' ', {}, true],
  ])('is erased by %j with %j, eraser %j', (name, more, erasing) => {
    state.drawn.value = blank().fill(1);
    const { call, props } = open(erasing);
    expect(props.class).toBe(erasing ? 'canvas canvas--erasing' : 'canvas');
    call('onKeyDown', key(name, more));
    expect([full(4, 8), full(4, 9), full(4, 11)]).toEqual([0, 0, 1]);
    expect(said).toEqual(['Row 4, column 8: erased, 0.0% ink']);
  });

  it.each([
    ['a', {}],
    [' ', { ctrlKey: true }],
    [' ', { metaKey: true }],
    ['ArrowLeft', { altKey: true }],
  ])('leaves %j with %j to the browser', (name, more) => {
    const event = key(name, more);
    open().call('onKeyDown', event);
    expect([event.prevented, said, upTo(state.drawn.value)]).toEqual([0, [], {}]);
  });

  const pointer = (type: string, x: number, y: number, more: object = {}) => {
    const captured: number[] = [];
    const currentTarget = {
      getBoundingClientRect: () => ({ left: 0, top: 0, width: 160, height: 160 }),
      setPointerCapture: (id: number) => captured.push(id),
    };
    return {
      type,
      clientX: x,
      clientY: y,
      button: 0,
      buttons: 1,
      pointerId: 7,
      captured,
      currentTarget,
      ...more,
    };
  };

  it('is drawn on from where the pointer goes down to where it moves, until it is lifted', () => {
    const { call } = open();
    call('onPointerMove', pointer('pointermove', 25, 25));
    expect(upTo(state.drawn.value)).toEqual({});
    const down = pointer('pointerdown', 25, 25);
    call('onPointerDown', down);
    expect([full(2, 2), full(2, 4), down.captured]).toEqual([1, 0, [7]]);
    const move = pointer('pointermove', 65, 25);
    call('onPointerMove', move);
    expect([full(2, 4), full(2, 6), move.captured]).toEqual([1, 1, []]);
    call('onPointerUp', {});
    expect(said).toEqual(['']);
    call('onPointerMove', pointer('pointermove', 65, 105));
    expect(full(10, 6)).toBe(0);
    call('onPointerUp', {});
    expect(said).toEqual(['']);
    // The next stroke is not joined to the last one.
    call('onPointerDown', pointer('pointerdown', 65, 105));
    expect([full(10, 6), full(6, 6)]).toEqual([1, 0]);
  });

  it.each([
    ['the right button', { button: 2, buttons: 2 }],
    ['the end of a pen', { buttons: 32 }],
    ['Shift', { shiftKey: true }],
  ])('is erased by %s', (_, more) => {
    state.drawn.value = blank().fill(1);
    open().call('onPointerDown', pointer('pointerdown', 25, 25, more));
    expect([full(2, 2), full(9, 9)]).toEqual([0, 1]);
  });

  it('is left alone by buttons of no meaning', () => {
    open().call('onPointerDown', pointer('pointerdown', 25, 25, { button: 3, buttons: 8 }));
    expect(upTo(state.drawn.value)).toEqual({});
    const event = key('');
    open().call('onContextMenu', event);
    expect(event.prevented).toBe(1);
  });
});

describe('the tools of the drawing', () => {
  it('load the images of a digit in turn, and clear', () => {
    const seen = rendered(DrawIsland, {}, state);
    const { pixels, labels } = run.images!.test;
    const those = [...labels.keys()].filter((sample) => labels[sample] === 0);
    const image = (sample: number) => [...pixels.subarray(256 * sample, 256 * (sample + 1))];
    for (const sample of those.slice(0, 2)) {
      press(named(seen, 'Load an 8'));
      expect([...state.drawn.value]).toEqual(image(sample));
    }
    press(named(seen, 'Load a 1'));
    expect([...state.drawn.value]).toEqual(image(labels.indexOf(1)));
    press(named(seen, 'Clear'));
    expect(upTo(state.drawn.value)).toEqual({});
    press(named(seen, 'Look at it place by place'));
    expect([state.chosen.value, moves]).toEqual([{ set: 'drawn' }, ['to sees', 'focus sees-answer']]);
  });
});

describe('the epoch and the threshold', () => {
  it('follow their sliders', () => {
    const seen = rendered(TestIsland, {}, state);
    const input = (id: string) => seen.find(({ type, props }) => type === 'input' && props.id === id)!.props;
    (input('threshold').onInput as Handler)({ currentTarget: { value: '0.25' } });
    expect(state.threshold.value).toBe(0.25);
    state.playing.value = true;
    (input('test-epoch').onInput as Handler)({ currentTarget: { value: '1' } });
    expect([state.frame.value, state.playing.value]).toEqual([1, false]);
  });

  it('play from the start where they are at the end, and pause', () => {
    const last = run.frames.length - 1;
    const play = () => press(named(rendered(TestIsland, {}, state), state.playing.value ? 'Pause' : 'Play'));
    expect(state.frame.value).toBe(last);
    play();
    expect([state.frame.value, state.playing.value]).toEqual([0, true]);
    state.frame.value = last;
    play();
    expect([state.frame.value, state.playing.value]).toEqual([last, false]);
    state.frame.value = last - 1;
    play();
    expect([state.frame.value, state.playing.value]).toEqual([last - 1, true]);
  });
});

it('an image that is read wrong is shown where the network is looked into', () => {
  const thumbnails = rendered(TestIsland, {}, state).filter(({ props }) => props.class === 'thumbnail');
  press(thumbnails[0]!);
  const [wrong] = readWrong();
  expect([state.chosen.value, moves]).toEqual([{ set: 'test', at: wrong }, ['to sees', 'focus sees-answer']]);
});

describe('the image', () => {
  const chooser = () => rendered(SeesIsland, {}, state);
  const number = (value: number) => {
    const target = { valueAsNumber: value, value: '' };
    const { props } = chooser().find(({ props }) => props['aria-label'] === 'Number of the image')!;
    (props.onChange as Handler)({ currentTarget: target });
    return target.value;
  };

  it('is one further or back, none before the first and none behind the last', () => {
    const disabled = () =>
      ['Previous image', 'Next image'].map((name) => named(chooser(), name).props.disabled);
    expect(disabled()).toEqual([true, false]);
    press(named(chooser(), 'Next image'));
    expect([state.chosen.value, disabled()]).toEqual([{ set: 'test', at: 1 }, [false, false]]);
    press(named(chooser(), 'Previous image'));
    expect(state.chosen.value).toEqual({ set: 'test', at: 0 });
    expect([number(900), state.chosen.value]).toEqual(['429', { set: 'test', at: 429 }]);
    expect(disabled()).toEqual([false, true]);
    expect([number(-3), state.chosen.value]).toEqual(['0', { set: 'test', at: 0 }]);
    expect([number(6.6), number(Number.NaN), state.chosen.value]).toEqual(['7', '7', { set: 'test', at: 7 }]);
  });

  it('is the first of another set, or the drawing', () => {
    const choose = (value: string) => {
      const { props } = chooser().find(({ props }) => props.id === 'sees-set')!;
      (props.onChange as Handler)({ currentTarget: { value } });
      return state.chosen.value;
    };
    state.chosen.value = { set: 'test', at: 9 };
    expect(choose('train')).toEqual({ set: 'train', at: 0 });
    expect(choose('drawn')).toEqual({ set: 'drawn' });
    expect(chooser().some(({ props }) => props['aria-label'] === 'Next image')).toBe(false);
  });
});
