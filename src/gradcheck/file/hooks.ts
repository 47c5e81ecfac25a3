import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { isTypeScript, lenientPath } from './files.ts';
import type { Noted } from './imports.ts';
import { mappedPath } from './paths.ts';
import { type SubstituteName, substituteFor } from './substitutes.ts';
import { stripTypes } from './typescript.ts';

/**
 * How imports of a checked module are resolved and loaded: TensorFlow.js in double precision, and TypeScript. Node has
 * two kinds of hooks, and these functions serve both: in the same thread (module.registerHooks, Node 22.15 and later)
 * and in a separate thread (module.register).
 */
const SCHEME = 'backproof-check:';
/** This package's own TensorFlow.js, in double precision for every importer. */
export const DOUBLE = 'backproof/float64';

/** The real TensorFlow.js and this package get no substitutes: in single precision they import each other. */
const own = dirname(fileURLToPath(import.meta.url)) + sep;
export const isReal = (path: string): boolean =>
  path.startsWith(own) || /[\\/]node_modules[\\/]@tensorflow[\\/]tfjs(?:-[a-z-]+)?[\\/]/.test(path);

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url);

type Note = (noted: Noted) => void;

/** The result for a specifier that need not be resolved by Node, or null. */
export function resolveFirst(
  specifier: string,
  { parentURL = '' }: ResolveHookContext,
  note: Note,
): ResolveFnOutput | null {
  const importer = pathOf(parentURL);
  if (isReal(importer)) return null;
  const substitute = substituteFor(specifier);
  if (substitute !== null || specifier === DOUBLE) note({ kind: 'tfjs', specifier, importer });
  if (substitute !== null) return { url: `${SCHEME}${substitute}`, format: 'module', shortCircuit: true };
  const mapped = isOwn(specifier) ? null : mappedPath(specifier, importer);
  return mapped === null ? null : { url: pathToFileURL(mapped).href, shortCircuit: true };
}

/** Whether an import is of this package. */
export const isOwn = (specifier: string): boolean => /^backproof(?:\/|$)/.test(specifier);

/** Resolves imports of this package to the running one, whether or not another is installed beside the module. */
export function parentOf(specifier: string, context: ResolveHookContext): ResolveHookContext {
  return isOwn(specifier) ? { ...context, parentURL: import.meta.url } : context;
}

/** The result for a specifier that Node did not find; relative ones are resolved as TypeScript and bundlers do. */
export function resolveLast(
  specifier: string,
  { parentURL }: ResolveHookContext,
  error: unknown,
): ResolveFnOutput {
  const relative = /^\.{0,2}\//.test(specifier) || specifier.startsWith('file:');
  if (!relative || parentURL?.startsWith('file:') !== true || parentURL.includes('/node_modules/'))
    throw error;
  const found = lenientPath(fileURLToPath(new URL(specifier, parentURL)));
  if (found === null) throw error;
  return { url: pathToFileURL(found).href, shortCircuit: true };
}

/** The source of a module that Node need not load, or null. */
export function loadFirst(
  url: string,
  sources: Readonly<Record<SubstituteName, string>>,
  note: Note,
): LoadFnOutput | null {
  if (url.startsWith(SCHEME)) {
    const source = sources[url.slice(SCHEME.length) as SubstituteName];
    return { format: 'module', source, shortCircuit: true };
  }
  if (!url.startsWith('file:')) return null;
  const path = fileURLToPath(url);
  note({ kind: 'file', path });
  if (!isTypeScript(path)) return null;
  const { format, source } = stripTypes(path);
  // CommonJS is loaded by require, which knows the extension .ts.
  return format === 'module' ? { format, source, shortCircuit: true } : { format, shortCircuit: true };
}

/** The data that module.register passes to the thread of the hooks. */
export interface HookData {
  readonly sources: Readonly<Record<SubstituteName, string>>;
  readonly port: MessagePort;
}

let data: HookData;
const post: Note = (noted) => data.port.postMessage(noted);

/** Called in the separate thread with the data given to module.register. */
export function initialize(given: HookData): void {
  data = given;
}

export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context: ResolveHookContext) => Promise<ResolveFnOutput>,
): Promise<ResolveFnOutput> {
  const first = resolveFirst(specifier, context, post);
  if (first !== null) return first;
  try {
    return await next(specifier, parentOf(specifier, context));
  } catch (error) {
    return resolveLast(specifier, context, error);
  }
}

export async function load(
  url: string,
  context: LoadHookContext,
  next: (url: string, context: LoadHookContext) => Promise<LoadFnOutput>,
): Promise<LoadFnOutput> {
  return loadFirst(url, data.sources, post) ?? (await next(url, context));
}
