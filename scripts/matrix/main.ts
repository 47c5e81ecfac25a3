// npm run matrix [-- NAME...]: the package as npm packs it, installed as its users install it: package managers, versions
// of Node and of TensorFlow.js, test runners, Bun and Deno. Packs once, installs each project once, prints a line a case.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { type Case, type Project, projects } from './projects.ts';

const run = promisify(execFile);
const TIME_LIMIT_MS = 300_000;

interface Ended {
  readonly name: string;
  readonly failure: string | null;
  readonly seconds: number;
}

/** Runs a program in a folder. @throws Error with all that it printed, where it does not end with 0 */
async function runIn(folder: string, [program, ...args]: readonly string[]): Promise<string> {
  // The cache is of this run only: no digits, whatever this machine has.
  const env = { ...process.env, NODE_OPTIONS: '', BACKPROOF_CACHE: join(folder, 'cache'), CI: 'true' };
  try {
    const { stdout, stderr } = await run(program!, args, {
      cwd: folder,
      env,
      maxBuffer: 2 ** 26,
      timeout: TIME_LIMIT_MS,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    throw new Error(`exit code ${code} of ${[program, ...args].join(' ')}\n${stdout}${stderr}`);
  }
}

async function timed(name: string, work: () => Promise<void>): Promise<Ended> {
  const started = performance.now();
  const failure = await work().then(
    () => null,
    (error: Error) => error.message,
  );
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${failure === null ? 'ok    ' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`,
  );
  if (failure !== null) process.stdout.write(`${failure}\n`);
  return { name, failure, seconds };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function runCase(folder: string, { files, commands, expected }: Case): Promise<void> {
  await writeFiles(folder, files ?? {});
  for (const command of commands(folder)) {
    const output = await runIn(folder, command);
    if (!expected.test(output)) throw new Error(`expected ${expected}, got\n${output}`);
  }
}

async function runProject(tarball: string, project: Project, scratch: string): Promise<Ended[]> {
  const folder = await mkdtemp(join(scratch, `${project.name.replace(/\W/g, '-')}-`));
  const installed = await timed(`${project.name}: install`, async () => {
    await writeFiles(folder, project.files);
    for (const command of project.install(tarball)) await runIn(folder, command);
  });
  if (installed.failure !== null) return [installed];
  const ended = [installed];
  for (const [name, part] of Object.entries(project.cases))
    ended.push(await timed(`${project.name}: ${name}`, () => runCase(folder, part)));
  await rm(folder, { recursive: true, force: true });
  return ended;
}

const { positionals } = parseArgs({ allowPositionals: true });
const chosen = projects.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
if (chosen.length === 0) {
  process.stderr.write(`matrix: expected names out of ${projects.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const scratch = await mkdtemp(join(tmpdir(), 'backproof-matrix-'));
try {
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch];
  const { stdout } = await run('npm', packing, { cwd: packageRoot() });
  const tarball = join(scratch, stdout.trim());
  process.stdout.write(`packed  ${((await readFile(tarball)).length / 1e6).toFixed(1)} MB\n`);
  const ended: Ended[] = [];
  for (const project of chosen) ended.push(...(await runProject(tarball, project, scratch)));
  const failed = ended.filter(({ failure }) => failure !== null);
  const seconds = ended.reduce((sum, part) => sum + part.seconds, 0);
  process.stdout.write(`${ended.length - failed.length} of ${ended.length} work, ${seconds.toFixed(0)} s\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
