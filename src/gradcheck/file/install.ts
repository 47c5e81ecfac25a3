import Module, {
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
} from 'node:module';
import { isOwn, loadFirst, parentOf, resolveFirst, resolveLast } from './hooks.ts';
import { publish, type Substitutes, sourceOf, substituteFor } from './substitutes.ts';
import { stripTypes } from './typescript.ts';

/** What Node has and its types for Node 20 have not: hooks in the same thread, and the loader of CommonJS. */
interface NodeModule {
  /** Node 22.15 and later. */
  registerHooks?(hooks: {
    resolve(specifier: string, context: ResolveHookContext, next: NextResolve): ResolveFnOutput;
    load(url: string, context: LoadHookContext, next: NextLoad): LoadFnOutput;
  }): void;
  _load(request: string, ...rest: unknown[]): unknown;
  _extensions: Record<string, (module: CommonjsModule, path: string) => void>;
}
type NextResolve = (specifier: string, context: ResolveHookContext) => ResolveFnOutput;
type NextLoad = (url: string, context: LoadHookContext) => LoadFnOutput;
interface CommonjsModule {
  _compile(source: string, path: string, format: string): void;
}

const loader = Module as unknown as NodeModule;

/** From now on imports and requires of this process get the substitutes, and may be TypeScript. */
export function install(substitutes: Substitutes): void {
  publish(substitutes);
  const sources = {
    tfjs: sourceOf('tfjs', substitutes),
    'tfjs-data': sourceOf('tfjs-data', substitutes),
  };
  if (loader.registerHooks !== undefined)
    loader.registerHooks({
      resolve(specifier, context, next) {
        const first = resolveFirst(specifier);
        if (first !== null) return first;
        try {
          return next(specifier, parentOf(specifier, context));
        } catch (error) {
          return resolveLast(specifier, context, error);
        }
      },
      load: (url, context, next) => loadFirst(url, sources) ?? next(url, context),
    });
  else Module.register('./checkHooks.js', import.meta.url, { data: sources });
  installCommonjs(substitutes);
}

function installCommonjs(substitutes: Substitutes): void {
  const load = loader._load;
  const own = Module.createRequire(import.meta.url);
  loader._load = function (request, ...rest) {
    const name = substituteFor(request);
    if (name !== null) return substitutes[name];
    return load.call(this, isOwn(request) ? own.resolve(request) : request, ...rest);
  };
  for (const extension of ['.ts', '.mts', '.cts'])
    loader._extensions[extension] = (module, path) => {
      const { source, format } = stripTypes(path);
      module._compile(source, path, format);
    };
}
