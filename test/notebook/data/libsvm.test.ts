import { describe, expect, it } from '@jest/globals';
import { parseLibsvm } from '../../../src/notebook/data/libsvm.ts';
import { pixelOf } from '../../../src/notebook/data/libsvmLine.ts';
import { EXIT } from '../../../src/system/errors.ts';
import { failureOf, imageLine, inChunks } from './fixtures.ts';

const parse = (text: string, chunkSize?: number) => parseLibsvm(inChunks(text, chunkSize), 'digits.txt');

/** A line whose value at index 7 is the given text. */
const withValue = (text: string): string => imageLine(3, (index) => (index === 7 ? text : -1));

describe('parseLibsvm', () => {
  const text = `${imageLine(1)}\n${imageLine(10, (index) => (index === 17 ? 1 : -1))}\n`;

  it('reads labels 1..10 as digits 0..9 and values as greys, row-major', async () => {
    const images = await parse(text);
    expect(images.count).toBe(2);
    expect([...images.digits]).toEqual([0, 9]);
    expect(images.pixels).toHaveLength(512);
    expect(images.pixels.indexOf(1)).toBe(256 + 16);
    expect(images.pixels.reduce((sum, pixel) => sum + pixel)).toBe(1);
  });

  it.each([1, 7, 1000])('does not care where the bytes are cut (pieces of %d)', async (size) => {
    expect(await parse(text, size)).toEqual(await parse(text, 1 << 20));
  });

  it.each([
    ['a missing last newline', text.trimEnd()],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['trailing spaces', text.replaceAll('\n', '  \n')],
  ])('accepts %s', async (_, variant) => {
    expect(await parse(variant)).toEqual(await parse(text));
  });

  it('grows with the file', async () => {
    const images = await parse(`${imageLine(2)}\n`.repeat(1100));
    expect(images.count).toBe(1100);
    expect(images.digits).toHaveLength(1100);
    expect(images.pixels).toHaveLength(1100 * 256);
  });

  it.each([
    '-0.631',
    '0.5',
    '-1',
    '1',
    '.25',
    '-.5',
    '+0.5',
    '1.',
    '5e-1',
    '-2.5E-1',
    '-0.6000000000000000001',
    '-0',
  ])('reads %s as Number() does', async (value) => {
    const images = await parse(withValue(value));
    expect(images.pixels[6]).toBe(Math.fround(pixelOf(Number(value)) / 255));
  });

  it('reads every value of three decimals as double precision has it', async () => {
    for (let from = -1000; from <= 1000; from += 256) {
      const values = Array.from({ length: 256 }, (_, i) => (Math.min(1000, from + i) / 1000).toFixed(3));
      const images = await parse(imageLine(1, (index) => values[index - 1]!));
      const expected = values.map((value) => Math.fround(Math.floor(((Number(value) + 1) / 2) * 255) / 255));
      expect([...images.pixels]).toEqual(expected);
    }
  });
});

describe('pixelOf', () => {
  it.each([
    [-1, 0],
    [1, 255],
    [0, 127],
    [-0.6, 51],
    [-0.2, 102],
    [0.2, 153],
    [0.6, 204],
    [0.999, 254],
  ])('makes %d the pixel %d', (value, pixel) => expect(pixelOf(value)).toBe(pixel));
});

describe('parseLibsvm rejects', () => {
  const good = imageLine(2);
  const cases: readonly (readonly [what: string, line: string, expected: string, got: string])[] = [
    ['255 values', good.slice(0, good.lastIndexOf(' ')), '256 values', '255'],
    ['257 values', `${good} 257:0`, '256 values', "more: '257:0'"],
    ['an index out of order', good.replace(' 4:', ' 6:'), "'4:value'", "'6:-1'"],
    ['an index twice', good.replace(' 4:', ' 3:'), "'4:value'", "'3:-1'"],
    ['a label 11', imageLine(11), 'a label 1..10', "'11'"],
    ['a label 0', imageLine(0), 'a label 1..10', "'0'"],
    ['a label that is no integer', imageLine('1.5'), 'a label 1..10', "'1.5'"],
    ['a label that is no number', imageLine('one'), 'a label 1..10', "'one'"],
    ['NaN', withValue('nan'), 'a value in [-1, 1] for index 7', "'nan'"],
    ['a value above 1', withValue('1.001'), 'a value in [-1, 1] for index 7', "'1.001'"],
    ['a value below -1', withValue('-1.0000000000000002'), 'a value in [-1, 1]', "'-1.0000000000000002'"],
    ['infinity', withValue('inf'), 'a value in [-1, 1]', "'inf'"],
    ['hexadecimal', withValue('0x1'), 'a value in [-1, 1]', "'0x1'"],
    ['a missing value', withValue(''), 'a value in [-1, 1]', "''"],
    ['a letter for a digit', withValue('a'), 'a value in [-1, 1]', "'a'"],
    ['a letter for a sign', withValue('Z0.5'), 'a value in [-1, 1]', "'Z0.5'"],
    ['another sign for a point', withValue('0\\5'), 'a value in [-1, 1]', "'0\\5'"],
    ['two points', withValue('0.1.2'), 'a value in [-1, 1]', "'0.1.2'"],
    ['a lone sign', withValue('-'), 'a value in [-1, 1]', "'-'"],
    ['a token without a colon', good.replace(' 4:-1', ' four'), "'4:value'", "'four'"],
    ['a last token without a colon', good.replace(/ 256:-1$/, ' last'), "'256:value', got", "'last'"],
    [
      'a token of 24 letters',
      good.replace(/ 256:-1$/, ` ${'w'.repeat(24)}`),
      "'256:value'",
      `'${'w'.repeat(24)}'`,
    ],
    [
      'a token of 25 letters',
      good.replace(/ 256:-1$/, ` ${'w'.repeat(25)}`),
      "'256:value'",
      `'${'w'.repeat(24)}...'`,
    ],
    ['an empty line', '', "'label 1:v ... 256:v'", 'an empty line'],
    ['binary garbage', '\u0000\u0001\n', 'a label 1..10', "'??'"],
    ['an endless line', 'x'.repeat(20_000), 'a line of the form', 'more than 16384 bytes'],
  ];

  it.each(cases)('%s', async (_, line, expected, got) => {
    const failure = await failureOf(parse(`${good}\n${line}\n${good}\n`));
    expect(failure.exitCode).toBe(EXIT.usage);
    expect(failure.message).toMatch(/^digits\.txt, line 2: expected /);
    expect(failure.message).toContain(expected);
    expect(failure.message).toContain(`got ${got.startsWith('more than') ? 'one of ' : ''}${got}`);
    expect(failure.message).toContain('--data');
    expect(failure.message).not.toContain('\n');
  });

  it('more images than there is memory for, in memory that does not grow with the file', async () => {
    async function* endless() {
      const line = Buffer.from(`${good}\n`.repeat(1000));
      for (;;) yield line;
    }
    const before = process.memoryUsage().arrayBuffers;
    const failure = await failureOf(parseLibsvm(endless(), 'digits.txt'));
    expect(failure.exitCode).toBe(EXIT.usage);
    expect(failure.message).toBe(
      'digits.txt, line 100001: expected at most 100000 images, got more; give a part of the file',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200e6);
  });

  it('an empty file', async () => {
    const failure = await failureOf(parse(''));
    expect(failure.exitCode).toBe(EXIT.usage);
    expect(failure.message).toMatch(
      /^digits\.txt: expected lines .* got an empty file; give another --data$/,
    );
  });
});
