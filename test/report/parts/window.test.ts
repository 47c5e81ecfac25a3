import { describe, expect, it } from '@jest/globals';
import { cellAt, pointAt } from '../../../src/report/parts/pixels.tsx';
import { keyMove, Place, PlacePicker, positionOf, WindowSlider } from '../../../src/report/parts/window.tsx';
import { openState } from '../../../src/report/state.ts';
import { defaultConfig } from '../../../src/results/commandLine.ts';
import { type Handler, markup, rendered } from '../../support/markup.ts';
import { readSection } from '../../support/page.ts';
import { pageRun } from '../../support/pageRun.ts';

/** A map of 200 x 100 screen pixels, with its upper left corner at 10, 20. */
const map = {
  getBoundingClientRect: () => ({ left: 10, top: 20, width: 200, height: 100 }),
} as Element;
const at = (clientX: number, clientY: number) => ({ clientX, clientY }) as PointerEvent;

describe('the pointer on a square map of 4 cells a side', () => {
  it('is at a place in cells, from the upper left corner', () => {
    expect(pointAt(at(10, 20), map, 4)).toEqual({ x: 0, y: 0 });
    expect(pointAt(at(135, 45), map, 4)).toEqual({ x: 2.5, y: 1 });
  });

  it('is in a cell, the nearest one where it is beside the map', () => {
    expect(cellAt(at(135, 44), map, 4)).toEqual({ row: 0, column: 2 });
    expect(cellAt(at(9, 19), map, 4)).toEqual({ row: 0, column: 0 });
    expect(cellAt(at(500, 500), map, 4)).toEqual({ row: 3, column: 3 });
  });
});

describe('keys on a window of 12 places a side', () => {
  it.each([
    ['ArrowLeft', 5, 6],
    ['ArrowRight', 5, 8],
    ['ArrowUp', 4, 7],
    ['ArrowDown', 6, 7],
    ['Home', 5, 0],
    ['End', 5, 11],
    ['PageUp', 0, 7],
    ['PageDown', 11, 7],
  ])('%s', (key, row, column) => {
    expect(keyMove(key, { row: 5, column: 7 }, 12)).toEqual({ row, column });
  });

  it('stop at the edges', () => {
    expect(keyMove('ArrowLeft', { row: 0, column: 0 }, 12)).toEqual({ row: 0, column: 0 });
    expect(keyMove('ArrowUp', { row: 0, column: 0 }, 12)).toEqual({ row: 0, column: 0 });
    expect(keyMove('ArrowRight', { row: 11, column: 11 }, 12)).toEqual({ row: 11, column: 11 });
    expect(keyMove('ArrowDown', { row: 11, column: 11 }, 12)).toEqual({ row: 11, column: 11 });
  });

  it('others do nothing', () => {
    expect(keyMove('a', { row: 5, column: 7 }, 12)).toBeNull();
  });

  it('a place is found by its index, row by row', () => {
    expect(positionOf(67, 12)).toEqual({ row: 5, column: 7 });
  });
});

describe('a place is chosen', () => {
  // 4 pixels a side under a kernel of 3: 2 places a side, whose windows begin at rows and columns 0 and 1.
  const convOut = Float64Array.of(1, 2, 3, 0.12345);
  const moves: unknown[] = [];
  const position = {
    at: { row: 1, column: 1 },
    moveTo: (to: unknown) => moves.push(to),
    side: 2,
    children: 'x',
  };
  const picker = (seen: ReturnType<typeof rendered>) =>
    seen.find(({ type, props }) => type === 'div' && props.class === 'picker')!.props;
  const slider = picker(rendered(WindowSlider, { ...position, kernelSize: 3, convOut }));
  const moved = (props: typeof slider, name: string, event: object) => {
    moves.length = 0;
    (props[name] as Handler)({ currentTarget: map, ...event });
    return moves;
  };

  it('on a slider of all places, which tells the row, the column and what is there', () => {
    expect(slider).toMatchObject({
      ...{ role: 'slider', tabIndex: 0, 'aria-valuemin': 0, 'aria-valuemax': 3, 'aria-valuenow': 3 },
      'aria-valuetext': 'row 1, column 1: convOut 0.123',
    });
  });

  it('by keys, which then do nothing else', () => {
    let prevented = 0;
    const press = (key: string) => moved(slider, 'onKeyDown', { key, preventDefault: () => prevented++ });
    expect(press('ArrowLeft')).toEqual([{ row: 1, column: 0 }]);
    expect([press('a'), prevented]).toEqual([[], 1]);
  });

  it('by a press or a mouse that is dragged, not by a finger that scrolls', () => {
    // On the image a cell is 50 by 25 screen pixels, and the window's middle is one cell further.
    const press = { type: 'pointerdown', buttons: 0, clientX: 115, clientY: 50 };
    expect(moved(slider, 'onPointerDown', press)).toEqual([{ row: 0, column: 1 }]);
    const drag = { type: 'pointermove', buttons: 1, pointerType: 'mouse', clientX: 15, clientY: 115 };
    expect(moved(slider, 'onPointerMove', drag)).toEqual([{ row: 1, column: 0 }]);
    expect(moved(slider, 'onPointerMove', { ...drag, buttons: 0 })).toEqual([]);
    expect(moved(slider, 'onPointerMove', { ...drag, pointerType: 'touch' })).toEqual([]);
    // On a map of 2 by 2 places a cell is 100 by 50.
    const places = picker(rendered(PlacePicker, position));
    expect(moved(places, 'onPointerDown', press)).toEqual([{ row: 0, column: 1 }]);
    expect(moved(places, 'onPointerMove', { ...drag, buttons: 0 })).toEqual([]);
  });
});

