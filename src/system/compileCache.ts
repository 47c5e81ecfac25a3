import * as module from 'node:module';

/** Node 22 has these, and its types for Node 20 have not. */
interface CompileCache {
  /** Node 22.1 and later. */
  enableCompileCache?(): unknown;
  /** Node 22.10 and later. */
  flushCompileCache?(): void;
}
const { enableCompileCache, flushCompileCache } = module as CompileCache;

/** From now on Node keeps compiled modules between processes, where it can: in its own folder below that for temporary files. */
export function keepCompiled(): void {
  enableCompileCache?.();
}

/** Writes now what Node would write at the end of this process, which may be killed before. */
export function writeCompiled(): void {
  flushCompileCache?.();
}
