import { describe, expect, it } from '@jest/globals';
import { cellAt, pointAt } from '../../../src/report/parts/pixels.tsx';
import { keyMove, positionOf } from '../../../src/report/parts/window.tsx';

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
