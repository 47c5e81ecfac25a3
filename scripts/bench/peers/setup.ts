// Installs the peers of `npm run bench -- --peers`: NumPy, PyTorch, JAX and TensorFlow in a virtual environment in the
// user's cache, and jax-js beside it. Installed ones are left alone. C needs gcc from the system.
//   npm run peers:setup [-- --remove]
// Exits 0 if everything is installed in the end, 5 if something is missing.
import { mkdir, rm } from 'node:fs/promises';
import { EXIT, type ExitCode } from '../../../src/system/errors.ts';
import { runProgram } from '../../../src/system/runProgram.ts';
import { TORCH } from '../../witness/environment.ts';
import { jaxJsVersion, type PythonPackage, peersFolder, peersPython, pythonVersions } from './places.ts';

/** Requirements for pip; TensorFlow's CPU-only build does not exist for every machine. */
const requirements = {
  numpy: 'numpy',
  torch: TORCH,
  jax: 'jax',
  tensorflow: process.platform !== 'darwin' && process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow',
} as const satisfies Record<PythonPackage, string>;

const JAX_JS = '@jax-js/jax@0.1.25';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Installs the peers, or removes them with `--remove`; returns the exit code. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const folder = peersFolder();
  if (args.some((arg) => arg !== '--remove')) {
    process.stderr.write(`peers: expected no argument but --remove, got ${args.join(' ')}\n`);
    return EXIT.usage;
  }
  if (args.includes('--remove')) {
    await rm(folder, { recursive: true, force: true });
    say(`peers: ${folder} removed`);
    return EXIT.done;
  }
  await mkdir(folder, { recursive: true });
  const problems = [...(await setUpPython(folder)), ...(await setUpJaxJs(folder))];
  for (const problem of problems) process.stderr.write(`peers: ${problem}\n`);
  return problems.length === 0 ? EXIT.done : EXIT.environment;
}

/** Installs packages one by one, so that one that cannot be installed does not prevent the others. */
async function setUpPython(folder: string): Promise<string[]> {
  if (peersPython() === null) {
    const problem = await attempt(
      'python3',
      ['-m', 'venv', folder],
      'a virtual environment (python3 -m venv)',
    );
    if (problem !== null) return [problem];
  }
  const python = peersPython();
  if (python === null) return [`expected a Python in ${folder}, got none; remove the folder and try again`];
  const problems: string[] = [];
  for (const [name, requirement] of Object.entries(requirements)) {
    if (!(await pythonVersions(python)).has(name as PythonPackage)) {
      say(`peers: ${requirement} into ${folder}`);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
      const problem = await attempt(python, [...pip, requirement], `${requirement} from pip`);
      if (problem !== null) problems.push(problem);
    }
  }
  for (const [name, version] of await pythonVersions(python)) say(`peers: ${name} ${version}`);
  return problems;
}

async function setUpJaxJs(folder: string): Promise<string[]> {
  const npm = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--silent',
  ];
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const problem =
    (await jaxJsVersion()) === null ? await attempt(program, [...npm, JAX_JS], `${JAX_JS} from npm`) : null;
  if (problem !== null) return [problem];
  say(`peers: jax-js ${await jaxJsVersion()}`);
  return [];
}

/** Runs a program. If it fails, returns the goal and the program's output. */
async function attempt(program: string, args: readonly string[], wanted: string): Promise<string | null> {
  const { code, found, stdout, stderr } = await runProgram(program, args);
  if (code === 0) return null;
  const lines = `${stdout}\n${stderr}`.trim().split('\n');
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  return `expected ${wanted}, got ${found ? `"${said.trim().slice(0, 300)}"` : `no ${program} on the PATH`}`;
}

process.exitCode = await main(process.argv.slice(2));
