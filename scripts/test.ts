// npm test: lint, types, build, then every Jest suite. Fails when a step fails, when no test ran, and, with CI=true,
// when a test was skipped. With BACKPROOF_JEST_JSON=FILE Jest's own JSON is kept there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/system/packageRoot.ts';

const root = packageRoot();
const require = createRequire(import.meta.url);

/** Runs one step, in Node and in the project's folder; returns its exit code. */
function run(title: string, args: string[], env: NodeJS.ProcessEnv = process.env): number {
  process.stdout.write(`\n--- ${title}\n`);
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  return status ?? (signal ? 1 : 0);
}

/** The file of a package's command. */
const tool = (name: string, path: string): string =>
  join(dirname(require.resolve(`${name}/package.json`)), path);

const options = process.argv.slice(2);
const script = (path: string): string[] => ['--import', 'tsx', path];
const steps: [title: string, args: string[]][] = [
  ['lint', [tool('@biomejs/biome', 'bin/biome'), 'ci', '.']],
  ['types', [tool('typescript', 'bin/tsc'), '--noEmit']],
  ['build', script('scripts/build.ts')],
];
for (const [title, args] of steps) {
  const status = run(title, args);
  if (status !== 0) process.exit(status);
}
// CI tests the native backend too. Its addon lives in node_modules, which npm ci has just made anew; where it cannot be
// set up, the tests that need it fail there.
if (process.env.CI === 'true') run('native', ['dist/cli.js', 'setup-native']);
// And PyTorch: suites that run in turns would else set it up at the same time.
if (process.env.CI === 'true') run('witness', [...script('scripts/witness/main.ts'), '--data', 'synthetic']);
// Without a browser its tests say so themselves: a visible skip, or a failure where CI is true.
run('browser', script('scripts/browser.ts'));

const scratch = mkdtempSync(join(tmpdir(), 'backproof-jest-'));
const json = process.env.BACKPROOF_JEST_JSON ?? join(scratch, 'jest.json');
const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`;
const jest = [tool('jest', 'bin/jest.js'), '--json', `--outputFile=${json}`, ...options];
let status = run('tests', jest, { ...process.env, NODE_OPTIONS: nodeOptions.trim() });
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(json, 'utf8'),
  );
  const skipped = numPendingTests + numTodoTests;
  if (numPassedTests + numFailedTests === 0) {
    process.stdout.write('no test ran\n');
    status ||= 1;
  }
  if (skipped > 0 && process.env.CI === 'true') {
    process.stdout.write(`${skipped} tests were skipped, and CI=true allows none\n`);
    status ||= 1;
  }
} catch {
  status ||= 1;
}
rmSync(scratch, { recursive: true, force: true });
process.exit(status);
