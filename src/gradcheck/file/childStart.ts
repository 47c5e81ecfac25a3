/** The start of the process in which a checked module runs: only what must run before its code is compiled. */
import { keepCompiled } from '../../system/compileCache.ts';

keepCompiled();
await import('./child.ts');
