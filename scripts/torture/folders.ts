import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from './kind.ts';

/** The torn files in a folder of outputs: each file must be complete or absent, whatever happened. */
export function tornIn(folder: string): Problem {
  for (const name of namesIn(folder)) {
    if (name.startsWith('.')) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    if (name.endsWith('.html') && !text.endsWith('</html>\n')) return `${name} is torn`;
    if (name.endsWith('.json') && !isResult(text)) return `${name} is torn`;
  }
  return null;
}

function isResult(text: string): boolean {
  try {
    return /^backproof\/\w+\/1$/.test((JSON.parse(text) as { schema: string }).schema);
  } catch {
    return false;
  }
}

/** Temporary files that a run left beside its results although it ended well. */
export function leftIn(folder: string): Problem {
  const left = namesIn(folder).filter((name) => name.startsWith('.') || /\.(part|tmp)$/.test(name));
  return left.length === 0 ? null : `left behind: ${left.join(', ')}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
