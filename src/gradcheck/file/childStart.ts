/** The start of the process that a checked module runs in: nothing but what has to come before its code is compiled. */
import { keepCompiled } from '../../system/compileCache.ts';

keepCompiled();
await import('./child.ts');
