import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this program itself: its lines in a stack tell the user nothing. */
const own = dirname(fileURLToPath(import.meta.url));

/** An error in one line, with the place in the user's own files that it came from. */
export function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return `the thrown value ${String(error)}`;
  const message = error.message.split('\n')[0]!.trim();
  const what = `${error.name}: ${message}`;
  const place = placeOf(error.stack ?? '');
  return place === null || message.includes(place) ? what : `${what} (${place})`;
}

/** The first file:line of a stack that belongs to the user. */
function placeOf(stack: string): string | null {
  for (const [, url, line] of stack.matchAll(/((?:file:\/\/)?\/[^\s()]+?|[A-Z]:\\[^\s()]+?):(\d+)/g)) {
    const path = url!.startsWith('file:') ? fileURLToPath(url!) : url!;
    if (path.startsWith(own) || path.includes('node_modules')) continue;
    return `${relative(process.cwd(), path)}:${line}`;
  }
  return null;
}
