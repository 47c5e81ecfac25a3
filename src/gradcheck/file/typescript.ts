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
 * Takes the types out of a TypeScript file; lines stay where they were. Sucrase, which is bundled (a third of a megabyte), does this
 * alike on every Node: the one that Node 22.18 and later has leaves enums and parameter properties out, Node 20 has
 * none, and esbuild would be ten megabytes in everybody's node_modules.
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

/** By extension, else by package.json, else by what the code looks like. */
function formatOf(path: string, code: string): Stripped['format'] {
  if (path.endsWith('.mts')) return 'module';
  if (path.endsWith('.cts')) return 'commonjs';
  if (packageType(path) === 'module' || /^\s*(?:import|export)[\s{*'"]/m.test(code)) return 'module';
  return /\brequire\s*\(|\bmodule\.exports\b|\bexports\.\w/.test(code) ? 'commonjs' : 'module';
}
