/** `paths` and `baseUrl` of a tsconfig.json ('@/loss'), which TypeScript and bundlers resolve but Node does not. */
import { statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { createPathsMatcher, getTsconfig, parseTsconfig, type TsConfigResult } from 'get-tsconfig';
import { lenientPath } from './files.ts';

type Matcher = (specifier: string) => string[];

/** Matchers by the folder of the importing file. */
const matchersOf = new Map<string, readonly Matcher[]>();

/** The file of an import according to the tsconfig.json above its importer; null if that does not map it. */
export function mappedPath(specifier: string, importer: string): string | null {
  if (/^(?:[./]|[a-z][a-z\d+.-]*:)/i.test(specifier) || isBuiltin(specifier)) return null;
  if (importer === '' || /[\\/]node_modules[\\/]/.test(importer)) return null;
  for (const matcher of matchers(dirname(importer)))
    for (const candidate of matcher(specifier)) {
      const found = isFile(candidate) ? candidate : lenientPath(candidate);
      // A declaration file only describes another file.
      if (found !== null && !/\.d\.[mc]?ts$/.test(found)) return found;
    }
  return null;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function matchers(folder: string): readonly Matcher[] {
  let found = matchersOf.get(folder);
  if (found === undefined) {
    found = configsOf(folder).flatMap((config) => createPathsMatcher(config) ?? []);
    matchersOf.set(folder, found);
  }
  return found;
}

/** The nearest tsconfig.json and those that it references, which hold the settings in a "solution". */
function configsOf(folder: string): TsConfigResult[] {
  try {
    const nearest = getTsconfig(folder);
    if (nearest === null) return [];
    const references = (nearest.config.references ?? []).map(({ path }) => {
      const target = join(dirname(nearest.path), path);
      return extname(target) === '.json' ? target : join(target, 'tsconfig.json');
    });
    return [nearest, ...references.filter(isFile).map((path) => ({ path, config: parseTsconfig(path) }))];
  } catch {
    // A tsconfig.json that cannot be read maps nothing; an import that needs it then fails under its own name.
    return [];
  }
}
