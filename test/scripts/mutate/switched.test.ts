import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { mutantsOf } from '../../../scripts/mutate/mutants.ts';
import { switched } from '../../../scripts/mutate/switched.ts';

const numberedOf = (source: string) => mutantsOf('src/a.ts', source).map((mutant, id) => ({ mutant, id }));

/** Runs a source, as it is or with its switches and one mutant at most. */
function run(source: string, active: number | null = null): unknown[] {
  const seen: unknown[] = [];
  const flags = numberedOf(source).map(({ id }) => Number(id === active));
  runInNewContext(source, { seen: (value: unknown) => seen.push(value) });
  const alone = seen.splice(0);
  if (active === null) return alone;
  const switches = { __reached: flags.map(() => 0), __active: flags };
  runInNewContext(switched(source, numberedOf(source)), {
    ...switches,
    seen: (value: unknown) => seen.push(value),
  });
  return seen;
}

it.each([
  'seen(1 + 2 * 3); seen((4 ** 2) % 7 - 1)',
  'const a = 3; seen(a < 3 ? 10 : a === 3 && a > 2 ? 20 : 30)',
  'let sum = 0; for (let i = 0; i < 4; i++) { if (i === 2) continue; sum += -i; } seen(sum)',
  'if (!(0 > 1)) seen(1); else seen(2)',
  'if (true) seen(1); else seen(false)',
  'seen([3, 1, 2].some((x) => x > 2)); seen(Math.max(...[1, 5])); seen(null ?? 4)',
  'seen({ 1: 2, get 3() { return 4; } }); const [x = 5] = []; seen(x)',
])('with its mutants behind switches %j runs as it is, and each as if it stood there alone', (source) => {
  const numbered = numberedOf(source);
  expect(run(source, -1)).toEqual(run(source));
  for (const { id, mutant } of numbered) {
    if (mutant.within === null) continue;
    const alone = source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end);
    expect([mutant, run(source, id)]).toEqual([mutant, run(alone)]);
  }
});

it('the places that were reached are noted', () => {
  const source = 'if (seen) 1 + 1; else 2 - 2';
  const [reached, active] = [numberedOf(source).map(() => 0), numberedOf(source).map(() => 0)];
  runInNewContext(switched(source, numberedOf(source)), { seen: true, __reached: reached, __active: active });
  const noted = numberedOf(source).filter(({ id }) => reached[id] === 1);
  expect(noted.map(({ mutant: { before } }) => before)).toEqual(['seen', 'seen', '1', '1 + 1;', '+', '1']);
});

it('the name of a property has no twin, and a method keeps its object', () => {
  const [, key, value] = numberedOf('x = { 1: 2 }').map(({ mutant }) => mutant.within);
  expect([key, value]).toEqual([null, [9, 10]]);
  expect(switched('x.some(f)', numberedOf('x.some(f)'))).toContain('(x.every(f)):(x.some(f))');
});
