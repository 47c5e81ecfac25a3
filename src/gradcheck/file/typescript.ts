import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { transform } from 'sucrase';
import { packageType } from './files.ts';

/** A TypeScript file without its types. */
export interface Stripped {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
}

/**
 * Removes the types from a TypeScript file; line numbers stay the same. Sucrase, which is bundled (a third of a
 * megabyte), works the same on every Node. Node's own type stripping (22.18 and later) does not support enums and
 * parameter properties, Node 20 has none, and esbuild would add ten megabytes to every node_modules.
 * @throws SyntaxError with file and line
 */
export function stripTypes(path: string): Stripped {
  const text = readFileSync(path, 'utf8');
  try {
    const { code } = transform(text, { transforms: ['typescript'], disableESTransforms: true });
    return { format: formatOf(path, code), source: code };
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number; column: number } };
    const what = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
    throw new SyntaxError(`${what} (${relative(process.cwd(), path)}:${loc?.line ?? 1})`);
  }
}

/** The module format, from the extension, else from package.json, else from the code. */
function formatOf(path: string, code: string): Stripped['format'] {
  if (path.endsWith('.mts')) return 'module';
  if (path.endsWith('.cts')) return 'commonjs';
  if (packageType(path) === 'module' || /^\s*(?:import|export)[\s{*'"]/m.test(code)) return 'module';
  return /\brequire\s*\(|\bmodule\.exports\b|\bexports\.\w/.test(code) ? 'commonjs' : 'module';
}
