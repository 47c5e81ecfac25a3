/** `paths` and `baseUrl` of a tsconfig.json, such as '@/loss': what TypeScript and bundlers resolve, and Node does not. */
import { statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { createPathsMatcher, getTsconfig, parseTsconfig, type TsConfigResult } from 'get-tsconfig';
import { lenientPath } from './files.ts';

type Matcher = (specifier: string) => string[];

/** By the folder of the importing file. */
const matchersOf = new Map<string, readonly Matcher[]>();

/** The file that an import means by the tsconfig.json above its importer; null where that says nothing of it. */
export function mappedPath(specifier: string, importer: string): string | null {
  if (/^(?:[./]|[a-z][a-z\d+.-]*:)/i.test(specifier) || isBuiltin(specifier)) return null;
  if (importer === '' || /[\\/]node_modules[\\/]/.test(importer)) return null;
  for (const matcher of matchers(dirname(importer)))
    for (const candidate of matcher(specifier)) {
      const found = isFile(candidate) ? candidate : lenientPath(candidate);
      // A declaration says what another file has.
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

/** The nearest tsconfig.json, and those that it refers to: of a "solution" they hold the settings. */
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
    // A tsconfig.json that cannot be read maps nothing: the import that needs it then fails by its own name.
    return [];
  }
}
