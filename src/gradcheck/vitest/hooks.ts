import type { ResolveFnOutput, ResolveHookContext } from 'node:module';
import { fileURLToPath } from 'node:url';
import { substituteFor } from '../file/substitutes.ts';

/** The URL of the substitute for an import, as an ES module or as CommonJS; null for any other import. */
export function substituteUrl(specifier: string, format: 'js' | 'cjs' = 'js'): string | null {
  const name = substituteFor(specifier);
  // Every file into which this one is bundled is beside substitutes/.
  return name === null ? null : new URL(`./substitutes/${name}.${format}`, import.meta.url).href;
}

export function substitutePath(specifier: string, format: 'js' | 'cjs' = 'js'): string | null {
  const url = substituteUrl(specifier, format);
  return url === null ? null : fileURLToPath(url);
}

type Next<Result> = (specifier: string, context: ResolveHookContext) => Result;

/** Node's hook for imports, in the same thread or in a separate one. */
export function resolve<Result>(
  specifier: string,
  context: ResolveHookContext,
  next: Next<Result>,
): ResolveFnOutput | Result {
  const required = context.conditions.includes('require');
  const url = substituteUrl(specifier, required ? 'cjs' : 'js');
  return url === null ? next(specifier, context) : { url, shortCircuit: true };
}
