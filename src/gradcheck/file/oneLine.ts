import { spawnSync } from 'node:child_process';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this program itself: its lines in a stack tell the user nothing. */
const own = dirname(fileURLToPath(import.meta.url));

/** An error in one line, with the place in the user's own files that it came from; `file` is what was loaded. */
export function oneLine(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `the thrown value ${String(error)}`;
  const message = error.message.split('\n')[0]!.trim();
  const what = `${error.name}: ${message}`;
  const place =
    placeOf(error.stack ?? '') ?? (error instanceof SyntaxError ? syntaxPlace(message, file) : null);
  return place === null || message.includes(place) ? what : `${what} (${place})`;
}

/** The first file:line of a stack that belongs to the user. */
function placeOf(stack: string): string | null {
  for (const [, url, line] of stack.matchAll(
    /(?<![\w:])((?:file:\/\/)?\/[^\s()]+?|[A-Z]:\\[^\s()]+?):(\d+)/g,
  )) {
    const path = url!.startsWith('file:') ? fileURLToPath(url!) : url!;
    if (path.startsWith(own) || path.includes('node_modules')) continue;
    return `${relative(process.cwd(), path)}:${line}`;
  }
  return null;
}

/** Node keeps the place of a syntax error to itself, until it ends a program of its own with it. */
function syntaxPlace(message: string, file: string): string | null {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const line = /^.*:(\d+)$/m.exec(stderr)?.[1];
  return line !== undefined && stderr.includes(message) ? `${relative(process.cwd(), file)}:${line}` : null;
}
