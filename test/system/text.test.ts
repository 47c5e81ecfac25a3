import { expect, it } from '@jest/globals';
import { alignedLines, chanceOfError, markdownTable, percent, shellQuoted } from '../../src/system/text.ts';

it.each([
  [0.981, '98.1%'],
  [1, '100.0%'],
  [0.00049, '0.0%'],
])('%d is %s', (share, text) => expect(percent(share)).toBe(text));

it.each([
  ['a-b_c./:@%+=,1', 'a-b_c./:@%+=,1'],
  ['', "''"],
  ['two words', "'two words'"],
  ["it's", "'it'\\''s'"],
  ['$HOME', "'$HOME'"],
])('a shell takes %j as %s', (word, quoted) => expect(shellQuoted(word)).toBe(quoted));

// The least power of two that is above the bound.
it.each([
  [2 ** -117, '2^-116'],
  [1.5 * 2 ** -117, '2^-116'],
  [0.75 * 2 ** -117, '2^-117'],
])('%d is below %s', (bound, power) => expect(chanceOfError(bound)).toBe(`chance of error below ${power}`));

it('without a bound there is no chance to tell', () => expect(chanceOfError(null)).toBe('no proven bound'));

it('a table in Markdown keeps its columns whatever the cells hold', () => {
  expect(markdownTable([{ label: 'op', text: true }, { label: 'ms' }], [['a|b*', '1']])).toBe(
    '| op | ms |\n|---|---:|\n| a\\|b\\* | 1 |',
  );
});

it('lines have columns of equal width: numbers end together, words begin together', () => {
  const rows = [
    ['name', 'ms', 'note'],
    ['a', '10.5', 'x'],
  ];
  expect(alignedLines(rows, (column) => column === 1)).toEqual(['name    ms  note', 'a     10.5  x']);
  expect(alignedLines(rows)).toEqual(['name  ms    note', 'a     10.5  x']);
});
