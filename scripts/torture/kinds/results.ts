import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstOf, type Kind, type Problem, pick } from '../kind.ts';
import { mutatedBytes, mutatedJson, SCRIPT } from '../mutate.ts';
import { judgeRead, Readers } from '../readers.ts';

const names = ['train.json', 'compare.json', 'sweep.json', 'audit.json'] as const;

/**
 * Result files that are changed, cut, or replaced by something that is not a file: the page must be harmless, or the
 * file refused.
 */
export const results: Kind = {
  async start({ root, scratch, results: made }) {
    const results = made();
    const readers = new Readers(root);
    const texts = new Map(names.map((name) => [name, readFileSync(join(results, name), 'utf8')]));
    return {
      async trial(random, folder) {
        for (const name of names) copyFileSync(join(results, name), join(folder, name));
        const name = pick(random, names);
        const path = join(folder, name);
        const text = texts.get(name)!;
        let how: string;
        const draw = random();
        if (draw < 0.8) {
          const mutated = mutatedJson(text, random);
          how = mutated.how;
          writeFileSync(path, mutated.text);
        } else if (draw < 0.97) {
          const mutated = mutatedBytes(Buffer.from(text), random);
          how = mutated.how;
          writeFileSync(path, mutated.bytes);
        } else {
          how = pick(random, ['a folder', 'a FIFO']);
          rmSync(path);
          if (how === 'a folder') mkdirSync(path);
          else execFileSync('mkfifo', [path]);
        }
        const out = join(scratch, 'pages');
        const read = await readers.read({ kind: 'report', path: folder, out });
        const page = typeof read !== 'string' && read.code === 0 ? join(read.out, 'report.html') : null;
        const problem = firstOf(judgeRead(read), page && judgePage(page));
        return problem && `${name}: ${how}: ${problem}`;
      },
      async stop() {
        readers.stop();
      },
    };
  },
};

/** The fault of a page, found in its text. */
function judgePage(path: string): Problem {
  const html = readFileSync(path, 'utf8');
  if (html.includes(SCRIPT)) return 'a script of a result is in the page';
  const bad = /<[a-z][^<>]*="[^"<>]*\b(?:NaN|Infinity|undefined)\b[^"<>]*"/.exec(
    html.replace(/<script.*?<\/script>/gs, ''),
  );
  return bad && `not a number in the page: ${bad[0].slice(0, 160)}`;
}
