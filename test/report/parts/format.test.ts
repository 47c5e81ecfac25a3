import { expect, it } from '@jest/globals';
import { digitNamed, likely } from '../../../src/report/parts/digits.ts';
import {
  capitalized,
  count,
  counted,
  element,
  exact,
  listed,
  seconds,
  shareOfAllowed,
  size,
} from '../../../src/report/parts/format.ts';

it('counts have thousands apart, and nouns their number', () => {
  expect([0, 999, 16_000, 1_234_567].map(count)).toEqual(['0', '999', '16,000', '1,234,567']);
  expect([0, 1, 2, 1000].map((value) => counted(value, 'step'))).toEqual([
    ...['0 steps', '1 step', '2 steps', '1,000 steps'],
  ]);
});

it('sizes have three digits, or a power of ten below a hundredth and from ten thousand on', () => {
  expect([0, 0.8524, -0.8524, 0.01, 0.00999, 9999, 10_000, -12_345, 1.44e-6, 1].map(size)).toEqual([
    ...['0', '0.852', '-0.852', '0.01', '1.0e-2', '10000', '1.0e4', '-1.2e4', '1.4e-6', '1'],
  ]);
});

it('exact numbers have all digits of their precision', () => {
  expect([exact(0.1), exact(Math.fround(0.1)), exact(Math.fround(0.1), 'float32'), exact(null)]).toEqual([
    ...['0.1', '0.10000000149011612', '0.100000001', 'not a finite number'],
  ]);
});

it('times are in milliseconds below a second', () => {
  expect([0.0004, 0.8504, 0.9994, 1, 12.34].map(seconds)).toEqual([
    '0 ms',
    '850 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
  ]);
});

it('elements have an index for each dimension', () => {
  expect([element('kernel', [2, 3]), element('weight', [17]), element('bias', [])]).toEqual([
    ...['kernel[2][3]', 'weight[17]', 'bias'],
  ]);
});

it('lists end in an and, sentences begin with a capital', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  expect(['', 'a', 'one run'].map(capitalized)).toEqual(['', 'A', 'One run']);
});

it('a share of what is allowed is too much from above 1', () => {
  expect([0, 0.5, 1, 1.01, 2.4e5, Number.MAX_VALUE].map(shareOfAllowed)).toEqual([
    ...['0 of allowed', '0.5 of allowed', '1 of allowed'],
    ...['1.01 times allowed', '2.4e5 times allowed', 'none is allowed'],
  ]);
});

it('digits have their article', () => {
  expect([1, 7, 8].map(digitNamed)).toEqual(['a 1', 'a 7', 'an 8']);
});

it('a probability reads as certain only where it is', () => {
  expect([0, 0.000499, 0.0005, 0.5, 0.9994, 0.9995, 1].map(likely)).toEqual([
    ...['0.0%', 'under 0.1%', '0.1%', '50.0%', '99.9%', 'over 99.9%', '100.0%'],
  ]);
});
