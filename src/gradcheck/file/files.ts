import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** The extensions of the modules that `backproof check` reads. */
export const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'] as const;

/** Whether a path has the extension of a module. */
export const isModule = (path: string): boolean => /\.[mc]?[tj]s$/.test(path);

const TYPESCRIPT: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };

export const isTypeScript = (path: string): boolean => /\.[mc]?ts$/.test(path);

/**
 * The file of a relative import that Node does not find, resolved as TypeScript and bundlers do: './a.js' for a.ts,
 * './a' for a.ts or a.js, './folder' for its index.
 */
export function lenientPath(path: string): string | null {
  const typescript = TYPESCRIPT[extname(path)];
  const candidates = [
    ...(typescript === undefined ? [] : [path.slice(0, -extname(path).length) + typescript]),
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => join(path, `index${extension}`)),
  ];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile()) ?? null;
}

/** The "type" in the nearest package.json above a file, or null. */
export function packageType(path: string): 'module' | 'commonjs' | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { type } = JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown };
      return type === 'module' || type === 'commonjs' ? type : null;
    }
    if (folder === dirname(folder)) return null;
  }
}
