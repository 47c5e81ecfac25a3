import Module, {
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
} from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import {
  DOUBLE,
  type HookData,
  isOwn,
  isReal,
  loadFirst,
  parentOf,
  resolveFirst,
  resolveLast,
} from './hooks.ts';
import { Imports, type Noted } from './imports.ts';
import { mappedPath } from './paths.ts';
import { publish, type Substitutes, sourceOf, substituteFor } from './substitutes.ts';
import { stripTypes } from './typescript.ts';

/** Parts of Node that the types for Node 20 lack: hooks in the same thread, and the loader of CommonJS. */
interface NodeModule {
  /** Node 22.15 and later. */
  registerHooks?(hooks: {
    resolve(specifier: string, context: ResolveHookContext, next: NextResolve): ResolveFnOutput;
    load(url: string, context: LoadHookContext, next: NextLoad): LoadFnOutput;
  }): void;
  _load(request: string, parent: { filename?: string } | null | undefined, ...rest: unknown[]): unknown;
  _extensions: Record<string, (module: CommonjsModule, path: string) => void>;
}
type NextResolve = (specifier: string, context: ResolveHookContext) => ResolveFnOutput;
type NextLoad = (url: string, context: LoadHookContext) => LoadFnOutput;
interface CommonjsModule {
  _compile(source: string, path: string, format: string): void;
}

const loader = Module as unknown as NodeModule;

/**
 * From now on, imports and requires in this process get the substitutes, and may be of TypeScript files.
 * @returns a record of these imports
 */
export function install(substitutes: Substitutes): Imports {
  publish(substitutes);
  const sources = {
    tfjs: sourceOf('tfjs', substitutes),
    'tfjs-data': sourceOf('tfjs-data', substitutes),
    gradients: sourceOf('gradients', substitutes),
  };
  const { port1, port2 } = new MessageChannel();
  const imports = new Imports(() => {
    for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1))
      imports.note(next.message as Noted);
    for (const path of Object.keys(commonjs.cache)) imports.note({ kind: 'file', path });
  });
  const note = (noted: Noted): void => imports.note(noted);
  if (loader.registerHooks !== undefined)
    loader.registerHooks({
      resolve(specifier, context, next) {
        const first = resolveFirst(specifier, context, note);
        if (first !== null) return first;
        try {
          return next(specifier, parentOf(specifier, context));
        } catch (error) {
          return resolveLast(specifier, context, error);
        }
      },
      load: (url, context, next) => loadFirst(url, sources, note) ?? next(url, context),
    });
  else {
    const data: HookData = { sources, port: port2 };
    Module.register('./checkHooks.js', import.meta.url, { data, transferList: [port2] });
  }
  installCommonjs(substitutes, note);
  return imports;
}

const commonjs = Module.createRequire(import.meta.url);

function installCommonjs(substitutes: Substitutes, note: (noted: Noted) => void): void {
  const load = loader._load;
  loader._load = function (request, parent, ...rest) {
    const importer = parent?.filename ?? '';
    if (isReal(importer)) return load.call(this, request, parent, ...rest);
    const name = substituteFor(request);
    if (name !== null || request === DOUBLE) note({ kind: 'tfjs', specifier: request, importer });
    if (name === 'gradients') substitutes.gradients.registerGradients();
    if (name !== null) return substitutes[name];
    const path = isOwn(request) ? commonjs.resolve(request) : (mappedPath(request, importer) ?? request);
    return load.call(this, path, parent, ...rest);
  };
  for (const extension of ['.ts', '.mts', '.cts'])
    loader._extensions[extension] = (module, path) => {
      const { source, format } = stripTypes(path);
      module._compile(source, path, format);
    };
}
