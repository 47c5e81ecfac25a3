import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EQUIVALENT, equivalenceOf } from '../../../scripts/mutate/equivalents/index.ts';
import { mutantsOf } from '../../../scripts/mutate/mutants.ts';
import { suitesReaching } from '../../../scripts/mutate/reach.ts';
import { packageRoot } from '../../../src/system/packageRoot.ts';

/** A source with each of its mutants put in. */
const mutated = (source: string): string[] =>
  mutantsOf('src/a.ts', source).map(
    ({ start, end, after }) => source.slice(0, start) + after + source.slice(end),
  );

describe('the mistakes that are put into', () => {
  it.each<[string, string[]]>([
    ['a < b', ['a <= b']],
    ['a === b', ['a !== b']],
    ['a + b', ['a - b']],
    ["a + 'text'", []],
    ['a && b', ['a || b']],
    ['a ?? b', ['a']],
    ['!a', ['a']],
    ['a ? b : c', ['!(a) ? b : c']],
    ['if (a) b;', ['if (true) b;', 'if (false) b;', 'if (a) ;']],
    ['x = 0', ['x = 1']],
    ['x = 1', ['x = 0']],
    ['x = 3', ['x = (3 * 2)']],
    ['x = true', ['x = false']],
    ['x = Math.max(y)', ['x = Math.min(y)']],
    ['x += y', ['x -= y']],
    ['f();', [';']],
    ["import { a } from './a.ts'", []],
    ['type T = 1 | 2', []],
    ['throw new Error(a + b)', []],
    ['const x = y as 1', []],
    // A property that objects have from the start, and one that is set
    ['x = y.toString()', []],
    ['x.every = y', []],
  ])('%s', (source, expected) => {
    const found = mutated(source).filter((each) => each !== ';' || source === 'f();');
    expect(found).toEqual(expected);
  });

  it('and each knows its line', () => {
    expect(mutantsOf('src/a.ts', '\n\nx = 5;').map(({ line }) => line)).toEqual([3, 3]);
  });
});

it('a mutant is known to change nothing by its file, line and kind, and by what it replaces where that is said', () => {
  const line = 'Math.floor((towardsLabel - LOGIT_BINS.from) / LOGIT_BINS.width)';
  const mutant = {
    file: 'src/notebook/engines/history.ts',
    line: 8,
    start: 0,
    end: 1,
    kind: 'arithmetic',
    after: '*',
    within: null,
  };
  expect(equivalenceOf({ ...mutant, before: '/' }, line)).toMatch(/the width is 1/);
  expect(equivalenceOf({ ...mutant, before: '-' }, line)).toBeNull();
  expect(equivalenceOf({ ...mutant, before: '/', kind: 'number' }, line)).toBeNull();
});

it('the suite that mirrors a file comes first, then those of its folder; long ones and programs are left out', () => {
  const suitesOf = suitesReaching(packageRoot());
  expect(suitesOf('src/gradcheck/numeric/compare.ts')[0]).toBe('test/gradcheck/numeric/compare.test.ts');
  const [first] = suitesOf('src/gradcheck/numeric/kernels/unary.ts');
  expect(first).toBe('test/gradcheck/numeric/kernels/branches.test.ts');
  for (const suite of suitesOf('src/gradcheck/check.ts'))
    expect(suite).not.toMatch(/fuzz|falseAlarms|selfTest|e2e/);
  expect(suitesOf('src/cli.ts')).toEqual([]);
});

it('every mutant that is called equivalent has its line', () => {
  const lines = (file: string) => readFileSync(join(packageRoot(), file), 'utf8').split('\n');
  const stale = EQUIVALENT.filter(({ file, at }) => !lines(file).some((line) => line.includes(at)));
  expect(stale).toEqual([]);
});
