// Rewrites the parts of docs/*.md made by commands, between <!-- made by: COMMAND --> and <!-- end of what it made -->:
//   npm run docs:made [-- docs/tfjs-faults.md ...]
// Without files: every page of docs/, but only the output of `backproof ... --help`, which takes no time. A page that
// is named is rewritten completely, including the audit and the bench.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { isHelp, withMadeParts } from './parts.ts';

const root = packageRoot();

/** The stdout of `backproof ...` or `npm run ...`. @throws Error if the command fails */
function outputOf(command: string): string {
  const [program, ...args] = command.split(' ') as [string, ...string[]];
  const own = program === 'backproof';
  const { status, stdout } = spawnSync(
    own ? process.execPath : program,
    own ? [join(root, 'dist', 'cli.js'), ...args] : ['--silent', ...args],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`${command}: expected exit code 0, got ${status}`);
  return stdout;
}

const named = process.argv.slice(2);
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && !name.startsWith('api'))
  .map((name) => join('docs', name));
for (const page of named.length > 0 ? named : pages) {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  const made = withMadeParts(text, (command) =>
    named.length > 0 || isHelp(command) ? outputOf(command) : null,
  );
  if (made === text) continue;
  writeFileSync(path, made);
  process.stdout.write(`written   ${page}\n`);
}