describe('one place in numbers', () => {
  const shown = (convOut: number, weight: number, kernelSize = 1) => {
    const side = 17 - kernelSize;
    const at = 2 * side + 1;
    const values = (value: number) =>
      Float64Array.from({ length: side ** 2 }, (_, place) => (place === at ? value : 9));
    const seen = {
      side,
      convOut: values(convOut),
      reluOut: values(0),
      contributions: values(convOut * weight),
    };
    const kernel = new Float64Array(kernelSize ** 2).fill(2);
    const parameters = { kernel, weight: values(weight), bias: 0 };
    const pixels = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 100);
    return {
      props: { at: { row: 2, column: 1 }, pixels, parameters, seen: { ...seen, logit: 0, prediction: 0 } },
      state: openState(pageRun({ config: { ...defaultConfig, kernelSize } })),
    };
  };
  const told = (...given: Parameters<typeof shown>): string[] => {
    const { props, state } = shown(...given);
    return readSection(Place, props, state);
  };

  it('is open above 0, and speaks for the digit that the weight is for', () => {
    const open = (rest: string) =>
      `The product is convOut[2][1] = 0.5 : the ReLU is open and lets it through. Times weight ${rest}.`;
    expect(told(0.5, 0.25)[0]).toBe(open('0.25 it adds 0.125 to the logit, for 1'));
    expect(told(0.5, -0.25)[0]).toBe(open('-0.25 it adds -0.125 to the logit, for 8'));
    expect(told(0.5, 0)[0]).toBe(open('0 it adds 0 to the logit, for neither'));
    const closed = ' : the ReLU is closed, reluOut is 0, and weight 0.25 adds nothing.';
    expect([told(0, 0.25)[0], told(-0.5, 0.25)[0]]).toEqual([
      ...[`The product is convOut[2][1] = 0${closed}`, `The product is convOut[2][1] = -0.5${closed}`],
    ]);
  });

  it('has its tables below each other where the kernel is wide', () => {
    const wide = (kernelSize: number) => {
      const { props, state } = shown(0.5, 0.25, kernelSize);
      return markup(Place, props, state).includes('place__tables--wide');
    };
    expect([wide(7), wide(8)]).toEqual([false, true]);
  });

  it('is the pixels under the window times the kernel', () => {
    const lines = told(0.5, 0.25, 2);
    // Rows 2 and 3, columns 1 and 2, of sixteen pixels a row.
    expect(lines[0]).toMatch(/^The 4 products add up to convOut/);
    expect(lines.slice(3)).toEqual([
      ...['Pixels under the window', '| | 0 | 1 |', '| 0 | 0.330 | 0.340 |', '| 1 | 0.490 | 0.500 |'],
      ...['× kernel', '| | 0 | 1 |', '| 0 | 2.000 | 2.000 |', '| 1 | 2.000 | 2.000 |'],
      ...['= products', '| | 0 | 1 |', '| 0 | 0.660 | 0.680 |', '| 1 | 0.980 | 1.000 |'],
    ]);
  });
});
