import { spawnSync } from 'node:child_process';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visible } from '../../system/visible.ts';

/** The folder of this program; its lines in a stack do not help the user. */
const own = dirname(fileURLToPath(import.meta.url)) + sep;
/** Read at the start, because the module may change it. */
const cwd = process.cwd();
/** Longer messages are cut; a whole document may be thrown. */
const LONGEST = 500;

/**
 * An error in one line, with the place in the user's own files where it came from; `file` is the module that was
 * loaded. It never throws, whatever was thrown: not for symbols, proxies or objects with getters that throw.
 */
export function oneLine(error: unknown, file: string): string {
  try {
    return visible(describe(error, file));
  } catch {
    return 'a thrown value that cannot be read';
  }
}

function describe(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `the thrown value ${cut(String(error))}`;
  const message = cut(String(error.message).split('\n')[0]!.trim());
  const what = `${String(error.name)}: ${message}`;
  const place = placeOf(error) ?? (error instanceof SyntaxError ? syntaxPlace(message, file) : null);
  return place === null || message.includes(place) ? what : `${what} (${place})`;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** The first file:line of the user's own code in the stack of an error, or null. */
function placeOf(error: unknown): string | null {
  const theirs = framesOf(error).find(({ path }) => !path.startsWith(own) && !path.includes('node_modules'));
  return theirs === undefined ? null : `${relative(cwd, theirs.path)}:${theirs.line}`;
}

/** Whether an error was thrown by this program itself, not by the user's code or by TensorFlow.js called from it. */
export function isOwnFault(error: unknown): boolean {
  const path = framesOf(error)[0]?.path ?? '';
  return path.startsWith(own) && !path.endsWith('float64.js');
}

/** The files and lines of a stack, innermost first, without those of Node itself. */
function framesOf(error: unknown): { readonly path: string; readonly line: string }[] {
  const frames = stackOf(error).matchAll(/(?<![\w:])((?:file:\/\/)?\/[^\s()]+?|[A-Z]:\\[^\s()]+?):(\d+)/g);
  return [...frames].map(([, url, line]) => ({
    path: url!.startsWith('file:') ? fileURLToPath(url!) : url!,
    line: line!,
  }));
}

/** The stack of an error as text; empty if there is none or it cannot be read. */
export function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack) : '';
  } catch {
    return '';
  }
}

/** The place of a syntax error. Node shows it only when the error ends a process, so another Node parses the file. */
function syntaxPlace(message: string, file: string): string | null {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const line = /^.*:(\d+)$/m.exec(stderr)?.[1];
  return line !== undefined && stderr.includes(message) ? `${relative(cwd, file)}:${line}` : null;
}
