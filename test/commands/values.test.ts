import { describe, expect, it } from '@jest/globals';
import {
  choice,
  flag,
  integer,
  numberFrom0,
  oddInteger,
  positiveNumber,
  type ReadValue,
  shown,
  text,
} from '../../src/commands/values.ts';

const whole = integer('an integer 1..5', 1, 5);
const odd = oddInteger('an odd integer 1..5', 1, 5);
const positive = positiveNumber('a number above 0');
const from0 = numberFrom0('a number in [0, 1)', 1);
const name = choice(['manual', 'autodiff']);
const folder = text('a folder');

describe('what is read', () => {
  it.each<[ReadValue<unknown>, unknown, unknown]>([
    [whole, '1', 1],
    [whole, 5, 5],
    [odd, '3', 3],
    [positive, '1e-9', 1e-9],
    [from0, '0', 0],
    [from0, 0.999, 0.999],
    [name, 'autodiff', 'autodiff'],
    [folder, 'out', 'out'],
    [flag, false, false],
  ])('%# %j', (read, value, expected) => {
    expect(read('--x', value)).toBe(expected);
  });
});

it('a value of 200 characters is shown as it is', () => {
  expect(shown('x'.repeat(200))).toBe('x'.repeat(200));
});

describe('what is refused, with what was expected and what came', () => {
  it.each<[ReadValue<unknown>, unknown, string]>([
    [whole, '0', '--x: expected an integer 1..5, got 0'],
    [from0, '', '--x: expected a number in [0, 1), got nothing'],
    [from0, ' ', '--x: expected a number in [0, 1), got  '],
    [whole, '6', '--x: expected an integer 1..5, got 6'],
    [whole, '2.5', '--x: expected an integer 1..5, got 2.5'],
    [whole, '', '--x: expected an integer 1..5, got nothing'],
    [whole, ' ', '--x: expected an integer 1..5, got  '],
    [whole, '3x', '--x: expected an integer 1..5, got 3x'],
    [whole, true, '--x: expected an integer 1..5, got true'],
    [whole, [3], '--x: expected an integer 1..5, got a list'],
    [whole, null, '--x: expected an integer 1..5, got null'],
    [odd, '2', '--x: expected an odd integer 1..5, got 2'],
    [odd, '7', '--x: expected an odd integer 1..5, got 7'],
    [positive, '0', '--x: expected a number above 0, got 0'],
    [positive, 'Infinity', '--x: expected a number above 0, got Infinity'],
    [positive, 'NaN', '--x: expected a number above 0, got NaN'],
    [from0, '-0.1', '--x: expected a number in [0, 1), got -0.1'],
    [from0, '1', '--x: expected a number in [0, 1), got 1'],
    [name, 'manul', '--x: expected one of manual, autodiff, got manul (did you mean manual?)'],
    [name, '', '--x: expected one of manual, autodiff, got nothing'],
    [folder, '', '--x: expected a folder, got nothing'],
    [folder, 3, '--x: expected a folder, got 3'],
    [flag, 'true', '--x: expected true or false, got true'],
    [flag, 1, '--x: expected true or false, got 1'],
    [flag, 'x'.repeat(201), `got ${'x'.repeat(200)}…`],
    [flag, { a: 1 }, '--x: expected true or false, got an object'],
    [name, 3, '--x: expected one of manual, autodiff, got 3'],
  ])('%# %j', (read, value, message) => {
    expect(() => read('--x', value)).toThrow(message);
  });
});
