/**
 * Runs in every worker of Vitest before the tests. Node itself loads packages in node_modules, bypassing the plugins of
 * Vite, so they get the substitutes from here.
 */
import Module from 'node:module';
import { resolve, substitutePath } from './hooks.ts';

/** A part of Node that the types for Node 20 lack. */
interface NodeModule {
  /** Node 22.15 and later; earlier, a separate thread for imports, and a method for require. */
  registerHooks?(hooks: { resolve: typeof resolve }): void;
  _resolveFilename(request: string, ...rest: unknown[]): string;
}

const loader = Module as unknown as NodeModule;

function install(): void {
  if (loader.registerHooks !== undefined) {
    loader.registerHooks({ resolve });
    return;
  }
  Module.register(new URL('./vitestHooks.js', import.meta.url));
  const ask = loader._resolveFilename.bind(loader);
  loader._resolveFilename = (request, ...rest) => substitutePath(request, 'cjs') ?? ask(request, ...rest);
}

const key = Symbol.for('backproof/vitest');
// One worker may run several test files.
if (!(key in globalThis)) {
  Object.assign(globalThis, { [key]: true });
  try {
    install();
  } catch {
    // The vm pools reject hooks; there a package must be named in test.server.deps.inline.
  }
}
