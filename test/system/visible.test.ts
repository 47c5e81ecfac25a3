import { describe, expect, it } from '@jest/globals';
import { visible, visibleData, visibleLines } from '../../src/system/visible.ts';

describe('visible', () => {
  it.each([
    ['plain text, ümlaut, 漢字 and 😀', 'plain text, ümlaut, 漢字 and 😀'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u0000\u001b[31m\u007f\u0085', '\\u{00}\\u{1b}[31m\\u{7f}\\u{85}'],
    ['\u2028\u202e\u2067\ufffe\uffff', '\\u{2028}\\u{202e}\\u{2067}\\u{fffe}\\u{ffff}'],
    ['half \ud83d of a pair', 'half \\u{d83d} of a pair'],
  ])('%j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('leaves line breaks where lines are meant', () => {
    expect(visibleLines('a\nb\u0007')).toBe('a\nb\\u{07}');
  });

  it('goes through data, keys included, and leaves numbers as they are', () => {
    const values = new Float64Array([1]);
    const data = {
      'k\u0007': ['v\u0007', 1, null, true],
      n: Number.NaN,
      values,
      ['__proto__']: { x: '\u0007' },
    };
    const copy = visibleData(data);
    expect(copy).toEqual({
      'k\\u{07}': ['v\\u{07}', 1, null, true],
      n: Number.NaN,
      values,
      ['__proto__']: { x: '\\u{07}' },
    });
    expect(Object.keys(copy)).toContain('__proto__');
  });
});
