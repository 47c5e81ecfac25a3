// npm run matrix [-- NAME...]: the package as npm packs it, installed as its users install it: package managers, versions
// of Node and of TensorFlow.js, test runners, Bun and Deno. Packs once, installs each project once, as many projects at a
// time as there are cores, and prints a line a case. It needs a package registry.
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { runProgram } from '../../src/system/runProgram.ts';
import { leftOut, type Project, projects, type Run } from './projects.ts';

const TIME_LIMIT_MS = 300_000;

interface Ended {
  readonly name: string;
  readonly failure: string | null;
}

const { positionals } = parseArgs({ allowPositionals: true });
const known = projects.map(({ name }) => name);
const unknown = positionals.find((name) => !known.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`matrix: expected names out of ${known.join(', ')}, got ${unknown}\n`);
  process.exit(2);
}
const chosen = projects.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const scratch = await mkdtemp(join(tmpdir(), 'backproof-matrix-'));
const stop = new AbortController();
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => {
    process.exitCode = status;
    stop.abort();
  });
// One cache for all, which is of this run only: no digits, whatever this machine has.
const env = { ...process.env, NODE_OPTIONS: '', BACKPROOF_CACHE: join(scratch, 'cache'), CI: 'true' };

/** Runs a program in a folder. @throws Error with all that it printed, where it does not end in time and with 0 */
async function runIn(cwd: string, command: readonly string[]): Promise<string> {
  const [program, ...args] = command;
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const { code, found, stdout, stderr } = await runProgram(program!, args, { cwd, env, signal }).catch(() => {
    if (stop.signal.aborted) throw new Error('stopped');
    throw new Error(`${command.join(' ')}: expected an end within ${TIME_LIMIT_MS / 1000} s`);
  });
  const output = stdout + stderr;
  if (code === 0) return output;
  throw new Error(
    `${command.join(' ')}: expected exit code 0, got ${found ? code : 'no such program'}\n${output}`,
  );
}

/** A second time where the first fails: a download may have been cut off by chance. */
const install = (folder: string, command: readonly string[]): Promise<string> =>
  runIn(folder, command)
    .catch(() => runIn(folder, command))
    .catch((error: Error) => {
      if (stop.signal.aborted) throw error;
      throw new Error(`failed twice; without a package registry there is no matrix\n${error.message}`);
    });

async function timed(name: string, work: () => Promise<void>): Promise<Ended> {
  const started = performance.now();
  const failure = await work().then(
    () => null,
    (error: Error) => error.message,
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${failure === null ? 'ok    ' : 'FAILED'}  ${seconds} s  ${name}\n`);
  if (failure !== null) process.stdout.write(`${failure}\n`);
  return { name, failure };
}

async function prepare(folder: string, tarball: string, project: Project): Promise<void> {
  for (const [name, content] of Object.entries(project.files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  for (const command of project.install(tarball)) await install(folder, command);
  for (const name of project.links ?? []) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(packageRoot(), 'node_modules', name), link, 'junction');
  }
}

async function runAll(folder: string, runs: readonly Run[]): Promise<void> {
  for (const { command, expected } of runs) {
    const output = await runIn(folder, command);
    if (!expected.test(output)) throw new Error(`${command.join(' ')}: expected ${expected}, got\n${output}`);
  }
}

async function runProject(tarball: string, project: Project): Promise<Ended[]> {
  const folder = join(scratch, project.name);
  await mkdir(folder);
  const ended = [await timed(`${project.name}: install`, () => prepare(folder, tarball, project))];
  if (ended[0]!.failure === null)
    for (const [name, runs] of Object.entries(project.cases)) {
      if (stop.signal.aborted) break;
      ended.push(await timed(`${project.name}: ${name}`, () => runAll(folder, runs)));
    }
  await rm(folder, { recursive: true, force: true });
  return ended;
}

try {
  const started = performance.now();
  const packing = ['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', scratch];
  const tarball = join(scratch, (await runIn(packageRoot(), packing)).trim());
  process.stdout.write(`packed  ${((await stat(tarball)).size / 1e6).toFixed(1)} MB\n`);
  if (leftOut !== null) process.stdout.write(`left out: ${leftOut}\n`);
  const ended: Ended[] = [];
  const waiting = chosen.values();
  const work = async () => {
    for (const project of waiting) {
      if (stop.signal.aborted) return;
      ended.push(...(await runProject(tarball, project)));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const failed = ended.filter(({ failure }) => failure !== null).map(({ name }) => name);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${ended.length - failed.length} of ${ended.length} work, ${seconds} s\n`);
  for (const name of failed) process.stdout.write(`FAILED  ${name}\n`);
  process.exitCode ??= failed.length === 0 ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
