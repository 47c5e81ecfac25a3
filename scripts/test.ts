// npm test: lint, types, build, then every Jest suite; with CI=true the package in fresh projects and the torture as well.
// Fails when a step fails, when no test ran, and, with CI=true, when a test was skipped. With BACKPROOF_JEST_JSON=FILE
// Jest's own JSON is kept there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../src/system/errors.ts';
import { packageRoot } from '../src/system/packageRoot.ts';
import { runProgram } from '../src/system/runProgram.ts';
import { exitOnSignals } from './exitOnSignals.ts';
import { findTorch, setUpTorch } from './witness/environment.ts';

const isCi = process.env.CI === 'true';
const node = process.execPath;
const script = (path: string): string[] => ['--import', 'tsx', path];
const cwd = packageRoot();

/** The end of a step: what it printed, and its exit code. */
interface Ended {
  readonly status: number;
  readonly output: string;
}

/** Runs a program beside others; what it prints is printed at its end, below its title. */
async function step(title: string, program: () => Promise<Ended>): Promise<number> {
  const { status, output } = await program();
  process.stdout.write(`\n--- ${title}\n${output}`);
  return status;
}

const program =
  (args: readonly string[], command = node) =>
  async (): Promise<Ended> => {
    const { code, found, stdout, stderr } = await runProgram(command, args, { cwd });
    return { status: code ?? 1, output: found ? stdout + stderr : `no ${command} on the PATH\n` };
  };

/** A script of package.json, by the program that runs this one. */
const { npm_execpath: npm } = process.env;
const npmRun = (name: string) => {
  const args = ['run', '--silent', name];
  return npm === undefined ? program(args, 'npm') : program([npm, ...args]);
};

async function torch(): Promise<Ended> {
  let output = '';
  try {
    const python =
      (await findTorch()) ??
      (await setUpTorch((line) => {
        output += `${line}\n`;
      }));
    return { status: 0, output: `${output}${python}\n` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: error.exitCode, output: `${output}${error.message}\n` };
  }
}

/** Ends the run, and the other steps with it, where a step fails that has to succeed. */
async function demanded(running: Promise<number>): Promise<void> {
  const status = await running;
  if (status !== 0) process.exit(status);
}

// On exit the programs that these have started end too.
exitOnSignals();

const built = demanded(step('build', program(script('scripts/build.ts'))));
await Promise.all([
  built,
  demanded(step('lint', npmRun('lint'))),
  demanded(step('types', npmRun('types'))),
  // Without a browser its tests say so themselves: a visible skip, or a failure where CI is true.
  step('browser', program(script('scripts/browser.ts'))),
  // CI tests the native backend too. Its addon lives in node_modules, which npm ci has just made anew; where it cannot be
  // set up, the tests that need it fail there.
  isCi && built.then(() => step('native', program(['dist/cli.js', 'setup-native']))),
  // And PyTorch: suites that run in turns would else set it up at the same time.
  isCi && step('PyTorch', torch),
]);

/** Runs a program with nothing beside it; returns its exit code. */
function run(title: string, args: string[], env: NodeJS.ProcessEnv = process.env): number {
  process.stdout.write(`\n--- ${title}\n`);
  return spawnSync(node, args, { cwd, stdio: 'inherit', env }).status ?? 1;
}

const scratch = mkdtempSync(join(tmpdir(), 'backproof-jest-'));
const json = process.env.BACKPROOF_JEST_JSON ?? join(scratch, 'jest.json');
const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
const nodeOptions = [
  process.env.NODE_OPTIONS ?? '',
  '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  // Tensors are many small objects that die young: with more room for those, the exact check takes a fifth less.
  '--max-semi-space-size=64',
].join(' ');
let status = run('tests', [jest, '--json', `--outputFile=${json}`, ...process.argv.slice(2)], {
  ...process.env,
  NODE_OPTIONS: nodeOptions.trim(),
});
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(json, 'utf8'),
  );
  const skipped = numPendingTests + numTodoTests;
  if (numPassedTests + numFailedTests === 0) {
    process.stdout.write('no test ran\n');
    status ||= 1;
  }
  if (skipped > 0 && isCi) {
    process.stdout.write(`${skipped} tests were skipped, and CI=true allows none\n`);
    status ||= 1;
  }
} catch {
  status ||= 1;
}
rmSync(scratch, { recursive: true, force: true });
if (isCi && status === 0) {
  // The torture mostly waits, so a core is free for the package. What the suites try is not tried twice: ES modules,
  // CommonJS, a Vite app in Chromium. Other versions of TensorFlow.js, Bun and Deno are left to npm run matrix.
  const projects = ['node', 'runners', 'yarn-pnp', 'pnpm'];
  const statuses = await Promise.all([
    step('package', program([...script('scripts/matrix/main.ts'), ...projects])),
    step('torture', program([...script('scripts/torture/main.ts'), '--minutes', '2'])),
  ]);
  status = Math.max(...statuses);
  // Places whose tests notice at least 9 of 10 small mistakes (58 of these 60). Any change there draws other mistakes, so
  // a single one that goes unnoticed is printed and does not fail the run. At 9 of 10, fewer than 42 of 60 are noticed by
  // chance less than once in 20,000 runs: if that happens, the tests have become worse.
  const sharp = 'src/{numerics,results,notebook/compare,gradcheck/message.ts,gradcheck/result.ts}';
  const sample = `--sample 60 --seed 19 --nearest 3 --least 0.7 --tested --folder ${sharp}`.split(' ');
  status ||= run('mutants', [...script('scripts/mutate/main.ts'), ...sample]);
}
process.exit(status);
