import { spawnSync } from 'node:child_process';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visible } from '../../system/visible.ts';

/** The folder of this program itself: its lines in a stack tell the user nothing. */
const own = dirname(fileURLToPath(import.meta.url)) + sep;
/** The module may change its own. */
const cwd = process.cwd();
/** Longer messages are cut: somebody has thrown a whole document. */
const LONGEST = 500;

/**
 * An error in one line, with the place in the user's own files that it came from; `file` is the module that was
 * loaded. Whatever was thrown, this does not throw: symbols, proxies and objects with throwing getters included.
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

/** The first file:line in the stack of an error that belongs to the user, or null. */
function placeOf(error: unknown): string | null {
  const theirs = framesOf(error).find(({ path }) => !path.startsWith(own) && !path.includes('node_modules'));
  return theirs === undefined ? null : `${relative(cwd, theirs.path)}:${theirs.line}`;
}

/** Whether an error was thrown by this program itself: not by the user's code, nor by TensorFlow.js for it. */
export function isOwnFault(error: unknown): boolean {
  const path = framesOf(error)[0]?.path ?? '';
  return path.startsWith(own) && !path.endsWith('float64.js');
}

/** The files and lines of a stack, innermost first; those of Node itself have no path. */
function framesOf(error: unknown): { readonly path: string; readonly line: string }[] {
  const frames = stackOf(error).matchAll(/(?<![\w:])((?:file:\/\/)?\/[^\s()]+?|[A-Z]:\\[^\s()]+?):(\d+)/g);
  return [...frames].map(([, url, line]) => ({
    path: url!.startsWith('file:') ? fileURLToPath(url!) : url!,
    line: line!,
  }));
}

/** The stack of an error as text; empty where there is none or it cannot be read. */
export function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack) : '';
  } catch {
    return '';
  }
}

/** Node keeps the place of a syntax error to itself, until it ends a program of its own with it. */
function syntaxPlace(message: string, file: string): string | null {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const line = /^.*:(\d+)$/m.exec(stderr)?.[1];
  return line !== undefined && stderr.includes(message) ? `${relative(cwd, file)}:${line}` : null;
}
