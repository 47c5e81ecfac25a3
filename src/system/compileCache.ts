import * as module from 'node:module';

/** Exists in Node 22, but not in the types for Node 20. */
interface CompileCache {
  /** Node 22.1 and later. */
  enableCompileCache?(): unknown;
  /** Node 22.10 and later. */
  flushCompileCache?(): void;
}
const { enableCompileCache, flushCompileCache } = module as CompileCache;

/**
 * Makes Node keep compiled modules between processes, if it can, in its own folder inside the one for temporary files.
 */
export function keepCompiled(): void {
  enableCompileCache?.();
}

/** Writes the cache now; Node would do so at the end of this process, which may be killed before. */
export function writeCompiled(): void {
  flushCompileCache?.();
}
