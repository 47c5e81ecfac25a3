/** The process that a checked module runs in: loads it with the substitutes, checks its specs, tells what came of it. */
import { pathToFileURL } from 'node:url';
import * as float64 from 'backproof/float64';
import { closest } from 'fastest-levenshtein';
import { GradcheckInputError, gradcheck } from '../index.ts';
import { install } from './install.ts';
import type { CheckInput, FromChild, SpecReport } from './messages.ts';
import { oneLine } from './oneLine.ts';
import { findSpecs, type NamedSpec } from './specs.ts';
import { substitutesOf } from './substitutes.ts';

const input = JSON.parse(process.argv[2]!) as CheckInput;
const { file, shownFile, only, seed, mode } = input;
let ended = false;
const tell = (message: FromChild): void => {
  ended ||= message.kind !== 'loaded' && message.kind !== 'progress';
  process.send?.(message);
};
const problem = (what: string): void => tell({ kind: 'problem', line: `${shownFile}: ${what}` });

let stage = 'while it was loaded';
process.argv = [process.argv[0]!, file];
process.exit = (code) => {
  problem(`expected specs to check, got process.exit(${code ?? ''}) ${stage}`);
  // The other process ends this one; until then nothing may go on as if nothing had happened.
  throw new Error('process.exit');
};
process.on('uncaughtException', (error) =>
  problem(`expected no errors ${stage}, got ${oneLine(error, file)}`),
);

async function main(): Promise<void> {
  await float64.ready();
  install(substitutesOf(float64));
  const exported = await load();
  if (exported === null) return;
  const specs = chosen(exported);
  if (specs === null) return;
  tell({ kind: 'loaded' });
  const reports: SpecReport[] = [];
  for (const [at, named] of specs.entries()) {
    stage = `while ${named.name} was checked`;
    const show = (share: number) =>
      tell({ kind: 'progress', name: named.name, share: (at + share) / specs.length });
    show(0);
    reports.push(await check(named, show));
  }
  tell({ kind: 'done', specs: reports });
}

async function load(): Promise<Record<string, unknown> | null> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    problem(`expected a module that loads, got ${oneLine(error, file)}`);
    return null;
  }
}

/** The specs that were asked for, or null after telling why there are none. */
function chosen(exported: Record<string, unknown>): NamedSpec[] | null {
  const specs = findSpecs(exported);
  if (specs.length === 0) {
    const names = Object.keys(exported);
    const got = names.length === 0 ? 'no exports' : `the exports ${names.join(', ')}`;
    problem(`expected an exported spec { inputs, forward, backward? }, got ${got}`);
    return null;
  }
  if (only === null) return specs;
  const matching = specs.filter(({ name, exportedAs }) => name === only || exportedAs === only);
  if (matching.length > 0) return matching;
  const names = specs.map(({ name }) => name);
  const line = `--only ${only}: expected one of ${names.join(', ')}, got ${only} (did you mean ${closest(only, names)}?)`;
  tell({ kind: 'problem', line });
  return null;
}

async function check(
  { name, exportedAs, spec }: NamedSpec,
  onProgress: (share: number) => void,
): Promise<SpecReport> {
  try {
    const result = await gradcheck(spec, {
      seed,
      mode,
      reproduce: reproduce(name),
      onProgress: (done, total) => onProgress(total === 0 ? 1 : done / total),
    });
    return { exportedAs, ...result };
  } catch (error) {
    if (!(error instanceof GradcheckInputError)) throw error;
    return { exportedAs, name, status: 'invalid', message: `${shownFile}: ${error.message}` };
  }
}

function reproduce(name: string): string {
  const quoted = (text: string) =>
    /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  const parts = ['backproof check', quoted(shownFile), '--only', quoted(name), '--seed', seed];
  return [...parts, ...(mode === 'full' ? [] : ['--mode', mode])].join(' ');
}

process.on('beforeExit', () => {
  if (!ended) problem(`expected an end, got an await that never ends ${stage}`);
});
main().catch((error: unknown) =>
  tell({ kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
);
