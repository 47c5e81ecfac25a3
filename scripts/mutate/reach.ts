// Which suites import a source file, nearest first.
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { globSync } from 'tinyglobby';

/**
 * Suites that run what is built, in processes of their own: a mutant in a source does not reach them. And those that are
 * too long for every mutant: they try the whole on many cases.
 */
const LEFT_OUT =
  /^test\/((e2e|examples|package|docs)\/|(contract\/audit|gradcheck\/(fuzz|falseAlarms|selftest\/selfTest))\.test\.ts$)/;

/** Imports, exports from, and dynamic imports of files by a relative path. */
const IMPORTS = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.tsx?)'/g;

/** How many folders two paths have in common, from the top. */
function inCommon(one: string, other: string): number {
  const [a, b] = [one, other].map((path) => dirname(path).split('/')) as [string[], string[]];
  const apart = a.findIndex((name, level) => name !== b[level]);
  return apart < 0 ? a.length : apart;
}

/**
 * For each file the suites that reach it by imports: the one that mirrors it first, then those of its own folder, then those
 * of the nearest folder, then by the number of steps.
 */
export function suitesReaching(root: string): (file: string) => string[] {
  const files = globSync(['{src,test}/**/*.{ts,tsx}', '!**/*.d.ts', '!**/assembly/**'], { cwd: root });
  const importers = new Map<string, string[]>();
  for (const file of files)
    for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(IMPORTS)) {
      const target = posix.normalize(`${dirname(file)}/${path}`);
      importers.set(target, [...(importers.get(target) ?? []), file]);
    }
  return (file) => {
    const steps = new Map([[file, 0]]);
    for (const [at, step] of steps)
      for (const importer of importers.get(at) ?? []) if (!steps.has(importer)) steps.set(importer, step + 1);
    const mirror = file.replace(/^src\//, 'test/').replace(/\.tsx?$/, '.test.ts');
    const near = (suite: string): number =>
      suite === mirror
        ? Number.POSITIVE_INFINITY
        : inCommon(suite, mirror) + (dirname(suite) === dirname(mirror) ? 0.5 : 0);
    return [...steps.keys()]
      .filter((path) => path.endsWith('.test.ts') && !LEFT_OUT.test(path))
      .toSorted((a, b) => near(b) - near(a) || steps.get(a)! - steps.get(b)! || (a < b ? -1 : 1));
  };
}
