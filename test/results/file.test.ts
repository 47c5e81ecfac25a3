import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readResult, withListsInLines, writeResult, writeWhole } from '../../src/results/file.ts';

const schema = z.strictObject({ schema: z.literal('backproof/some/1'), count: z.number().min(0) });
const some = { schema: 'backproof/some/1', count: 3 } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backproof-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file is written whole or not at all', () => {
  it('takes the place of the one before it, and nothing is left beside it', async () => {
    await writeWhole(join(folder, 'a.json'), 'first');
    await writeWhole(join(folder, 'a.json'), 'second');
    expect(await readdir(folder)).toEqual(['a.json']);
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('second');
  });

  it('where it cannot be renamed, the temporary file goes and the error is told', async () => {
    await mkdir(join(folder, 'taken', 'full'), { recursive: true });
    await expect(writeWhole(join(folder, 'taken'), 'text')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('a result that does not fit its schema is not written', async () => {
    await expect(writeResult(join(folder, 'a.json'), schema, { ...some, count: -1 })).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a result is read back', () => {
  const read = () => readResult(join(folder, 'a.json'), schema, 'backproof/some/1');

  it('as it was written', async () => {
    await writeResult(join(folder, 'a.json'), schema, some);
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe(
      '{\n "schema": "backproof/some/1",\n "count": 3\n}\n',
    );
    expect(await read()).toEqual(some);
  });

  it('undefined where there is none', async () => {
    expect(await read()).toBeUndefined();
  });

  it.each([
    ['{', 'expected JSON, got'],
    ['[]', 'expected schema backproof/some/1, got "no schema"'],
    ['{"schema": "backproof/some/2"}', 'expected schema backproof/some/1, got "backproof/some/2"'],
    ['{"schema": "backproof/some/1", "count": -1}', 'got a mistake at count:'],
    ['{"schema": "backproof/some/1", "count": 1, "more": 2}', 'got a mistake at its top:'],
  ])('%s is refused', async (text, message) => {
    await writeFile(join(folder, 'a.json'), text);
    await expect(read()).rejects.toThrow(message);
  });
});

it('lists of plain values take a line each', () => {
  expect([withListsInLines(null), withListsInLines('a'), withListsInLines([])]).toEqual([
    'null',
    '"a"',
    '[]',
  ]);
  expect(withListsInLines({ a: [1, 2, null], b: { c: [[1], [2]] }, d: undefined, e: {}, f: [] })).toBe(
    '{\n "a": [1,2,null],\n "b": {\n  "c": [\n   [1],\n   [2]\n  ]\n },\n "e": {},\n "f": []\n}',
  );
});
