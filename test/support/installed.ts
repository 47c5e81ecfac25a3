import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from '@jest/globals';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** The kind of link that Windows needs; other systems ignore it. */
const LINK = 'junction';

/** The result of a program that has ended. */
export interface Ended {
  readonly code: number;
  /** stdout, then stderr. */
  readonly output: string;
}

/** Makes projects in which the packed package is installed, as npm pack would publish it. */
export function installedProjects() {
  const folders: string[] = [];
  const scratch = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backproof-project-'));
    folders.push(folder);
    return folder;
  };
  let packed: string;
  beforeAll(async () => {
    packed = await packOnce();
  });
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  return {
    /** The tarball made by npm pack. */
    tarball: () => join(packed, 'backproof.tgz'),
    /** Its contents. */
    unpacked: () => join(packed, 'package'),
    /** Makes a folder with these files, the package, and this repository's dependencies except those left out. */
    async create(files: Readonly<Record<string, string>>, leftOut: readonly string[] = []): Promise<string> {
      const folder = await scratch();
      const modules = join(folder, 'node_modules');
      mkdirSync(modules);
      // Synchronous: promises take four times as long for hundreds of links.
      for (const name of readdirSync(join(root, 'node_modules')))
        if (!name.startsWith('.') && !leftOut.includes(name))
          symlinkSync(join(root, 'node_modules', name), join(modules, name), LINK);
      // A copy, not a link, so that its imports are resolved in this project.
      cpSync(join(packed, 'package'), join(modules, 'backproof'), { recursive: true });
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      return folder;
    },
  };
}

/** The folder of the packed package: made by the first suite that needs it after a build, and kept for the others. */
async function packOnce(): Promise<string> {
  const cache = join(root, 'node_modules', '.cache', 'backproof');
  const inputs = [join(cache, 'build.json'), join(root, 'package.json'), join(root, 'README.md')];
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(await readFile(file));
  const name = hash.digest('hex');
  const folder = join(cache, 'packed', name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  for (const older of await readdir(dirname(folder)))
    if (!older.startsWith(name)) await rm(join(dirname(folder), older), { recursive: true, force: true });
  const making = await mkdtemp(`${folder}-`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', making];
  const { stdout } = await run(npm, args, { cwd: root, shell: process.platform === 'win32' });
  await rename(join(making, stdout.trim()), join(making, 'backproof.tgz'));
  await run('tar', ['-xzf', 'backproof.tgz'], { cwd: making });
  // Suites run in parallel: the second one to finish removes its own copy.
  await rename(making, folder).catch(() => rm(making, { recursive: true }));
  return folder;
}

/** Runs Node in a project, without the variables of the Jest that runs this test. */
export async function runNode(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const options = { cwd: folder, env: { PATH, HOME, ...env }, maxBuffer: 2 ** 26 };
  try {
    const { stdout, stderr } = await run(process.execPath, args, options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}
