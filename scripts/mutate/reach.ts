// Which suites import a source file, nearest first.
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { globSync } from 'tinyglobby';

/** Suites that run what is built, in processes of their own: a mutant in a source does not reach them. */
const BUILT = /^test\/(e2e|examples|package|docs|scripts\/mutate)\/|\/fuzz\.test\.ts$/;

/** Imports, exports from, and dynamic imports of files by a relative path. */
const IMPORTS = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.tsx?)'/g;

/** For each file the suites that reach it by imports, the one that mirrors it first, then by the number of steps. */
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
    const rank = (suite: string): number => (suite === mirror ? 0 : steps.get(suite)!);
    return [...steps.keys()]
      .filter((path) => path.endsWith('.test.ts') && !BUILT.test(path))
      .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  };
}
